"""The straightforward version: aware datetimes, a day and a block at a time, a provider at a time.

It is what one writes first, and right as long as no block lies over a clock change.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

Range = tuple[datetime, datetime]
Block = tuple[int, int, int]  # weekday, local minutes [start, end)
DAY = timedelta(days=1)


def free_starts(
    blocks: Sequence[Block],
    busy: Sequence[Sequence[Range]],
    *,
    zone: ZoneInfo,
    first: date,
    days: int,
    step: timedelta,
    length: timedelta,
) -> dict[datetime, list[int]]:
    """Who, by number, is free at which start: `busy` is one list of ranges a provider."""
    found: dict[datetime, list[int]] = defaultdict(list)
    for number, taken in enumerate(busy):
        for start in _of_one(blocks, taken, zone, first, days, step, length):
            found[start].append(number)
    return found


def _of_one(
    blocks: Sequence[Block],
    taken: Sequence[Range],
    zone: ZoneInfo,
    first: date,
    days: int,
    step: timedelta,
    length: timedelta,
) -> Iterable[datetime]:
    for day in (first + n * DAY for n in range(days)):
        for weekday, start, end in blocks:
            if weekday == day.weekday():
                opened, closed = _local(day, start, zone), _local(day, end, zone)
                at = opened
                while at + length <= closed:
                    if not any(at < until and since < at + length for since, until in taken):
                        yield at
                    at += step


def _local(day: date, minute: int, zone: ZoneInfo) -> datetime:
    local = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone)
    return local.astimezone(UTC)
