"""Who came: noted and put right by the administrator and at the desk."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.way import TEN
from tests.factories.world import MONDAY, TESTER
from visavis.bookings.actions import mark_missed
from visavis.bookings.models import Booking, BookingEvent
from visavis.core.clock import frozen_at

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def root(cast):
    return f"/c/{cast.own.community.slug}/manage/"


@pytest.fixture
def booking(cast):
    return cast.own.booking


@pytest.fixture
def at_desk(cast, client):
    client.force_login(cast.people["front_desk"])
    return client


def text(answer):
    return " ".join(answer.content.decode().split())


def day_of(booking):
    return booking.appointment.start.astimezone(booking.appointment.community.zone).date()


def test_a_meeting_is_listed_from_its_beginning_on(at_desk, root, booking):
    start = booking.appointment.start
    with frozen_at(start - timedelta(minutes=1)):
        before = text(at_desk.get(f"{root}attendance/"))
    with frozen_at(start):
        after = text(at_desk.get(f"{root}attendance/"))
    url = f"{root}attendance/{booking.public_id}/"
    assert (url in before, url in after) == (False, True)


def test_the_desk_notes_who_came_and_takes_it_back(at_desk, root, booking):
    url = f"{root}attendance/{booking.public_id}/"
    with frozen_at(booking.appointment.end):
        done = at_desk.post(url, {"came": "no"})
        assert done.headers["Location"] == (
            f"{root}attendance/?day={day_of(booking)}#seat-{booking.public_id}"
        )
        booking.refresh_from_db()
        assert booking.state == "no_show"
        assert "Undo" in text(at_desk.get(f"{root}attendance/"))
        at_desk.post(url, {"came": "undo"})
        at_desk.post(url, {"came": "yes"})
    booking.refresh_from_db()
    assert booking.state == "attended"
    told = BookingEvent.objects.filter(
        booking=booking, kind__in=["no_show", "unmarked", "attended"]
    )
    assert [(event.kind, event.data["by"]) for event in told] == [
        ("no_show", "admin"),
        ("unmarked", "admin"),
        ("attended", "admin"),
    ]


def test_a_press_on_nothing_notes_nothing(at_desk, root, booking):
    with frozen_at(booking.appointment.end):
        said = at_desk.post(f"{root}attendance/{booking.public_id}/", {}, follow=True)
    booking.refresh_from_db()
    assert ("Nothing was noted." in text(said), booking.state) == (True, "confirmed")


def test_other_days_are_looked_at_and_days_to_come_are_today(at_desk, root, booking):
    with frozen_at(booking.appointment.end + DAY):
        shown = text(at_desk.get(f"{root}attendance/", {"day": str(day_of(booking))}))
        assert str(booking.student) in shown
        today = text(at_desk.get(f"{root}attendance/", {"day": "2099-01-01"}))
    assert "No meeting has begun today" in today


def test_what_is_long_past_is_shown_without_buttons(at_desk, root, booking):
    url = f"{root}attendance/{booking.public_id}/"
    with frozen_at(booking.appointment.end + 15 * DAY):
        shown = text(at_desk.get(f"{root}attendance/", {"day": str(day_of(booking))}))
        said = text(at_desk.post(url, {"came": "yes"}, follow=True))
    assert (str(booking.student) in shown, url in shown) == (True, False)
    assert "more than 14 days past" in said


def test_an_absence_is_put_right_where_absences_are_listed(cast, client, root, booking):
    client.force_login(cast.people["admin"])
    now = booking.appointment.end
    mark_missed(booking, by=TESTER, now=now)
    url = f"{root}attendance/{booking.public_id}/"
    with frozen_at(now):
        assert url in text(client.get(f"{root}absences/"))
        done = client.post(url, {"came": "yes", "from": "absences"})
        assert done.headers["Location"] == f"{root}absences/"
        assert url not in text(client.get(f"{root}absences/"))


def test_meetings_of_other_communities_are_not_found(cast, at_desk, root):
    foreign = cast.other.booking
    assert (
        at_desk.post(f"{root}attendance/{foreign.public_id}/", {"came": "yes"}).status_code == 404
    )


def test_the_page_costs_the_same_however_many_came(cast, at_desk, root, booking):
    world = cast.own.world

    def queries():
        with (
            frozen_at(TEN + DAY),
            CaptureQueriesContext(
                connection,
            ) as captured,
        ):
            at_desk.get(f"{root}attendance/", {"day": str(MONDAY.date())})
        return len(captured)

    queries()
    before = queries()
    for number in range(4):
        name = f"Also{number}"
        world.book(world.provider(name), world.student(f"S{name}"), TEN)
    assert Booking.objects.filter(appointment__start=TEN).count() >= 4
    assert queries() == before
