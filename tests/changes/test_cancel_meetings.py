"""Meetings cancelled together: each open one, whatever has become of the others."""

from datetime import timedelta

import pytest

from tests.factories.world import MONDAY, TESTER, make_world
from visavis.bookings.models import Appointment, Booking, BookingEvent
from visavis.catalogue.actions import add_format
from visavis.changes.actions import cancel_meetings
from visavis.changes.queries import people_in

pytestmark = pytest.mark.django_db
TEN = MONDAY + timedelta(hours=2)
DAY = timedelta(days=1)
LATER = MONDAY + 3 * DAY


@pytest.fixture
def world():
    return make_world()


def states():
    return list(Booking.objects.order_by("pk").values_list("state", flat=True))


def test_every_open_booking_is_cancelled_with_its_reason(world):
    talia = world.provider()
    world.book(talia, world.student(), TEN)
    world.book(talia, world.student("Kim"), TEN + DAY)
    assert cancel_meetings(Appointment.objects.all(), by=TESTER, reason="Closed", now=MONDAY) == 2
    assert states() == ["cancelled", "cancelled"]
    told = BookingEvent.objects.filter(kind="cancelled")
    assert [event.data for event in told] == [
        {"reason": "Closed", "by": "system", "late": False}
    ] * 2


def test_meetings_that_are_not_named_stay(world):
    talia = world.provider()
    first = world.book(talia, world.student(), TEN)
    world.book(talia, world.student("Kim"), TEN + DAY)
    cancel_meetings([first.appointment], by=TESTER, reason="", now=MONDAY)
    assert states() == ["cancelled", "confirmed"]


def test_what_has_begun_or_expired_does_not_stop_the_rest(world):
    talia = world.provider()
    world.book(talia, world.student(), TEN)
    asked = add_format(world.community, by=TESTER, name="Asked", minutes=30, auto_confirm=False)
    world.book(talia, world.student("Kim"), TEN + 4 * DAY, format=asked)
    world.book(talia, world.student("Ali"), TEN + 4 * DAY + DAY / 24)
    assert cancel_meetings(Appointment.objects.all(), by=TESTER, reason="", now=LATER) == 1
    assert states() == ["confirmed", "requested", "cancelled"]


def test_people_of_meetings_are_both_sides_once(world):
    talia, sam = world.provider(), world.student()
    meetings = [world.book(talia, sam, start).appointment for start in (TEN, TEN + DAY)]
    assert people_in(meetings) == sorted([talia.user_id, sam.pk])
