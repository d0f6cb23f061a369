"""A place changes with the fate of the meetings there."""

from datetime import timedelta

import pytest

from tests.factories.world import MONDAY, TESTER, make_world
from visavis.availability.locations import location_values
from visavis.availability.models import Location
from visavis.bookings.enums import PENDING_PROPOSALS, BookingState
from visavis.bookings.models import Booking, Proposal
from visavis.catalogue.actions import add_format
from visavis.changes.enums import Fate
from visavis.changes.errors import Undecided
from visavis.changes.fates import UNDECIDED, Decision
from visavis.changes.places import archive_place, change_place, restore_place

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
TEN = MONDAY + 2 * HOUR


@pytest.fixture
def world():
    """Three meet in the same place at ten, and two at noon."""
    world = make_world()
    people = [world.provider(name) for name in ("Talia", "Omar", "Pia")]
    students = [world.student(name) for name in ("Sam", "Uma", "Vic")]
    pairs = list(zip(people, students, strict=True))
    world.ten = [world.book(*pair, TEN) for pair in pairs]
    world.noon = [world.book(*pair, TEN + 2 * HOUR) for pair in pairs[:2]]
    return world


def hold_at_most(world, capacity, decision=UNDECIDED, now=MONDAY):
    place = Location.objects.select_related("community").get(pk=world.location.pk)
    values = {**location_values(place), "capacity": capacity}
    return change_place(place, values, decision, by=TESTER, now=now)


def test_room_that_is_enough_touches_nobody(world):
    assert hold_at_most(world, 3).capacity == 3


@pytest.mark.parametrize("capacity", [1, 2])
def test_less_room_asks_about_those_who_were_booked_last(world, capacity):
    with pytest.raises(Undecided) as refusal:
        hold_at_most(world, capacity)
    assert list(refusal.value.touched) == world.ten[capacity:] + world.noon[capacity:]
    assert Location.objects.get(pk=world.location.pk).capacity is None


def test_who_is_cancelled_leaves_the_room_to_the_others(world):
    hold_at_most(world, 2, Decision({world.ten[2].pk: Fate.CANCEL}))
    states = Booking.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["confirmed", "confirmed", "cancelled", "confirmed", "confirmed"]


def test_who_was_kept_is_not_asked_about_again(world):
    hold_at_most(world, 2, Decision({world.ten[2].pk: Fate.KEEP}))
    Location.objects.update(details="Ring twice.")
    assert hold_at_most(world, 2).capacity == 2
    assert Booking.objects.get(pk=world.ten[2].pk).state == BookingState.CONFIRMED


def test_what_is_under_way_takes_room(world):
    long = add_format(world.community, by=TESTER, name="Long", minutes=60)
    world.book(world.provider("Lea"), world.student("Wim"), TEN + HOUR, format=long)
    coming = world.book(world.provider("Jo"), world.student("Xia"), TEN + HOUR * 1.5)
    with pytest.raises(Undecided) as refusal:
        hold_at_most(world, 1, now=TEN + HOUR * 1.25)
    assert list(refusal.value.touched) == [coming, *world.noon[1:]]


def test_a_place_that_comes_back_keeps_the_meetings_that_were_to_go_elsewhere(world):
    place = Location.objects.select_related("community").get(pk=world.location.pk)
    fates = dict.fromkeys([row.pk for row in (*world.ten, *world.noon)], Fate.OFFER)
    archive_place(place, Decision(fates), by=TESTER, now=MONDAY)
    assert Proposal.objects.filter(state__in=PENDING_PROPOSALS).count() == len(fates)
    assert restore_place(place, by=TESTER, now=MONDAY)
    assert not Proposal.objects.filter(state__in=PENDING_PROPOSALS).exists()
    assert not restore_place(place, by=TESTER, now=MONDAY)
