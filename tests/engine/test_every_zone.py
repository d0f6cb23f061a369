"""Weekly hours over every change of every zone's clock from 2025 to 2035."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from visavis.engine.masks import ticks
from visavis.engine.wallclock import Weekly, weekly_mask
from visavis.engine.window import Window

FIRST, LAST = datetime(2025, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)
HALF_A_DAY, DAY = timedelta(hours=12), timedelta(days=1)
WEEK_MINUTES = 7 * 24 * 60
# Through the small hours, over midnight, and over the week's end; each in the minutes of a week.
RULES = [Weekly(day, *minutes) for day in range(7) for minutes in ((65, 150), (1410, 1500))]
INSIDE = {
    (rule.weekday * 1440 + minute) % WEEK_MINUTES
    for rule in RULES
    for minute in range(rule.start_minute, rule.end_minute)
}


def offsets(zone: ZoneInfo) -> list[timedelta | None]:
    """The zone's offset from UTC at every noon and midnight: a clock stays put for weeks."""
    looks = (LAST - FIRST) // HALF_A_DAY
    return [(FIRST + n * HALF_A_DAY).astimezone(zone).utcoffset() for n in range(looks)]


def zones_that_differ() -> dict[ZoneInfo, list[datetime]]:
    """For zones whose clocks are alike in these years one, and about when its clock is put."""
    alike = {}
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        alike.setdefault(tuple(offsets(zone)), zone)
    return {
        zone: [
            FIRST + n * HALF_A_DAY for n, (one, other) in enumerate(pairwise(seen)) if one != other
        ]
        for seen, zone in alike.items()
    }


def shows_a_time_inside(instant: datetime, zone: ZoneInfo) -> bool:
    shown = instant.astimezone(zone)
    return shown.weekday() * 1440 + shown.hour * 60 + shown.minute in INSIDE


def test_weekly_hours_follow_the_clock_through_every_change_of_every_zone():
    zones = zones_that_differ()
    for zone, changes in zones.items():
        for change in [FIRST, *changes]:
            window = Window(change - DAY, 3 * 288)
            expected = [
                tick
                for tick in range(window.ticks)
                if shows_a_time_inside(window.instant(tick), zone)
            ]
            assert list(ticks(weekly_mask(RULES, zone, window))) == expected, f"{zone} {change}"
    # There was something to follow.
    assert len(zones) > 50
    assert sum(map(len, zones.values())) > 400
