"""The demo school, as it is once it has been made."""

import zoneinfo
from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.db import transaction
from PIL import Image

from visavis.availability.models import Closure, DatedChange
from visavis.bookings.enums import BookingState
from visavis.bookings.models import Booking
from visavis.bookings.openings import Question, ask
from visavis.catalogue.models import Certification, Enrollment, Service
from visavis.catalogue.queries import formats_of, get_service, pick_list
from visavis.communities.models import School
from visavis.core.models import StoredFile
from visavis.core.storage import read_bytes
from visavis.demo.actions import find_demo, make_demo
from visavis.demo.people import ADMIN, MENTOR, STUDENT
from visavis.imports.models import Import
from visavis.people.enums import Role
from visavis.people.models import Membership, Provider
from visavis.people.queries import get_user
from visavis.people.rules import Standing, can_manage

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


@pytest.fixture(scope="module", autouse=True)
def made_once(django_db_setup, django_db_blocker):
    """The demo takes seconds to make, and no test here changes it."""
    with django_db_blocker.unblock(), transaction.atomic():
        assert make_demo(now=NOW)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo():
    return {community.slug: community for community in find_demo()}


def test_demo_holds_what_it_promises(demo):
    mentoring, tutoring = demo["peer-mentoring"], demo["learning-centre"]
    assert (mentoring.preset, tutoring.preset) == ("provider-first", "course-first")
    mentors = Provider.objects.filter(community=mentoring)
    assert (mentors.count(), mentors.exclude(bio="").exclude(photo="").count()) == (12, 12)
    students = Membership.objects.filter(community=mentoring, role=Role.STUDENT)
    assert students.count() == 150
    assigned = Enrollment.objects.filter(service__community=mentoring).values("user").distinct()
    assert 0 < assigned.count() < 150
    assert Service.objects.filter(community=tutoring).count() == 120
    assert Provider.objects.filter(community=tutoring).count() == 25
    assert Certification.objects.filter(provider__community=tutoring, entry="CHEM*").exists()
    assert School.objects.values_list("name", "allowed_domains").get() == (
        "Demo University",
        ["demo.visavis.test"],
    )


def test_every_mentor_owns_a_service_and_one_is_for_everybody(demo):
    services = Service.objects.filter(community=demo["peer-mentoring"])
    talia = services.get(code="Peer Mentoring with Talia K")
    assert talia.owner.user.email == MENTOR
    assert services.exclude(owner=None).values("owner").distinct().count() == 12
    assert [s.code for s in services.filter(for_everybody=True)] == ["All available Peer Mentoring"]


def test_files_were_read_without_a_finding(demo):
    runs = Import.objects.all()
    assert {run.state for run in runs} == {"applied"}
    assert {(run.counts["errors"], run.counts["warnings"]) for run in runs} == {(0, 0)}


def test_three_people_may_sign_in_as_what_they_are(demo):
    jordan, talia, admin = (get_user(email) for email in (STUDENT, MENTOR, ADMIN))
    for community in demo.values():
        assert [can_manage(Standing(user, community)) for user in (jordan, talia, admin)] == [
            *(False, False, True)
        ]
    picks = pick_list(demo["peer-mentoring"], jordan)
    assert [service.code for service in picks.own] == ["Peer Mentoring with Talia K"]


def test_talia_can_be_met_in_each_of_the_coming_weeks(demo):
    community = demo["peer-mentoring"]
    question = Question(
        community=community,
        service=get_service(community, "Peer Mentoring with Talia K"),
        format=formats_of(community)[0],
        first=NOW.date(),
        days=56,
        now=NOW,
    )
    weeks = {(start - NOW).days // 7 for start in ask(question).starts}
    assert weeks == set(range(8))


def test_every_service_has_somebody_who_gives_it_sometime(demo):
    for community in demo.values():
        for service in Service.objects.filter(community=community)[:40]:
            question = Question(
                community=community,
                service=service,
                format=formats_of(community)[0],
                first=NOW.date(),
                days=14,
                now=NOW,
            )
            assert ask(question).starts, service


def test_meetings_lie_behind_and_ahead_with_their_answers(demo):
    meetings = Booking.objects.select_related("appointment")
    past = [meeting for meeting in meetings if meeting.appointment.end < NOW]
    assert len(past) >= 10
    assert len(meetings) - len(past) >= 15
    assert all(meeting.created_at < meeting.appointment.start for meeting in meetings)
    assert all(meeting.created_at <= NOW for meeting in meetings)
    jordans = Booking.objects.filter(student__email=STUDENT)
    coming = jordans.filter(appointment__start__gt=NOW, state=BookingState.CONFIRMED)
    assert coming.filter(appointment__provider__user__email=MENTOR).count() == 1
    assert jordans.filter(state=BookingState.CANCELLED).count() == 1
    assert all(meeting.answers.exists() for meeting in jordans)


def test_requests_wait_for_their_mentors(demo):
    requests = Booking.objects.filter(state=BookingState.REQUESTED, expires_at__gt=NOW)
    asked = [
        (row.student.email == STUDENT, row.appointment.provider.user.email == MENTOR)
        for row in requests
    ]
    assert sorted(asked) == [(False, True), (False, True), (True, False)]
    assert all(row.appointment.start > NOW and row.answers.exists() for row in requests)


def test_closure_and_absence_lie_ahead(demo):
    today = NOW.astimezone(zoneinfo.ZoneInfo("America/New_York")).date()
    assert {closure.first > today for closure in Closure.objects.all()} == {True}
    assert DatedChange.objects.get().first > today


def test_portraits_are_small_pictures_behind_the_storage_door(demo):
    for mentor in Provider.objects.exclude(photo=""):
        body = read_bytes(mentor.photo.name)
        picture = Image.open(BytesIO(body.getvalue()))
        assert (picture.format, picture.size) == ("JPEG", (512, 512))
        assert body.getbuffer().nbytes < 30_000
    assert StoredFile.objects.filter(content_type="image/jpeg").count() == 12
