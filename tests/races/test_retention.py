"""Workers let go of old meetings while others are booked, marked and cancelled."""

from datetime import timedelta

import pytest

from tests.factories.world import MONDAY
from tests.races.test_one_winner import tally, wishes

pytestmark = [pytest.mark.race, pytest.mark.xdist_group("races")]
TEN = MONDAY + timedelta(hours=2)
NOBODY = "anonymised-student@visavis.invalid"
LATER = (MONDAY + timedelta(days=6 * 365)).isoformat()


def let_go(now, times):
    return [{"lets_go": now}] * times


def test_many_workers_let_go_of_the_same_meetings_once(arena):
    scene = arena.stage(formats=[(30, 1)], providers=2)
    arena.race(wishes(scene, [(TEN, 0), (TEN + timedelta(hours=1), 0)]))
    booked = arena.ended()["confirmed"]
    results = arena.race(let_go(LATER, 16))
    assert arena.stage(students_of=True) == {NOBODY: booked}
    assert sum(result["gone"].get("bookings", 0) for result in results) >= booked


def test_meetings_are_booked_and_marked_while_old_ones_go(arena):
    scene = arena.stage(formats=[(30, 1)], providers=2)
    first = arena.race(wishes(scene, [(TEN, 0)]))
    old = [result["booking"] for result in first if "booking" in result]
    marks = [
        {"act": "miss", "booking": pk, "now": (TEN + timedelta(hours=1)).isoformat()} for pk in old
    ]
    keys = [f"later {number}" for number in range(32)]
    at_three = wishes(scene, [(TEN + timedelta(hours=5), 0)], keys=keys)[:16]
    results = arena.race([*let_go(LATER, 8), *marks * 2, *at_three])
    assert tally([one for one in results if "gone" not in one and "act" not in one]) == {
        "booked": 2,
        "slot_taken": 14,
    }
    states = arena.ended()
    assert states == {"no_show": 2, "confirmed": 2}
    taken = [line for line in arena.told()["taken"] if line.startswith("provider")]
    assert len(taken) == 4  # the providers' own time stands


def test_nothing_of_a_meeting_to_come_goes_in_the_crowd(arena):
    scene = arena.stage(formats=[(30, 1)], providers=2)
    results = arena.race([*wishes(scene, [(TEN, 0)])[:24], *let_go(MONDAY.isoformat(), 8)])
    booked = [result for result in results if "booking" in result]
    assert len(booked) == 2
    assert NOBODY not in arena.stage(students_of=True)
