"""Races about times that are held: thirty-two at once, and one of them has what there is."""

from datetime import timedelta

import pytest

from tests.factories.world import MONDAY
from tests.races.test_one_winner import tally, wishes

pytestmark = pytest.mark.race
TEN = MONDAY + timedelta(hours=2)


def test_one_of_thirty_two_gets_the_time_whose_hold_has_run_out(arena):
    scene = arena.stage(formats=[(30, 1)], held=True)
    assert arena.holds() == {"open": 1}  # nobody has tidied up
    results = arena.race(wishes(scene, [(TEN, 0)]))
    assert tally(results) == {"booked": 1, "slot_taken": 31}
    assert arena.holds() == {"expired": 1}


def test_thirty_two_workers_offer_one_freed_time_once(arena):
    scene = arena.stage(formats=[(30, 1)], waiting=6)
    results = arena.race([{"offers": True, "community": scene["community"]}] * 32)
    assert sum(result["offered"] for result in results) == 1
    assert arena.holds() == {"open": 1}


def test_what_is_offered_to_one_is_booked_by_nobody_else(arena):
    scene = arena.stage(formats=[(30, 1)], waiting=1)
    offers = [{"offers": True, "community": scene["community"]}] * 8
    results = arena.race(offers + wishes(scene, [(TEN, 0)])[8:])
    offered = sum(result.get("offered", 0) for result in results)
    booked = sum("booking" in result for result in results)
    # Whoever was first: an offer, or a booking by somebody else; never both, and never neither.
    assert offered + booked == 1
