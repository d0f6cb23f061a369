"""Limits and pauses, told where they bite: before a time is chosen, and when it is refused."""

from datetime import timedelta

import pytest

from tests.factories.way import TEN
from tests.factories.world import MONDAY, TESTER
from visavis.bookings.actions import excuse, mark_missed
from visavis.communities.actions import change_settings
from visavis.core.clock import frozen_at
from visavis.people.actions import pause_booking

pytestmark = pytest.mark.django_db


@pytest.fixture
def booking(way, sam):
    return way.world.book(way.provider, sam, TEN)


def test_limit_of_a_day_is_told_before_a_time_is_chosen(way, booking, client):
    change_settings(way.world.community, {"student_daily_limit_minutes": 30}, by=TESTER)
    shown = client.get(way.times).content.decode()
    assert "Mentoring allows 30 minutes that day, and you have booked 30 minutes" in shown
    assert shown.count("is-used") == 1
    assert "is-used" not in client.get(f"{way.times}?moving={booking.public_id}").content.decode()


def test_limit_of_a_week_strikes_the_whole_week_out(way, booking, client):
    change_settings(way.world.community, {"student_weekly_limit_minutes": 45}, by=TESTER)
    shown = client.get(way.times).content.decode()
    assert "Mentoring allows 45 minutes that week, and you have booked 30 minutes" in shown
    assert shown.count("is-used") == 7


def test_formats_say_why_nothing_can_be_booked(way, booking, client):
    change_settings(way.world.community, {"student_open_bookings_limit": 1}, by=TESTER)
    shown = client.get(way.learn).content.decode()
    assert shown.count("as many as Mentoring allows at a time") == 2
    assert way.services not in shown


def test_absence_that_was_excused_is_told_as_that(way, booking, client):
    with frozen_at(TEN + timedelta(hours=1)):
        mark_missed(booking, by=TESTER, now=TEN + timedelta(hours=1))
        assert ">Missed" in client.get(way.learn).content.decode().replace("\n", "")
        excuse(booking, reason="Was ill.", by=TESTER, now=TEN + timedelta(hours=1))
        page = client.get(way.learn).content.decode()
    assert "Excused" in page
    assert "Missed" not in page


def test_pause_of_far_meetings_is_told_and_leaves_the_near_ones(way, sam, client):
    until = MONDAY + timedelta(days=14)
    community = way.world.community
    pause_booking(
        sam, community, until=until, reason="Missed two.", far_days=1, by=TESTER, now=MONDAY
    )
    said = "has paused your bookings of meetings more than 1 day ahead until"
    for url in (way.learn, way.times):
        shown = client.get(url).content.decode()
        assert said in shown
        assert "The reason: Missed two." in shown
    assert client.get(way.review).status_code == 200
    way.start = TEN + timedelta(days=2)
    far = client.get(way.review)
    assert (far.status_code, said in far.content.decode()) == (409, True)
    with frozen_at(until):
        assert said not in client.get(way.learn).content.decode()


def test_pause_is_told_in_one_habit_of_writing_times_on_every_page(way, sam, client):
    until, community = MONDAY + timedelta(days=14), way.world.community
    pause_booking(sam, community, until=until, reason="Missed two.", by=TESTER, now=MONDAY)
    for url in (way.learn, way.services, way.times, way.review):
        assert "until Monday 1 March, 8:00 AM (New York time)" in client.get(url).content.decode()


def test_back_after_booking_with_anybody_says_that_it_is_booked(way, booking, client):
    back = client.get(way.providers)
    assert back.status_code == 409
    assert "You have booked this already" in back.content.decode()
