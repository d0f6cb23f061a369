"""Weekly rules to bits, bare: a week once, repeated, and cut at the zone's changes."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

Block = tuple[int, int, int]  # weekday, local minutes [start, end), on the grid
Piece = tuple[int, int, int]  # ticks [first, last), and the local tick at `first`
TICK = timedelta(minutes=5)
TICKS_A_DAY, TICKS_A_WEEK = 288, 2016


def pieces(zone: ZoneInfo, start: datetime, ticks: int) -> list[Piece]:
    """The window's stretches of one offset; it begins on a local Monday."""
    offsets = [_offset(zone, start + hour * 12 * TICK) for hour in range(ticks // 12 + 1)]
    cuts = [h * 12 for h in range(1, len(offsets)) if offsets[h] != offsets[h - 1]]
    edges = [0, *cuts, ticks]
    base = offsets[0]
    return [
        (first, last, first + (offsets[first // 12] - base) // TICK)
        for first, last in pairwise(edges)
        if first < last
    ]


def _offset(zone: ZoneInfo, instant: datetime) -> timedelta:
    return instant.astimezone(UTC).astimezone(zone).utcoffset() or timedelta(0)


def weekly_mask(blocks: Iterable[Block], cut: Sequence[Piece], weeks: int) -> int:
    """The ticks inside the blocks, of a window that begins on Monday 00:00."""
    week = 0
    for weekday, start, end in blocks:
        first = weekday * TICKS_A_DAY + start // 5
        week |= ((1 << (end - start) // 5) - 1) << first
    line, length = week, TICKS_A_WEEK
    while length < weeks * TICKS_A_WEEK:
        line |= line << length
        length *= 2
    mask = 0
    for first, last, shown in cut:
        mask |= ((line >> shown) & ((1 << (last - first)) - 1)) << first
    return mask
