"""Rules of the wall clock as ticks: tables of cases, as instants in UTC."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.oracle import Community, Dates, _shows
from tests.engine.worlds import ZONES, blocks, zones_and_dates
from visavis.engine.masks import ticks
from visavis.engine.wallclock import (
    Dated,
    Weekly,
    dated_cover,
    dated_mask,
    minutes_mask,
    weekly_mask,
)
from visavis.engine.window import Window

NEW_YORK = ZoneInfo("America/New_York")
DAY = timedelta(days=1)
MONDAY, SATURDAY, SUNDAY = 0, 5, 6


def days(first, count=1):
    """Return a window of `count` days of UTC from midnight before this date."""
    start = datetime.fromisoformat(first).replace(tzinfo=UTC)
    return Window(start, count * 288)


def ranges(mask, window):
    """Return the mask as "DD HH:MM-HH:MM" of UTC."""
    found = list(ticks(mask))
    edges = [tick for before, tick in pairwise([-2, *found]) if tick != before + 1]
    ends = [tick + 1 for tick, after in pairwise([*found, -2]) if after != tick + 1]
    return [
        f"{window.instant(first):%d %H:%M}-{window.instant(last):%H:%M}"
        for first, last in zip(edges, ends, strict=True)
    ]


def weekly(window, *rules, zone=NEW_YORK):
    return ranges(weekly_mask([Weekly(*rule) for rule in rules], zone, window), window)


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([(MONDAY, 540, 720)], ["01 14:00-17:00"]),
        ([(MONDAY, 540, 600), (MONDAY, 600, 660)], ["01 14:00-16:00"]),
        ([(MONDAY, 540, 630), (MONDAY, 600, 660)], ["01 14:00-16:00"]),
        ([(MONDAY, 1380, 1440)], ["02 04:00-05:00"]),
        ([(MONDAY, 1380, 1500)], ["02 04:00-06:00"]),
        ([(MONDAY, 0, 1440)], ["01 05:00-05:00"]),
        ([(SUNDAY, 1380, 1500)], ["01 04:00-06:00"]),
        ([(MONDAY, 542, 602)], ["01 14:05-15:00"]),
        ([(MONDAY, 542, 544)], []),
        ([(MONDAY, 540, 602), (MONDAY, 602, 660)], ["01 14:00-16:00"]),
        ([], []),
    ],
    ids=[
        "one block",
        "touching blocks are one",
        "overlapping blocks are one",
        "a block may end at 24:00",
        "a block may cross midnight",
        "a whole day",
        "a block may cross the end of the week",
        "a block off the grid is rounded inwards",
        "a block that holds no tick opens none",
        "blocks that touch off the grid are one",
        "no blocks",
    ],
)
def test_weekly_blocks_open_their_hours(rules, expected):
    assert weekly(days("2027-03-01", 2), *rules) == expected


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (None, None, ["01", "08", "15", "22"]),
        (date(2027, 3, 8), None, ["08", "15", "22"]),
        (None, date(2027, 3, 8), ["01", "08"]),
        (date(2027, 3, 8), date(2027, 3, 15), ["08", "15"]),
        (date(2027, 3, 9), date(2027, 3, 14), []),
        (date(2027, 3, 15), date(2027, 3, 8), []),
        (date.min, date.max, ["01", "08", "15", "22"]),
    ],
)
def test_weekly_blocks_hold_from_and_until_their_dates_inclusive(first, last, expected):
    found = weekly(days("2027-03-01", 28), (MONDAY, 540, 720, first, last))
    assert [text[:2] for text in found] == expected


def test_dates_of_a_block_that_crosses_midnight_are_those_of_its_first_day():
    first = last = date(2027, 3, 1)
    found = weekly(days("2027-02-22", 21), (MONDAY, 1380, 1500, first, last))
    assert found == ["02 04:00-06:00"]


def test_block_that_ends_with_all_dates_still_crosses_midnight():
    found = weekly(days("2027-03-01", 2), (MONDAY, 1380, 1500, None, date.max))
    assert found == ["02 04:00-06:00"]


@pytest.mark.parametrize(
    ("zone", "window", "rule", "expected"),
    [
        ("America/New_York", days("2027-03-14"), (SUNDAY, 60, 240), ["14 06:00-08:00"]),
        ("America/New_York", days("2027-03-14"), (SUNDAY, 120, 180), []),
        ("America/New_York", days("2027-11-07"), (SUNDAY, 60, 120), ["07 05:00-07:00"]),
        (
            "America/New_York",
            days("2027-11-07"),
            (SUNDAY, 90, 120),
            ["07 05:30-06:00", "07 06:30-07:00"],
        ),
        ("America/New_York", days("2027-11-07"), (SUNDAY, 0, 60), ["07 04:00-05:00"]),
        ("Europe/London", days("2027-10-31"), (SUNDAY, 0, 180), ["31 00:00-03:00"]),
        ("Australia/Lord_Howe", days("2027-04-03"), (SUNDAY, 90, 120), ["03 14:30-15:30"]),
        ("Australia/Lord_Howe", days("2027-10-02"), (SUNDAY, 120, 180), ["02 15:30-16:00"]),
        ("America/Santiago", days("2027-09-05"), (SUNDAY, 0, 120), ["05 04:00-05:00"]),
        ("America/Santiago", days("2027-04-04"), (SATURDAY, 1380, 1440), ["04 02:00-04:00"]),
        ("Africa/Cairo", days("2027-04-29", 2), (4, 0, 120), ["29 22:00-23:00"]),
    ],
    ids=[
        "a skipped hour inside a block",
        "a block that is skipped altogether",
        "the repeated hour counts twice",
        "half of the repeated hour counts twice",
        "the hour before is not repeated",
        "a repeated hour inside a block",
        "half an hour is repeated",
        "half an hour is skipped",
        "a skipped midnight",
        "a repeated hour before midnight",
        "a skipped midnight on a Friday",
    ],
)
def test_clock_changes_follow_the_clock_on_the_wall(zone, window, rule, expected):
    assert weekly(window, rule, zone=ZoneInfo(zone)) == expected


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Dated(date(2027, 3, 1), date(2027, 3, 1)), ["01 05:00-05:00"]),
        (Dated(date(2027, 3, 1), date(2027, 3, 1), 540, 600), ["01 14:00-15:00"]),
        (
            Dated(date(2027, 2, 27), date(2027, 3, 2), 540, 600),
            ["01 14:00-15:00", "02 14:00-15:00"],
        ),
        (Dated(date(2027, 2, 28), date(2027, 2, 28), 1380, 1500), ["01 04:00-06:00"]),
        (Dated(date(2027, 3, 2), date(2027, 3, 1)), []),
        (Dated(date(2026, 1, 1), date(2026, 1, 2)), []),
        (Dated(date(2028, 1, 1), date(2028, 1, 2)), []),
    ],
    ids=[
        "a whole day",
        "a part of a day",
        "the same hour on several days",
        "across midnight into the window",
        "no day at all",
        "long ago",
        "far ahead",
    ],
)
def test_dated_ranges_hold_on_each_of_their_local_dates(rule, expected):
    window = days("2027-03-01", 2)
    assert ranges(dated_mask([rule], NEW_YORK, window), window) == expected


def test_range_of_a_sunday_runs_on_into_a_window_that_begins_on_monday_at_midnight():
    window = Window(datetime(2027, 3, 1, 5, tzinfo=UTC), 288)
    sunday = Dated(date(2027, 2, 28), date(2027, 2, 28), 1380, 1500)
    assert ranges(dated_mask([sunday], NEW_YORK, window), window) == ["01 05:00-06:00"]


def test_dated_range_off_the_grid_opens_inwards_and_closes_outwards():
    window, rule = days("2027-03-01"), Dated(date(2027, 3, 1), date(2027, 3, 1), 542, 602)
    assert ranges(dated_mask([rule], NEW_YORK, window), window) == ["01 14:05-15:00"]
    assert ranges(dated_cover([rule], NEW_YORK, window), window) == ["01 14:00-15:05"]


def test_allowed_minutes_are_those_of_the_local_hour():
    window = Window(datetime(2027, 3, 1, tzinfo=UTC), 12)
    kolkata = minutes_mask({0, 10}, ZoneInfo("Asia/Kolkata"), window)
    assert [f"{window.instant(tick):%H:%M}" for tick in ticks(kolkata)] == ["00:30", "00:40"]


def test_allowed_minutes_off_the_grid_allow_nothing():
    assert minutes_mask({7}, NEW_YORK, days("2027-03-01")) == 0


def test_zone_whose_clock_is_off_the_grid_is_read_minute_by_minute():
    # Monrovia kept 44 minutes and 30 seconds behind UTC until 1972; a clock shows whole minutes.
    window = Window(datetime(1970, 1, 5, tzinfo=UTC), 288)
    found = weekly(window, (MONDAY, 540, 600), zone=ZoneInfo("Africa/Monrovia"))
    assert found == ["05 09:45-10:45"]


@pytest.mark.parametrize(
    "rule",
    [
        (7, 0, 60),
        (-1, 0, 60),
        (0, 60, 60),
        (0, 60, 30),
        (0, -5, 60),
        (0, 1440, 1500),
        (0, 60, 1505),
    ],
)
def test_block_that_is_none_is_refused(rule):
    with pytest.raises(ValueError, match=r"not"):
        Weekly(*rule)


def test_dated_range_that_is_none_is_refused():
    with pytest.raises(ValueError, match="up to a day"):
        Dated(date(2027, 3, 1), date(2027, 3, 1), 600, 540)


@st.composite
def weeks(draw):
    zone, first = draw(zones_and_dates())
    return zone, first, draw(st.lists(blocks(first), max_size=5))


@settings(max_examples=25, deadline=None, print_blob=True)
@given(weeks())
def test_weekly_mask_is_what_a_clock_on_the_wall_shows_at_every_minute(week):
    zone, first, rules = week
    window = Window(datetime.combine(first, time.min, tzinfo=UTC) - DAY, 3 * 288)
    wall = Community(zone, first, 1, window.start, (), ())
    minutes = [window.start + n * timedelta(minutes=1) for n in range(5 * window.ticks)]
    shown = [any(_shows(wall, rule, minute) for rule in rules) for minute in minutes]
    expected = [tick for tick in range(window.ticks) if all(shown[5 * tick : 5 * tick + 5])]
    own = [Weekly(r.weekday, r.start, r.end, r.first, r.last) for r in rules]
    assert list(ticks(weekly_mask(own, zone, window))) == expected


@pytest.mark.parametrize("name", ZONES)
def test_whole_year_of_a_zone_is_what_its_clock_shows(name):
    zone, rule = ZoneInfo(name), Dates(date(2027, 1, 1), date(2027, 12, 31), 60, 150)
    window = Window(datetime(2027, 1, 1, tzinfo=UTC), 365 * 288)
    wall = Community(zone, rule.first, 1, window.start, (), ())
    expected = [t for t in range(window.ticks) if _shows(wall, rule, window.instant(t))]
    dated = Dated(rule.first, rule.last, rule.start, rule.end)
    assert list(ticks(dated_mask([dated], zone, window))) == expected
