"""How a zone's clock runs over a window: stretches of one offset, its days and its weeks.

The offsets are those of the IANA time zone database, read through zoneinfo.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from visavis.engine.masks import TICK, TICK_MINUTES, Mask, span
from visavis.engine.window import Window

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
WEEK_DAYS = 7
LOOK_TICKS = 3 * 60 // TICK_MINUTES
"""Changes of a clock further apart than this are all found; the closest known are weeks apart."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Ticks in a row during which the zone's offset from UTC stays the same.

    `minute` is the local time at tick `first`, in minutes since the timeline's Monday 00:00;
    `ticks` are the stretch's ticks as a mask of the window.
    """

    first: int
    ticks: Mask
    minute: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """A local calendar of `weeks` weeks from `monday` on, and where ticks lie in it.

    `is_on_grid`: local times of ticks are whole multiples of five minutes, as everywhere today.
    """

    monday: date
    weeks: int
    stretches: tuple[Stretch, ...]
    is_on_grid: bool = field(init=False)

    def __post_init__(self) -> None:
        is_off = any(stretch.minute % TICK_MINUTES for stretch in self.stretches)
        object.__setattr__(self, "is_on_grid", not is_off)

    def number(self, day: date) -> int:
        """Return how many days after the timeline's Monday this date is; may lie outside."""
        return (day - self.monday).days

    def project(self, minute_of_tick: int, line: Callable[[int], Mask]) -> Mask:
        """Return the window's ticks whose given minute (0 to 4) the local calendar has set.

        `line(phase)` is that calendar, its bit k being the local minute 5 * k + phase. A clock
        change is a jump from one place of the calendar to another: hours repeat or are left out.
        """
        mask, lines = 0, dict[int, Mask]()
        for stretch in self.stretches:
            place, phase = divmod(stretch.minute + minute_of_tick, TICK_MINUTES)
            if phase not in lines:
                lines[phase] = line(phase)
            ahead = place - stretch.first
            shown = lines[phase] >> ahead if ahead >= 0 else lines[phase] << -ahead
            mask |= shown & stretch.ticks
        return mask


@lru_cache(maxsize=512)
def timeline(zone: ZoneInfo, window: Window) -> Timeline:
    """Return the local calendar that holds the window, with the zone's changes inside it."""
    edges = pairwise([0, *_changes(zone, window), window.ticks])
    local = [(first, last, _shown(zone, window, first)) for first, last in edges]
    earliest = min(shown for _, _, shown in local).date()
    monday = earliest - earliest.weekday() * DAY
    origin = datetime.combine(monday, time.min)
    stretches = tuple(
        Stretch(first, span(first, last), (shown - origin) // MINUTE)
        for first, last, shown in local
    )
    latest = max(shown + (last - first) * TICK for first, last, shown in local)
    return Timeline(monday, (latest - origin) // (WEEK_DAYS * DAY) + 1, stretches)


def _shown(zone: ZoneInfo, window: Window, tick: int) -> datetime:
    """Return what a wall clock in the zone shows at this tick, without its zone."""
    return window.instant(tick).astimezone(zone).replace(tzinfo=None)


def _changes(zone: ZoneInfo, window: Window) -> list[int]:
    """Return the first tick after each change of the offset inside the window, by bisection."""

    def offset(tick: int) -> timedelta | None:
        return window.instant(tick).astimezone(zone).utcoffset()

    found = []
    looks = [*range(0, window.ticks, LOOK_TICKS), window.ticks]
    for low, high in pairwise(looks):
        if offset(low) != offset(high):
            found.append(_change(offset, low, high))
    return [tick for tick in found if tick < window.ticks]


def _change(offset: Callable[[int], timedelta | None], low: int, high: int) -> int:
    """Return the first tick in (low, high] whose offset is no longer that of `low`."""
    before = offset(low)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if offset(middle) == before else (low, middle)
    return high


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the first instant, in UTC, at which a wall clock in the zone shows this date.

    Where midnight is shown twice it is the earlier one; where it is skipped, the first instant
    after the gap (for a date that a zone left out altogether, the first instant of the next).
    """
    shown = datetime.combine(day, time.min)
    instant = shown.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None, fold=0) == shown:
        return instant
    # In a gap fold=1 reads the offset after it, and so gives an instant before it.
    before, after = shown.replace(tzinfo=zone, fold=1).astimezone(UTC), instant
    while after - before > MINUTE:
        middle = before + (after - before) // MINUTE // 2 * MINUTE
        is_before = middle.astimezone(zone).date() < day
        before, after = (middle, after) if is_before else (before, middle)
    return after


@dataclass(frozen=True, slots=True)
class Period:
    """The ticks [first_tick, last_tick) of a local day, or of a week named by its Monday.

    Periods are not cut at the window's edges: the first may begin at a negative tick.
    """

    first_tick: int
    last_tick: int
    date: date


def local_days(zone: ZoneInfo, window: Window) -> tuple[Period, ...]:
    """Return the zone's local days that the window touches, in order."""
    first = window.start.astimezone(zone).date()
    return _periods(zone, window, first, DAY)


def local_weeks(zone: ZoneInfo, window: Window) -> tuple[Period, ...]:
    """Return the zone's local weeks, Monday to Sunday, that the window touches, in order."""
    first = window.start.astimezone(zone).date()
    return _periods(zone, window, first - first.weekday() * DAY, WEEK_DAYS * DAY)


def _periods(zone: ZoneInfo, window: Window, first: date, length: timedelta) -> tuple[Period, ...]:
    periods = []
    start = window.ceil(midnight(first, zone))
    while start < window.ticks:
        end = window.ceil(midnight(first + length, zone))
        periods.append(Period(start, end, first))
        first, start = first + length, end
    return tuple(periods)
