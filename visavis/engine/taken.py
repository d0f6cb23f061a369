"""Time that is taken already: a person's commitments, outside calendars, a room's meetings."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import accumulate, pairwise

from visavis.engine.masks import TICK_MINUTES, Mask, span
from visavis.engine.window import EPOCH, Window

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
TICK_SECONDS = TICK_MINUTES * 60
NO_TIME = timedelta(0)

NO_BUFFERS = (0, 0)
EpochRow = tuple[int, int, int, int, bool]
"""(start, end, before, after, elsewhere): epoch seconds twice, then the buffers in minutes."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A person's active commitment [start, end), aware instants, with its own buffers.

    `elsewhere` says that it belongs to another community than the one that asks.
    """

    start: datetime
    end: datetime
    before: timedelta = NO_TIME
    after: timedelta = NO_TIME
    elsewhere: bool = False


@dataclass(slots=True, unsafe_hash=True)
class TakenMasks:
    """A person's taken ticks in a window, rounded outwards.

    `raw` are the commitments; `widened` the same with their buffers, and the busy times of
    outside calendars; `elsewhere` those ticks of `widened` that only other communities'
    commitments and outside calendars take; `held` those that only this community's holds take:
    such a time may come free again by itself. Where commitments keep each other's buffers, as
    every booking does, the ticks of `raw` outside `elsewhere` are exactly those of the community
    that asks. `buffers` are ticks (before, after) that each commitment in `raw` keeps free at the
    least: zeros are always right, more saves a search work. Never changed once made, like a Row
    of the search.
    """

    raw: Mask = 0
    widened: Mask = 0
    elsewhere: Mask = 0
    held: Mask = 0
    buffers: tuple[int, int] = field(default=NO_BUFFERS, compare=False)

    @property
    def settled(self) -> "TakenMasks":
        """What is left in this community when holds are left out as well."""
        others = self.elsewhere | self.held
        return TakenMasks(self.raw & ~others, self.widened & ~others, buffers=self.buffers)

    @property
    def here(self) -> "TakenMasks":
        """What is left when other communities and outside calendars are left out."""
        return TakenMasks(
            self.raw & ~self.elsewhere, self.widened & ~self.elsewhere, buffers=self.buffers
        )

    def and_outside(self, busy: Mask) -> "TakenMasks":
        """The same, with these ticks taken by outside calendars as well."""
        here = self.widened & ~self.elsewhere
        return replace(self, widened=self.widened | busy, elsewhere=self.elsewhere | busy & ~here)


NOTHING_TAKEN = TakenMasks()


def taken_masks(
    window: Window,
    taken: Iterable[Taken],
    outside: Iterable[tuple[datetime, datetime]] = (),
) -> TakenMasks:
    """Return a person's taken ticks; `outside` are busy times [start, end) of their calendars."""
    rows = (
        (_seconds(t.start), _seconds_up(t.end), t.before // MINUTE, t.after // MINUTE, t.elsewhere)
        for t in taken
    )
    return masks_from_epochs(window, rows, _epochs(outside))


def masks_from_epochs(
    window: Window,
    rows: Iterable[EpochRow],
    outside: Iterable[tuple[int, int]] = (),
) -> TakenMasks:
    """Return a person's taken ticks from rows as a database cursor gives them.

    Each row is (start, end, before, after, elsewhere): epoch seconds, epoch seconds, minutes,
    minutes, bool. `outside` are busy times as epoch seconds (start, end).
    """
    base, size = _seconds(window.start), window.ticks
    # Each row is joined to one mask only, by whose it is: [here, elsewhere].
    plain, wide, raw = [0, 0], [0, 0], 0
    least_before = least_after = TICK_MINUTES * size
    for start, end, before, after, elsewhere in rows:
        first, last = (start - base) // TICK_SECONDS, -((base - end) // TICK_SECONDS)
        # Most lie wholly inside; a thousand people's rows are too many for a call each.
        own = (
            ((1 << (last - first)) - 1) << first
            if 0 <= first < last <= size
            else span(first, min(last, size))
        )
        if before or after:
            least_before, least_after = min(least_before, before), min(least_after, after)
            raw |= own
            first = (start - before * 60 - base) // TICK_SECONDS
            last = -((base - end - after * 60) // TICK_SECONDS)
            wide[elsewhere] |= span(first, min(last, size))
        else:
            plain[elsewhere] |= own
            least_before = least_after = 0
    for first, last in _tick_ranges(window, outside):
        wide[1] |= span(first, last)
    here = plain[0] | wide[0]
    raw |= plain[0] | plain[1]
    widened = here | plain[1] | wide[1]
    # One object where nothing differs: a thousand providers' masks are kept in memory.
    return TakenMasks(
        widened if raw == widened else raw,
        widened,
        widened & ~here,
        buffers=(least_before // TICK_MINUTES, least_after // TICK_MINUTES),
    )


def covering_epochs(window: Window) -> Callable[[int, int], Mask]:
    """Return what gives the window's ticks that [start, end), epoch seconds, touches."""
    base, size = _seconds(window.start), window.ticks

    def covered(start: int, end: int) -> Mask:
        if start >= end:
            return 0
        first, last = (start - base) // TICK_SECONDS, -((base - end) // TICK_SECONDS)
        # As in `masks_from_epochs`: most lie wholly inside, and a call for each would be dear.
        if first >= 0 and last <= size:
            return ((1 << (last - first)) - 1) << first
        return span(first, min(last, size))

    return covered


def full_mask(window: Window, capacity: int, held: Iterable[tuple[datetime, datetime]]) -> Mask:
    """Return the ticks at which a place has no room for one appointment more.

    `held` are its active appointments [start, end), `capacity` how many fit at a time.
    """
    return full_from_epochs(window, capacity, _epochs(held))


def full_from_epochs(window: Window, capacity: int, held: Iterable[tuple[int, int]]) -> Mask:
    """Return the same as full_mask from epoch seconds (start, end)."""
    if capacity < 1:
        return span(0, window.ticks)
    steps: dict[int, int] = {}
    for first, last in _tick_ranges(window, held):
        if first < last:
            steps[first] = steps.get(first, 0) + 1
            steps[last] = steps.get(last, 0) - 1
    edges = sorted(steps)
    counts = accumulate(steps[edge] for edge in edges)
    full = 0
    for (first, last), count in zip(pairwise(edges), counts, strict=False):
        if count >= capacity:
            full |= span(first, last)
    return full


def used_ticks(
    window: Window,
    periods: Sequence[tuple[int, int]],
    held: Iterable[tuple[datetime, datetime]],
) -> tuple[int, ...]:
    """Return how many ticks of each period [first, last) the meetings [start, end) take.

    A meeting that lies in two periods counts in each with its own part. Ticks may lie outside
    the window: a week that began before it is counted in full.
    """
    return used_from_epochs(window, periods, _epochs(held))


def used_from_epochs(
    window: Window, periods: Sequence[tuple[int, int]], held: Iterable[tuple[int, int]]
) -> tuple[int, ...]:
    """Return the same as used_ticks from epoch seconds (start, end)."""
    base = _seconds(window.start)
    ranges = [
        ((start - base) // TICK_SECONDS, -((base - end) // TICK_SECONDS)) for start, end in held
    ]
    return tuple(
        sum(max(min(end, last) - max(start, first), 0) for start, end in ranges)
        for first, last in periods
    )


def _tick_ranges(window: Window, ranges: Iterable[tuple[int, int]]) -> Iterable[tuple[int, int]]:
    base, size = _seconds(window.start), window.ticks
    for start, end in ranges:
        if start < end:
            last = -((base - end) // TICK_SECONDS)
            yield max((start - base) // TICK_SECONDS, 0), min(last, size)


def _epochs(ranges: Iterable[tuple[datetime, datetime]]) -> Iterable[tuple[int, int]]:
    return ((_seconds(start), _seconds_up(end)) for start, end in ranges)


def _seconds(instant: datetime) -> int:
    return (instant - EPOCH) // SECOND


def _seconds_up(instant: datetime) -> int:
    return -((EPOCH - instant) // SECOND)
