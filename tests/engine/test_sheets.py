"""Sheets: whatever is asked, whenever, each start lies on exactly one of them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.engine.masks import TICK, ticks
from visavis.engine.sheets import MARGIN, WEEKS, sheets_between
from visavis.engine.zones import midnight

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
FIRST = datetime(2026, 12, 1, tzinfo=UTC)
ZONES = [
    ZoneInfo(name)
    for name in (
        *("UTC", "America/New_York", "Europe/Berlin", "Pacific/Kiritimati", "Pacific/Pago_Pago"),
        *("Asia/Kathmandu", "Australia/Lord_Howe", "America/Havana", "Asia/Beirut"),
    )
]
INSTANTS = st.integers(0, 300 * 24 * 12).map(lambda tick: FIRST + tick * TICK)


@given(st.sampled_from(ZONES), INSTANTS, st.integers(1, 60 * 24 * 12), INSTANTS)
def test_every_start_asked_for_lies_on_exactly_one_sheet(zone, first, length, now):
    last = first + length * TICK
    sheets = sheets_between(zone, first, last, now)
    asked = [sheet.window.covering(first, last) & sheet.core for sheet in sheets]
    starts = [
        sheet.window.instant(tick)
        for sheet, mask in zip(sheets, asked, strict=True)
        for tick in ticks(mask)
    ]
    assert starts == [first + n * TICK for n in range(length)]
    assert all(asked)


@given(st.sampled_from(ZONES), INSTANTS)
def test_every_start_of_a_sheet_has_a_margin_to_each_side(zone, now):
    (sheet,) = sheets_between(zone, now, now + TICK, now)
    starts = [sheet.window.instant(tick) for tick in ticks(sheet.core)]
    assert sheet.window.start == starts[0] - MARGIN
    assert sheet.window.end == starts[-1] + TICK + MARGIN
    assert len(starts) * TICK == pytest.approx(WEEKS * WEEK, abs=2 * HOUR)


@pytest.mark.parametrize("zone", ZONES, ids=str)
@pytest.mark.parametrize("weekday", range(7))
def test_four_weeks_ahead_lie_on_one_sheet_whichever_day_it_is(zone, weekday):
    today = datetime(2027, 3, 1, 23, 55, tzinfo=zone) + weekday * DAY
    end = midnight(today.date() + 29 * DAY, zone)
    assert len(sheets_between(zone, today, end, today)) == 1


def test_all_days_of_one_week_share_their_sheets():
    zone = ZoneInfo("America/New_York")
    monday = midnight(date(2027, 3, 1), zone)
    asked = monday + 2 * WEEK, monday + 9 * WEEK
    days = [monday + number * DAY for number in range(7)] + [monday + WEEK - TICK]
    assert len({sheets_between(zone, *asked, now) for now in days}) == 1
    for other in (monday - TICK, monday + WEEK):
        assert sheets_between(zone, *asked, other) != sheets_between(zone, *asked, monday)


@pytest.mark.parametrize(
    "monday",
    [
        pytest.param(date(2020, 9, 21), id="put back from midnight to 23:00"),
        pytest.param(date(2021, 3, 22), id="midnight is skipped"),
    ],
)
def test_a_border_on_which_the_clocks_change_parts_sheets_as_any_other(monday):
    zone = ZoneInfo("Asia/Tehran")
    border = midnight(monday, zone)
    before, after = sheets_between(
        zone, border - 2 * HOUR, border + 2 * HOUR, border - WEEKS * WEEK
    )
    assert before.window.instant(max(ticks(before.core))) == border - TICK
    assert after.window.instant(min(ticks(after.core))) == border


def test_no_time_touches_no_sheet():
    assert sheets_between(ZONES[0], FIRST, FIRST, FIRST) == ()
    assert sheets_between(ZONES[0], FIRST, FIRST - TICK, FIRST) == ()
