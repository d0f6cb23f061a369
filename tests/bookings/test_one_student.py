"""One student cannot take a calendar for themselves: what counts against their open bookings.

A series counts as one (tests/bookings/test_series.py), and its hours against the limits of hours.
Wishes on the waitlist hold nothing; of several one is offered (tests/bookings/test_waitlist.py).
"""

from datetime import timedelta

import pytest

from tests.factories.world import MONDAY, TESTER, make_world
from visavis.bookings.actions import cancel
from visavis.bookings.errors import Refused
from visavis.bookings.openings import ask
from visavis.catalogue.actions import add_format
from visavis.communities.actions import change_settings

pytestmark = pytest.mark.django_db
TEN, HOUR = MONDAY + timedelta(hours=2), timedelta(hours=1)


@pytest.fixture
def world():
    made = make_world()
    made.community = change_settings(made.community, {"student_open_bookings_limit": 2}, by=TESTER)
    return made


def open_starts(world, student):
    return ask(world.question(student=student)).starts


def switch(world, **values):
    world.format = add_format(world.community, by=TESTER, minutes=30, **values)


def test_requests_seats_of_groups_and_meetings_count_alike(world):
    talia, sam = world.provider(), world.student()
    switch(world, name="On request", auto_confirm=False)
    asked = world.book(talia, sam, TEN)
    switch(world, name="Group", capacity=5)
    world.book(talia, sam, TEN + HOUR)
    for values in ({"name": "Alone"}, {"name": "Again", "auto_confirm": False}):
        switch(world, **values)
        assert open_starts(world, sam) == []
        with pytest.raises(Refused):
            world.book(talia, sam, TEN + 2 * HOUR)
    # Another student goes on, and whoever gives one back may book again.
    assert TEN + 2 * HOUR in open_starts(world, world.student("Uma"))
    cancel(asked, by=TESTER, now=MONDAY)
    assert TEN + 2 * HOUR in open_starts(world, sam)


def test_a_seat_in_a_meeting_that_stands_counts_as_well(world):
    talia, sam, uma = world.provider(), world.student(), world.student("Uma")
    switch(world, name="Group", capacity=5)
    for hours in range(3):
        world.book(talia, uma if hours == 2 else sam, TEN + hours * HOUR)
    with pytest.raises(Refused):
        world.book(talia, sam, TEN + 2 * HOUR)
