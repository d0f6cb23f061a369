"""Who opened whose notes: written down where notes are shown, and seen by the student."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.factories.way import TEN
from tests.factories.world import MONDAY, TESTER, make_user
from visavis.bookings.actions import LogEntry, write_log
from visavis.bookings.models import Booking
from visavis.core.clock import frozen_at
from visavis.core.history import Actor
from visavis.privacy.enums import InspectionWay
from visavis.privacy.inspections import record_inspection, record_inspections
from visavis.privacy.models import Inspection

pytestmark = pytest.mark.django_db
AFTER = TEN + timedelta(days=1)
PAGE = "/accounts/data/notes/"


@pytest.fixture
def log(cast):
    entry = LogEntry(minutes=25, notes="Shy today.", for_student="Read chapter 3.")
    return write_log(cast.own.booking, entry, by=TESTER, now=AFTER)


@pytest.fixture(autouse=True)
def tomorrow(cast):
    with frozen_at(AFTER):
        yield


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def words(answer):
    return " ".join(answer.content.decode().split())


def rows():
    return list(Inspection.objects.values_list("reader_label", "way", "booking"))


def managed(log):
    return f"/c/mentoring/manage/logs/{log.booking.public_id}/"


def given(log):
    return f"/c/mentoring/teach/meetings/{log.booking.public_id}/log/"


def test_administrator_and_whoever_gave_the_meeting_are_written_down_once_a_day(cast, log):
    for _look in range(2):
        assert client_of(cast.people["admin"]).get(managed(log)).status_code == 200
        assert client_of(cast.own.provider.user).get(given(log)).status_code == 200
    assert rows() == [
        ("Talia Example", "given", log.booking.pk),
        ("Ada Example", "managed", log.booking.pk),
    ]
    with frozen_at(AFTER + timedelta(days=1)):
        client_of(cast.people["admin"]).get(managed(log))
    assert Inspection.objects.count() == 3


def test_who_may_not_see_the_notes_leaves_no_row(cast, log):
    for who in ("front_desk", "student", "stranger", "admin_elsewhere"):
        assert client_of(cast.people[who]).get(managed(log)).status_code == 404
        assert client_of(cast.people[who]).get(given(log)).status_code == 404
    assert rows() == []


def test_lists_that_show_no_notes_leave_no_row(cast, log):
    page = client_of(cast.people["admin"]).get("/c/mentoring/manage/logs/")
    assert "Sam Example" in words(page)
    assert "Shy today." not in words(page)
    assert rows() == []


def test_draft_is_nobodys_but_the_writers(cast):
    entry = LogEntry(minutes=25, notes="Shy today.")
    log = write_log(cast.own.booking, entry, by=TESTER, now=AFTER, is_draft=True)
    assert "Shy today." in words(client_of(cast.own.provider.user).get(given(log)))
    assert rows() == []
    assert "Nothing was written about your meetings" in words(client_of(cast.own.student).get(PAGE))


def test_student_sees_that_notes_exist_and_who_opened_them_but_not_the_notes(cast, log):
    sam = client_of(cast.own.student)
    assert "Nobody has opened it since it was written." in words(sam.get(PAGE))
    client_of(cast.people["admin"]).get(managed(log))
    page = words(sam.get(PAGE))
    assert "Ada Example <span" in page
    assert "(Administrator)" in page
    assert "Staff keep notes of their own." in page
    assert "Shy today." not in page


def test_student_sees_nothing_of_others(cast, log):
    client_of(cast.people["admin"]).get(managed(log))
    assert "Ada Example" in words(client_of(cast.own.student).get(PAGE))
    page = words(client_of(make_user("zoe@students.test", "Zoe")).get(PAGE))
    assert "Nothing was written about your meetings" in page
    assert "Ada Example" not in page


def test_page_asks_as_much_for_many_meetings_as_for_one(cast, log, django_assert_max_num_queries):
    sam = client_of(cast.own.student)
    for number in range(6):
        start = TEN + timedelta(days=2, hours=number)
        booking = cast.own.world.book(cast.own.provider, cast.own.student, start, f"more{number}")
        Booking.objects.filter(pk=booking.pk).update(state="confirmed", expires_at=None)
        booking.refresh_from_db()
        entry = LogEntry(minutes=30, notes=f"Note {number}")
        write_log(booking, entry, by=TESTER, now=start + timedelta(hours=1))
        record_inspection(booking, by=TESTER, way=InspectionWay.MANAGED, now=start)
    with django_assert_max_num_queries(10):
        page = words(sam.get(PAGE))
    assert page.count("A test <span") == 6


def test_many_are_written_in_few_statements_and_twice_is_once(cast, log, django_assert_num_queries):
    bookings = list(Booking.objects.select_related("appointment__community"))
    by = Actor(cast.people["admin"].pk, "Ada Example")
    with django_assert_num_queries(2):
        record_inspections(bookings, by=by, way=InspectionWay.EXPORTED, now=MONDAY)
    with django_assert_num_queries(1):
        record_inspections(bookings, by=by, way=InspectionWay.EXPORTED, now=MONDAY)
    assert Inspection.objects.count() == len(bookings)
