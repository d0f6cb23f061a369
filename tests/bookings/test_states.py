"""Which state may follow which: one table, and a sentence for every way that it does not have."""

from datetime import timedelta

import pytest

from tests.factories.world import MONDAY, make_world
from visavis.bookings.enums import BookingState, CommitmentStatus
from visavis.bookings.errors import NotOpen
from visavis.bookings.states import WAYS, change_state, check_way, lock_booking
from visavis.core import clock

ALLOWED = {
    ("requested", "confirmed"),
    ("requested", "declined"),
    ("requested", "expired"),
    ("requested", "cancelled"),
    ("confirmed", "cancelled"),
    ("confirmed", "attended"),
    ("confirmed", "no_show"),
    ("attended", "no_show"),
    ("no_show", "attended"),
}
PAIRS = [(old, new) for old in BookingState.values for new in BookingState.values]


@pytest.fixture
def booking(db):
    world = make_world()
    return world.book(world.provider(), world.student(), MONDAY + timedelta(hours=2))


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_only_the_ways_of_the_table_lead_from_state_to_state(booking, old, new):
    booking.state = old
    if (old, new) in ALLOWED:
        check_way(booking, BookingState(new), clock.now())
    else:
        with pytest.raises(NotOpen, match=r"already|no longer"):
            check_way(booking, BookingState(new), clock.now())


def test_every_state_has_its_row_in_the_table():
    assert set(WAYS) == set(BookingState)


def test_the_parts_of_time_follow_the_state(booking):
    change_state(lock_booking(booking), BookingState.NO_SHOW, now=clock.now())
    (part,) = booking.commitments.all()
    assert part.status == CommitmentStatus.NO_SHOW
