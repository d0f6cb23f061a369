"""Local midnights, days and weeks."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from visavis.engine.wallclock import Period, local_days, local_weeks, midnight
from visavis.engine.window import Window


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        ("America/New_York", date(2027, 3, 1), "2027-03-01T05:00"),
        ("America/New_York", date(2027, 7, 1), "2027-07-01T04:00"),
        ("Pacific/Chatham", date(2027, 3, 1), "2027-02-28T10:15"),
        ("America/Santiago", date(2027, 9, 5), "2027-09-05T04:00"),
        ("Africa/Cairo", date(2027, 4, 30), "2027-04-29T22:00"),
        ("America/Havana", date(2027, 11, 7), "2027-11-07T04:00"),
        ("America/Toronto", date(1919, 3, 31), "1919-03-31T04:30"),
        ("Pacific/Apia", date(2011, 12, 30), "2011-12-30T10:00"),
        ("Pacific/Apia", date(2011, 12, 31), "2011-12-30T10:00"),
    ],
    ids=[
        "winter",
        "summer",
        "a zone of quarter hours",
        "midnight is skipped",
        "midnight is skipped in Cairo",
        "midnight is shown twice",
        "the clock jumps over midnight",
        "a date is left out",
        "the date after it",
    ],
)
def test_midnight_is_the_first_instant_of_a_local_date(zone, day, expected):
    assert midnight(day, ZoneInfo(zone)).isoformat(timespec="minutes") == f"{expected}+00:00"


def test_local_days_have_23_24_and_25_hours_and_begin_before_the_window():
    window = Window(datetime(2027, 11, 6, 12, tzinfo=UTC), 288)
    assert local_days(ZoneInfo("America/New_York"), window) == (
        Period(-96, 192, date(2027, 11, 6)),
        Period(192, 492, date(2027, 11, 7)),
    )
    spring = Window(datetime(2027, 3, 14, 12, tzinfo=UTC), 12)
    assert local_days(ZoneInfo("America/New_York"), spring) == (
        Period(-84, 192, date(2027, 3, 14)),
    )


def test_local_weeks_run_from_monday_to_sunday_and_hold_the_whole_window():
    window = Window(datetime(2027, 3, 13, 5, tzinfo=UTC), 3 * 288)
    assert local_weeks(ZoneInfo("America/New_York"), window) == (
        Period(-5 * 288, 2 * 288 - 12, date(2027, 3, 8)),
        Period(2 * 288 - 12, 9 * 288 - 12, date(2027, 3, 15)),
    )
