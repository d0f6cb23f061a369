"""The one place where rules of a wall clock ("Mondays 9 to 12") become bits.

A minute is inside a block when a clock on the wall of the zone shows a time inside it: the hour
that a clock change repeats counts twice, the hour that it skips is not there. A tick is open when
all of its five minutes are. That is one minute's question, except for hours off the grid.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache, partial, reduce
from operator import and_, attrgetter, or_
from zoneinfo import ZoneInfo

from visavis.engine.masks import TICK_MINUTES, Mask, span
from visavis.engine.window import Window
from visavis.engine.zones import (
    DAY,
    WEEK_DAYS,
    Period,
    Timeline,
    local_days,
    local_weeks,
    midnight,
    timeline,
)

__all__ = [
    "Dated",
    "Period",
    "Weekly",
    "dated_cover",
    "dated_mask",
    "local_days",
    "local_weeks",
    "midnight",
    "minutes_mask",
    "weekly_mask",
]

DAY_MINUTES = 24 * 60
DAY_TICKS = DAY_MINUTES // TICK_MINUTES
WEEK_TICKS = WEEK_DAYS * DAY_TICKS
WEEK_MASK = span(0, WEEK_TICKS)
HOUR_MINUTES = 60
HOUR_TICKS = HOUR_MINUTES // TICK_MINUTES
_WEEK = attrgetter("week")


@dataclass(frozen=True, slots=True)
class Weekly:
    """A weekly block of wall-clock time: `weekday` (0 is Monday), local minutes [start, end).

    `end_minute` may pass 1440: the block then runs on after midnight. `first` and `last` are the
    dates, both inclusive and either open, on which the block may begin. Raises ValueError for
    what is no such block. `week` are its ticks from Monday 00:00 on, past Sunday where it
    runs on, if that is the same every week: None with dates, or with minutes off the grid.
    """

    weekday: int
    start_minute: int
    end_minute: int
    first: date | None = None
    last: date | None = None
    week: Mask | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not 0 <= self.weekday < WEEK_DAYS:
            message = f"Weekdays are 0 (Monday) to 6 (Sunday), not {self.weekday}."
            raise ValueError(message)
        _check_minutes(self.start_minute, self.end_minute)
        is_plain = _is_on_grid(self) and self.first is None and self.last is None
        week = _of_week(self.weekday, self.start_minute, self.end_minute, 0) if is_plain else None
        object.__setattr__(self, "week", week)


@dataclass(frozen=True, slots=True)
class Dated:
    """Local minutes [start, end) of wall-clock time on each date from `first` to `last`, inclusive.

    `end_minute` may pass 1440, as in a weekly block. Raises ValueError for what is no such range.
    """

    first: date
    last: date
    start_minute: int = 0
    end_minute: int = DAY_MINUTES

    def __post_init__(self) -> None:
        _check_minutes(self.start_minute, self.end_minute)


def _check_minutes(start: int, end: int) -> None:
    if not (0 <= start < DAY_MINUTES and start < end <= start + DAY_MINUTES):
        message = f"A block starts within its day and lasts up to a day, not {start} to {end}."
        raise ValueError(message)


def weekly_mask(rules: Iterable[Weekly], zone: ZoneInfo, window: Window) -> Mask:
    """Return the window's ticks that lie wholly in these weekly blocks of the zone's wall clock."""
    blocks, local = tuple(rules), timeline(zone, window)
    weeks = list(map(_WEEK, blocks))
    if None not in weeks and local.is_on_grid:
        # Almost everybody's hours, and a thousand people have a thousand.
        line = _every_week(reduce(or_, weeks, 0), local)
        return local.project(0, lambda _phase: line)
    judged = _judged_minutes(blocks, local)
    masks = (local.project(m, partial(_weekly_line, blocks, local)) for m in judged)
    return reduce(and_, masks)


def dated_mask(rules: Iterable[Dated], zone: ZoneInfo, window: Window) -> Mask:
    """Return the window's ticks that lie wholly in these ranges: for hours that open."""
    blocks, local = tuple(rules), timeline(zone, window)
    judged = _judged_minutes(blocks, local)
    masks = (local.project(m, partial(_dated_line, blocks, local)) for m in judged)
    return reduce(and_, masks)


def dated_cover(rules: Iterable[Dated], zone: ZoneInfo, window: Window) -> Mask:
    """Return the window's ticks that these ranges touch: for hours that close.

    The same as dated_mask wherever the times are multiples of five minutes.
    """
    blocks, local = tuple(rules), timeline(zone, window)
    judged = _judged_minutes(blocks, local)
    masks = (local.project(m, partial(_dated_line, blocks, local)) for m in judged)
    return reduce(or_, masks)


