"""Races for weeks: a series has all of its weeks or none, whoever wants one of them too."""

from collections import Counter
from datetime import timedelta

import pytest

from tests.factories.world import MONDAY
from tests.races.test_one_winner import tally, wishes

pytestmark = pytest.mark.race
TEN = MONDAY + timedelta(hours=2)
WEEK = timedelta(weeks=1)
WEEKLY, SINGLE = 0, 1


def weekly(scene, starts, *, weeks=4, **more):
    """Thirty-two wishes for a series, taking turns through the starts."""
    asked = wishes(scene, [(start, WEEKLY) for start in starts], **more)
    return [{**wish, "weeks": weeks, "place": scene["place"]} for wish in asked]


def test_of_thirty_two_series_that_share_weeks_no_two_get_one(arena):
    scene = arena.stage(formats=[(30, 1, "weekly")])
    results = arena.race(weekly(scene, [TEN, TEN + WEEK, TEN + 2 * WEEK, TEN + 3 * WEEK]))
    assert tally(results) == {"booked": 1, "slot_taken": 31}
    assert list(arena.series().values()) == [[4, 4]]


def test_who_loses_a_later_week_has_nothing_and_is_told_which(arena):
    scene = arena.stage(formats=[(30, 1, "weekly"), (30, 1)])
    single = wishes(scene, [(TEN + 3 * WEEK, SINGLE)])[:8]
    results = arena.race([*single, *weekly(scene, [TEN])[8:]])
    won = [result for result in results if "refused" not in result]
    assert len(won) == 1
    assert tally(results) == {"booked": 1, "slot_taken": 31}
    if "booking" in won[0]:
        assert arena.series() == {}
        told = {result["message"] for result in results if "message" in result}
        assert all("Week 4, Monday 8 March 2027" in message for message in told)
        assert arena.ended() == {"confirmed": 1}
    else:
        assert list(arena.series().values()) == [[4, 4]]
        assert arena.ended() == {"confirmed": 4}


def test_one_intention_for_a_series_sent_thirty_two_times_is_one_series(arena):
    scene = arena.stage(formats=[(30, 1, "weekly")], students=1)
    results = arena.race(weekly(scene, [TEN], keys=["one wish"]))
    assert Counter("series" in result for result in results) == {True: 32}
    assert len({result["series"] for result in results}) == 1
    assert arena.ended() == {"confirmed": 4}
