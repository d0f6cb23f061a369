"""The calendar file of one meeting."""

from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from tests.factories.world import MONDAY, TESTER, make_world
from visavis.bookings.actions import cancel
from visavis.bookings.models import Answer
from visavis.calendars.ics import booking_calendar

pytestmark = pytest.mark.django_db
TEN = MONDAY + timedelta(hours=2)
URL = "https://uni.test/c/mentoring/bookings/1/"


@pytest.fixture
def world():
    return make_world()


def read(booking):
    calendar = Calendar.from_ical(booking_calendar(booking, url=URL))
    return calendar, calendar.walk("VEVENT")[0]


def test_event_says_when_with_whom_and_where(world):
    booking = world.book(world.provider(), world.student(), TEN)
    calendar, event = read(booking)
    assert event["dtstart"].dt == TEN
    assert event["dtend"].dt == TEN + timedelta(minutes=30)
    assert event["dtstart"].params["TZID"] == "America/New_York"
    assert [zone["tzid"] for zone in calendar.walk("VTIMEZONE")] == ["America/New_York"]
    assert (event["summary"], event["location"], event["status"]) == (
        "Peer Mentoring: Talia Example",
        "Main office",
        "CONFIRMED",
    )


def test_clock_change_lies_in_the_files_own_zone_rules(world):
    # The first Monday after the clocks went forward: ten in the morning is 14:00 UTC.
    start = datetime(2027, 3, 15, 14, tzinfo=UTC)
    _, event = read(world.book(world.provider(), world.student(), start))
    assert event["dtstart"].dt.hour == 10
    assert event["dtstart"].dt.astimezone(UTC) == start


def test_later_file_changes_the_same_event(world):
    booking = world.book(world.provider(), world.student(), TEN)
    _, before = read(booking)
    _, after = read(cancel(booking, by=TESTER, now=MONDAY))
    assert before["uid"] == after["uid"] == f"{booking.public_id}@visavis"
    assert after["sequence"] > before["sequence"]
    assert after["status"] == "CANCELLED"


def test_what_the_student_wrote_stays_out(world):
    booking = world.book(world.provider(), world.student(), TEN)
    Answer.objects.create(booking=booking, label="Topic", value="Something private")
    assert "private" not in booking_calendar(booking, url=URL).decode()


def test_request_is_tentative(world):
    world.format.auto_confirm = False
    world.format.save()
    assert read(world.book(world.provider(), world.student(), TEN))[1]["status"] == "TENTATIVE"