def minutes_mask(allowed: Collection[int], zone: ZoneInfo, window: Window) -> Mask:
    """Return the window's ticks that begin at one of these local minutes of the hour, 0 to 59."""
    local = timeline(zone, window)

    def line(phase: int) -> Mask:
        hour = sum(1 << (m // TICK_MINUTES) for m in set(allowed) if m % TICK_MINUTES == phase)
        return _repeated(hour, HOUR_TICKS, local.weeks * WEEK_TICKS)

    return local.project(0, line)


def _judged_minutes(blocks: Iterable[Weekly | Dated], local: Timeline) -> range:
    """Return which minutes of a tick can differ: all five where something is off the grid."""
    return range(1 if local.is_on_grid and all(map(_is_on_grid, blocks)) else TICK_MINUTES)


def _is_on_grid(block: Weekly | Dated) -> bool:
    return not (block.start_minute % TICK_MINUTES or block.end_minute % TICK_MINUTES)


def _weekly_line(blocks: Iterable[Weekly], local: Timeline, phase: int) -> Mask:
    """Return the local calendar's ticks inside the blocks: each week built once and repeated."""
    always, limited = 0, dict[tuple[date | None, date | None], Mask]()
    for block in blocks:
        if block.first is None and block.last is None:
            always |= _of_week(block.weekday, block.start_minute, block.end_minute, phase)
            continue
        for dates, weekday, start, end in _parts(block):
            bits = _of_week(weekday, start, end, phase)
            limited[dates] = limited.get(dates, 0) | bits
    line = _every_week(always, local)
    for (first, last), week in limited.items():
        line |= _calendar(week, local) & _dates(local, first, last)
    return line


def _every_week(week: Mask, local: Timeline) -> Mask:
    # What runs on after Sunday's midnight is there on every Monday.
    return _calendar(week & WEEK_MASK | week >> WEEK_TICKS, local)


def _calendar(week: Mask, local: Timeline) -> Mask:
    return _repeated(week, WEEK_TICKS, local.weeks * WEEK_TICKS)


def _parts(
    block: Weekly,
) -> Iterator[tuple[tuple[date | None, date | None], int, int, int]]:
    """Yield the block's part on each local day, with the dates of that day."""
    first, last = block.first, block.last
    yield (first, last), block.weekday, block.start_minute, min(block.end_minute, DAY_MINUTES)
    if block.end_minute > DAY_MINUTES:
        dates = (first and first + DAY, last + DAY if last and last < date.max else None)
        yield dates, (block.weekday + 1) % WEEK_DAYS, 0, block.end_minute - DAY_MINUTES


def _dated_line(ranges: Iterable[Dated], local: Timeline, phase: int) -> Mask:
    """Return the local calendar's ticks inside the ranges."""
    line = 0
    for dated in ranges:
        # The day before the calendar's first may run on into it.
        days = range(
            max(local.number(dated.first), -1),
            min(local.number(dated.last), local.weeks * WEEK_DAYS - 1) + 1,
        )
        if dated.start_minute == 0 and dated.end_minute == DAY_MINUTES:
            line |= span(days.start * DAY_TICKS, days.stop * DAY_TICKS)
            continue
        for day in days:
            line |= _minutes(day * DAY_MINUTES, dated.start_minute, dated.end_minute, phase)
    return line


def _minutes(day: int, start: int, end: int, phase: int) -> Mask:
    """Return the bits k whose local minute 5 * k + phase lies in [day + start, day + end)."""
    first = -((phase - day - start) // TICK_MINUTES)
    last = -((phase - day - end) // TICK_MINUTES)
    return span(first, last)


@lru_cache(maxsize=8192)
def _of_week(weekday: int, start: int, end: int, phase: int) -> Mask:
    # Weeks have few minutes to begin and end at, and a thousand people share them.
    return _minutes(weekday * DAY_MINUTES, start, end, phase)


def _dates(local: Timeline, first: date | None, last: date | None) -> Mask:
    """Return the local calendar's ticks on the dates from first to last; None is no limit."""
    start = 0 if first is None else local.number(first)
    end = local.weeks * WEEK_DAYS if last is None else local.number(last) + 1
    return span(start * DAY_TICKS, min(end, local.weeks * WEEK_DAYS) * DAY_TICKS)


def _repeated(mask: Mask, length: int, total: int) -> Mask:
    """Return the mask's first `length` ticks over and over, `total` ticks: a multiple of them."""
    reach = length
    while 2 * reach <= total:
        mask |= mask << reach
        reach *= 2
    # No longer than it must be: what is made of it is as long.
    return mask | mask << (total - reach) if reach < total else mask
