"""Everybody's week side by side: in which hours each can be booked, by the clock on the wall."""

from datetime import date, timedelta

import pytest

from tests.factories.world import MONDAY, TESTER, make_world
from visavis.availability.actions import add_dated_change, add_weekly_block
from visavis.availability.closures import add_closure
from visavis.availability.enums import ChangeKind
from visavis.people.enums import HourCycle
from visavis.web.hours.everybody import Everybody

pytestmark = pytest.mark.django_db
FIRST = MONDAY.date()


@pytest.fixture
def world():
    return make_world()


def week(world, *providers, first=FIRST):
    reader = Everybody(world.community, first, FIRST, HourCycle.TWENTY_FOUR)
    days, rows = reader.week(providers)
    return days, [[day.times for day in row.days] for row in rows], rows


def block(provider, weekday, start, end):
    add_weekly_block(provider, weekday=weekday, start_minute=start, end_minute=end, by=TESTER)


def test_hours_that_touch_or_overlap_are_one_stretch_and_pauses_are_seen(world):
    talia = world.provider(hours=False)
    block(talia, 0, 540, 660)
    block(talia, 0, 600, 720)
    block(talia, 0, 780, 1440)
    block(talia, 6, 1320, 1500)
    _days, [times], [row] = week(world, talia)
    assert times == [
        ["0:00–1:00", "9:00–12:00", "13:00 until midnight"],
        [],
        [],
        [],
        [],
        [],
        ["22:00 until midnight"],
    ]
    assert not row.is_empty


def test_time_away_and_closures_are_taken_off_and_said(world):
    talia, ruth = world.provider(), world.provider("Ruth", hours=False)
    away = {"first": FIRST, "last": FIRST, "by": TESTER}
    add_dated_change(talia, kind=ChangeKind.AWAY, start_minute=600, end_minute=660, **away)
    tuesday, wednesday = (FIRST + timedelta(days=number) for number in (1, 2))
    add_closure(world.community, first=tuesday, last=tuesday, by=TESTER)
    add_closure(
        world.community,
        first=wednesday,
        last=wednesday,
        start_minute=0,
        end_minute=720,
        by=TESTER,
    )
    days, [times, none], [row, empty] = week(world, talia, ruth)
    assert times[:3] == [["9:00–10:00", "11:00–17:00"], [], ["12:00–17:00"]]
    assert [day.is_away for day in row.days] == [True, *[False] * 6]
    assert [day.is_closed for day in days] == [False, True, *[False] * 5]
    assert (none, empty.is_empty) == ([[]] * 7, True)


def test_night_on_which_clocks_change_is_told_by_the_clock_on_the_wall(world):
    talia = world.provider(hours=False)
    block(talia, 6, 60, 300)
    for sunday in (date(2027, 3, 14), date(2027, 11, 7)):
        _days, [times], _rows = week(world, talia, first=sunday)
        assert times[0] == ["1:00–5:00"]


def test_hours_of_many_cost_three_queries_more_than_none(world, django_assert_max_num_queries):
    people = [world.provider(f"P{number}") for number in range(12)]
    with django_assert_max_num_queries(5):
        week(world, *people)
