"""Merged intervals of epoch seconds; the zone is asked once for each boundary of a block."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

Range = tuple[int, int]
Block = tuple[int, int, int]  # weekday, local minutes [start, end)
DAY = timedelta(days=1)


def free_starts(
    blocks: Sequence[Block],
    busy: Sequence[Sequence[Range]],
    *,
    zone: ZoneInfo,
    first: date,
    days: int,
    step: int,
    length: int,
) -> dict[int, list[int]]:
    """Who, by number, is free at which start: `busy` is one list of ranges a provider."""
    found: dict[int, list[int]] = defaultdict(list)
    for number, taken in enumerate(busy):
        free = subtract(opened(blocks, zone, first, days), merged(taken))
        for start in starts(free, step, length):
            found[start].append(number)
    return found


def opened(blocks: Iterable[Block], zone: ZoneInfo, first: date, days: int) -> list[Range]:
    """The blocks on these dates, in order."""
    of_day: dict[int, list[Range]] = defaultdict(list)
    for weekday, start, end in blocks:
        of_day[weekday].append((start, end))
    return [
        (local(day, start, zone), local(day, end, zone))
        for day in (first + n * DAY for n in range(days))
        for start, end in sorted(of_day[day.weekday()])
    ]


def local(day: date, minute: int, zone: ZoneInfo) -> int:
    """The epoch at which the zone's clock shows this minute of this date."""
    shown = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone)
    return int(shown.timestamp())


def merged(ranges: Iterable[Range]) -> list[Range]:
    """The same time in order, without overlaps."""
    found: list[Range] = []
    for start, end in sorted(ranges):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def subtract(ranges: Sequence[Range], taken: Sequence[Range]) -> list[Range]:
    """What is left of the ranges; both are in order and do not overlap."""
    left, at = [], 0
    for start, end in ranges:
        since = start
        while at < len(taken) and taken[at][1] <= since:
            at += 1
        next_one = at
        while next_one < len(taken) and taken[next_one][0] < end:
            if taken[next_one][0] > since:
                left.append((since, taken[next_one][0]))
            since = max(since, taken[next_one][1])
            next_one += 1
        if since < end:
            left.append((since, end))
    return left


def starts(free: Iterable[Range], step: int, length: int) -> Iterator[int]:
    """The multiples of `step` seconds at which `length` seconds fit into a range."""
    for start, end in free:
        yield from range(-(-start // step) * step, end - length + 1, step)
