"""A new appointment from Manage: by the rules, against them, or one that has happened."""

import uuid
from datetime import timedelta

import pytest

from tests.factories.way import TEN
from visavis.bookings.models import Booking, BookingEvent
from visavis.communities.actions import change_settings
from visavis.core.history import SYSTEM
from visavis.core.instants import write_instant
from visavis.core.models import HistoryEntry
from visavis.people.models import User

ROOT = "/c/mentoring/manage/appointments/new/"
DETAILS = f"{ROOT}details/"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def text_of(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def sent(place):
    def form(**changes):
        world = place.world
        return {
            "email": "sam@students.test",
            "service": world.service.pk,
            "format": world.format.pk,
            "provider": place.provider.pk,
            "place": "",
            "day": "2027-02-16",
            "clock": "10:00",
            "start": "",
            "key": str(uuid.uuid4()),
            "how": "rules",
            "why": "",
        } | changes

    return form


@pytest.fixture
def count(place):
    before = Booking.objects.count()
    return lambda: Booking.objects.count() - before


def test_free_times_of_whom_is_chosen_lead_to_the_form_and_the_form_books(admin, place, sent):
    asked = {name: sent()[name] for name in ("email", "service", "format", "provider")}
    body = text_of(admin.get(ROOT, asked))
    assert f"details/?email=sam%40students.test&amp;service={place.world.service.pk}" in body
    wanted = write_instant(TEN + DAY)
    assert f"start={wanted}" in body
    # Sam meets somebody at ten on Monday already.
    assert f"start={write_instant(TEN)}" not in body
    form = admin.get(DETAILS, asked | {"start": wanted}).context["form"]
    shown = (form["email"].value(), str(form["day"].value()), str(form["clock"].value()))
    assert shown == ("sam@students.test", "2027-02-16", "10:00:00")
    answer = admin.post(DETAILS, sent(), follow=True)
    assert "It waits for an answer of Talia Example" in text_of(answer)
    made = Booking.objects.latest("pk")
    assert (made.state, made.appointment.start, made.student) == (
        "requested",
        TEN + DAY,
        place.student,
    )
    assert BookingEvent.objects.get(booking=made).data["by"] == "admin"


def test_what_rules_refuse_is_said_about_the_student_with_links(admin, place, sent, count):
    answer = admin.post(DETAILS, sent(day="2027-02-15"))
    body = text_of(answer)
    assert "Nothing was booked" in body
    assert count() == 0
    assert f"/manage/appointments/{place.booking.public_id}/" in body
    change_settings(place.community, {"student_open_bookings_limit": 1}, by=SYSTEM)
    body = text_of(admin.post(DETAILS, sent()))
    assert "and students may have 1 at a time" in body
    assert "/manage/settings/#id_student_open_bookings_limit" in body


def test_rules_are_set_aside_with_a_reason_and_the_history_keeps_it(admin, place, sent, count):
    night = sent(clock="22:00", how="anyway", place=place.world.location.pk)
    assert admin.post(DETAILS, night).status_code == 422
    assert admin.post(DETAILS, night | {"why": "x", "place": ""}).status_code == 422
    assert count() == 0
    answer = admin.post(DETAILS, night | {"why": "She works by day."}, follow=True)
    body = text_of(answer)
    assert [words in body for words in ("Booked.", "She works by day.", "Rules set aside")] == [
        True
    ] * 3
    assert Booking.objects.latest("pk").state == "confirmed"


def test_place_is_called_optional_for_nobody_who_may_set_rules_aside(admin, desk, sent):
    assert "By the rules: the first that has room" in text_of(admin.get(DETAILS))
    form = admin.get(DETAILS).context["form"]
    assert [form.fields[name].depends for name in ("place", "why")] == [True, True]
    body = text_of(admin.post(DETAILS, sent(how="anyway", why="x")))
    assert "Choose a place: only by the rules" in body
    assert not hasattr(desk.get(DETAILS).context["form"].fields["place"], "depends")


def test_who_may_not_give_it_is_said_instead_of_that_nothing_is_free(admin, place, sent):
    place.provider.certifications.all().delete()
    asked = {name: sent()[name] for name in ("email", "service", "format", "provider")}
    answer = admin.get(ROOT, asked)
    body = text_of(answer)
    assert answer.status_code == 422
    assert "Talia Example may not give “All available Peer Mentoring”." in body
    assert "Change what Talia Example may give" in body
    assert "Nothing is free" not in body


def test_archived_formats_are_told_with_the_way_to_them(admin, desk, place):
    place.community.formats.update(archived_at=TEN)
    for page in (ROOT, DETAILS):
        assert "Every kind of meeting for one student is archived." in text_of(admin.get(page))
    assert "/c/mentoring/manage/formats/" in text_of(admin.get(ROOT))
    assert "An administrator can restore one." in text_of(desk.get(ROOT))


@pytest.mark.parametrize("service", ["999999", "CHEM9999", ""])
def test_unknown_service_in_the_address_is_not_taken_for_another(admin, sent, service):
    form = admin.get(DETAILS, {"service": service}).context["form"]
    chosen = [option.data["value"] for option in form["service"] if option.data["selected"]]
    assert set(map(str, chosen)) <= {""}
    asked = {name: sent()[name] for name in ("email", "format", "provider")}
    assert set(admin.get(ROOT, asked | {"service": service}).context["form"].errors) == {"service"}


def test_nobody_gets_two_meetings_even_so(admin, place, sent, count):
    taken = sent(day="2027-02-15", how="anyway", why="Because", place=place.world.location.pk)
    assert admin.post(DETAILS, taken).status_code == 409
    assert admin.post(DETAILS, taken | {"email": "new@home.test"}).status_code == 409
    assert count() == 0
    assert not User.objects.filter(email="new@home.test").exists()


def test_a_meeting_that_has_happened_is_written_down(admin, place, sent):
    was = sent(day="2027-02-12", how="happened", why="Came by", place=place.world.location.pk)
    body = text_of(admin.post(DETAILS, was, follow=True))
    assert "Written down: Sam Example met Talia Example." in body
    made = Booking.objects.latest("pk")
    assert (made.state, BookingEvent.objects.get(booking=made).kind) == ("attended", "attended")
    assert "still to come" in text_of(admin.post(DETAILS, was | {"day": "2027-02-17"}))


def test_a_guest_needs_only_an_address_and_the_form_sent_twice_books_once(
    admin, place, sent, count
):
    guest = sent(email="Guest@home.test", first_name="<i>Gus</i>", day="2027-02-17")
    for _time in range(2):
        body = text_of(admin.post(DETAILS, guest, follow=True))
        assert "&lt;i&gt;Gus&lt;/i&gt; with Talia Example" in body
    assert count() == 1
    assert Booking.objects.latest("pk").student.email == "Guest@home.test"


def test_front_desk_books_by_the_rules_and_never_against_them(desk, place, sent, count):
    assert 'name="how"' not in text_of(desk.get(DETAILS))
    night = sent(clock="22:00", how="anyway", why="Because", place=place.world.location.pk)
    assert "lies outside the hours" in text_of(desk.post(DETAILS, night))
    assert count() == 0
    assert desk.post(DETAILS, sent()).status_code == 302
    assert not HistoryEntry.objects.filter(after__has_key="overrode").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "nobody"},
        {"service": "x"},
        {"format": "9" * 30},
        {"provider": "0"},
        {"how": "never"},
        {"key": "k" * 101},
        {"day": "2027-03-14", "clock": "02:30"},
    ],
)
def test_what_cannot_be_is_refused_where_it_was_typed(admin, sent, count, wrong):
    answer = admin.post(DETAILS, sent(**wrong))
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) <= {*wrong}
    assert count() == 0


def test_nothing_of_another_community_can_be_named(admin, cast, sent, count):
    other = cast.other
    for wrong in (
        {"provider": other.provider.pk},
        {"place": other.world.location.pk},
        {"service": other.world.service.pk},
        {"format": other.world.format.pk},
    ):
        assert set(admin.post(DETAILS, sent(**wrong)).context["form"].errors) == set(wrong)
    assert count() == 0


def test_the_address_of_the_form_may_hold_anything(admin, sent):
    for page in (ROOT, DETAILS):
        for asked in ({"from": "soon", "start": "never", "provider": "x", "email": "<b>"}, {}):
            assert admin.get(page, asked).status_code in (200, 422)
