"""Races about seats of a group that are held for somebody."""

from collections import Counter
from datetime import timedelta

import pytest

from tests.factories.world import MONDAY
from tests.races.test_one_winner import tally, wishes

pytestmark = [pytest.mark.race, pytest.mark.xdist_group("races")]
TEN = MONDAY + timedelta(hours=2)
GROUP = (30, 3)


def seats(results):
    """How often each seat of each meeting was given."""
    return Counter((one["appointment"], one["seat"]) for one in results if "booking" in one)


def test_a_seat_whose_hold_has_run_out_is_given_once(arena):
    scene = arena.stage(formats=[GROUP], held=True)
    assert arena.holds() == {"open": 1}  # nobody has tidied up
    results = arena.race(wishes(scene, [(TEN, 0)]))
    assert tally(results) == {"booked": 3, "slot_taken": 29}
    assert sorted(seat for _meeting, seat in seats(results)) == [1, 2, 3]
    assert arena.holds() == {"expired": 1}


def test_who_has_a_seat_held_gets_it_and_the_others_share_the_rest(arena):
    scene = arena.stage(formats=[GROUP], stands=True)
    sent = wishes(scene, [(TEN, 0)])
    results = arena.race(sent)
    assert tally(results) == {"booked": 3, "slot_taken": 29}
    assert sorted(seat for _meeting, seat in seats(results)) == [1, 2, 3]
    assert len({meeting for meeting, _seat in seats(results)}) == 1
    assert arena.holds() == {"used": 1}


def test_thirty_two_workers_offer_one_freed_seat_once(arena):
    scene = arena.stage(formats=[GROUP], waiting=6)
    results = arena.race([{"offers": True, "community": scene["community"]}] * 32)
    assert sum(result["offered"] for result in results) == 1
    assert arena.holds() == {"open": 1}


def test_a_freed_seat_is_offered_to_one_or_booked_by_one(arena):
    scene = arena.stage(formats=[GROUP], waiting=1)
    offers = [{"offers": True, "community": scene["community"]}] * 8
    # Those who sit there already cannot be there twice.
    others = wishes(scene, [(TEN, 0)])[8:-3]
    results = arena.race(offers + others)
    offered = sum(result.get("offered", 0) for result in results)
    booked = sum("booking" in result for result in results)
    assert offered + booked == 1
