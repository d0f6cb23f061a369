"""Races: thirty-two at once for what one can have; exactly one wins, whatever the load."""

from collections import Counter
from datetime import timedelta

import pytest

from tests.factories.world import MONDAY

pytestmark = pytest.mark.race
TEN = MONDAY + timedelta(hours=2)


def wishes(scene, starts_and_formats, *, students=None, keys=None):
    """One wish for each of 32 students, taking turns through what may be wanted."""
    return [
        {
            "community": scene["community"],
            "service": scene["service"],
            "format": scene["formats"][starts_and_formats[n % len(starts_and_formats)][1]],
            "provider": scene["providers"][n % len(scene["providers"])],
            "student": (students or scene["students"])[n % len(students or scene["students"])],
            "start": starts_and_formats[n % len(starts_and_formats)][0].isoformat(),
            "key": (keys or [f"wish {n}"])[n % len(keys or [n])],
        }
        for n in range(32)
    ]


def tally(results):
    return Counter(result.get("refused", "booked") for result in results)


def test_one_of_thirty_two_gets_the_slot(arena):
    scene = arena.stage(formats=[(30, 1)])
    results = arena.race(wishes(scene, [(TEN, 0)]))
    assert tally(results) == {"booked": 1, "slot_taken": 31}


def test_one_of_thirty_two_gets_a_time_that_all_overlap(arena):
    scene = arena.stage(formats=[(30, 1), (60, 1), (45, 1)])
    minutes = timedelta(minutes=1)
    # All four hold the five minutes from 10:30 on.
    overlapping = [(0, 1), (30, 0), (15, 2), (5, 0)]
    results = arena.race(
        wishes(scene, [(TEN + n * minutes, format_) for n, format_ in overlapping])
    )
    assert tally(results) == {"booked": 1, "slot_taken": 31}


def test_one_of_thirty_two_gets_a_night_though_all_set_the_rules_aside(arena):
    scene = arena.stage(formats=[(30, 1)])
    night = {"anyway": "They work by day.", "place": scene["place"]}
    wanted = wishes(scene, [(TEN + timedelta(hours=12), 0)])
    results = arena.race([wish | night for wish in wanted])
    assert tally(results) == {"booked": 1, "slot_taken": 31}


def test_one_intention_sent_thirty_two_times_is_one_booking(arena):
    scene = arena.stage(formats=[(30, 1)], students=1)
    results = arena.race(wishes(scene, [(TEN, 0)], keys=["one wish"]))
    assert len({result["booking"] for result in results}) == 1


def test_group_of_three_seats_three_of_thirty_two_together(arena):
    scene = arena.stage(formats=[(30, 3)])
    results = arena.race(wishes(scene, [(TEN, 0)]))
    winners = [result for result in results if "booking" in result]
    assert sorted(winner["seat"] for winner in winners) == [1, 2, 3]
    assert len({winner["appointment"] for winner in winners}) == 1


def test_room_for_one_takes_one_of_four_providers_meetings(arena):
    scene = arena.stage(formats=[(30, 1)], providers=4, room=1)
    results = arena.race(wishes(scene, [(TEN, 0)]))
    assert tally(results) == {"booked": 1, "slot_taken": 31}


def test_one_student_at_four_providers_meets_one(arena):
    scene = arena.stage(formats=[(30, 1)], providers=4, students=1)
    results = arena.race(wishes(scene, [(TEN, 0)]))
    assert tally(results)["booked"] == 1
    assert tally(results).keys() <= {"booked", "slot_taken", "student_conflict"}
