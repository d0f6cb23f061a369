"""The stretch of time a search looks at, and the way between its instants and its ticks."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from visavis.engine.masks import TICK, TICK_MINUTES, Mask, span

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class OffGrid(ValueError):
    """The instant lies between two ticks."""


@dataclass(frozen=True, slots=True)
class Window:
    """`ticks` ticks of five minutes from `start`, an aware instant on a tick (kept in UTC).

    Raises ValueError for a start without a zone and a negative length, OffGrid for a start that is
    not on a tick. Ticks are whole five minutes since 1970-01-01 UTC, whatever the local zone.
    """

    start: datetime
    ticks: int

    def __post_init__(self) -> None:
        if self.start.tzinfo is None:
            message = f"{self.start} names no time zone."
            raise ValueError(message)
        if (self.start - EPOCH) % TICK:
            raise OffGrid(_off_grid(self.start))
        if self.ticks < 0:
            message = f"A window cannot have {self.ticks} ticks."
            raise ValueError(message)
        object.__setattr__(self, "start", self.start.astimezone(UTC))

    @classmethod
    def around(cls, first: datetime, last: datetime) -> Self:
        """Return the smallest window that holds [first, last), two aware instants."""
        start = (first - EPOCH) // TICK
        end = -((EPOCH - last) // TICK)
        return cls(EPOCH + start * TICK, max(end - start, 0))

    @property
    def end(self) -> datetime:
        """The first instant after the window, in UTC."""
        return self.instant(self.ticks)

    def instant(self, tick: int) -> datetime:
        """Return the instant at which this tick begins, in UTC; the tick may lie outside."""
        return self.start + tick * TICK

    def tick(self, instant: datetime) -> int:
        """Return the tick that begins at this aware instant; it may lie outside the window.

        Raises OffGrid when no tick begins there.
        """
        tick, rest = divmod(instant - self.start, TICK)
        if rest:
            raise OffGrid(_off_grid(instant))
        return tick

    def cut(self, part: "Window") -> Callable[[Mask], Mask]:
        """Return how masks of this window become those of a part that lies wholly in it.

        What is worked out over a long window serves all of its parts. Raises ValueError for a part
        that reaches out of it.
        """
        offset, ticks = self.tick(part.start), span(0, part.ticks)
        if offset < 0 or offset + part.ticks > self.ticks:
            message = f"{part} does not lie in {self}."
            raise ValueError(message)
        if part == self:
            return lambda mask: mask
        return lambda mask: mask >> offset & ticks

    @classmethod
    def holding(cls, parts: Iterable["Window"]) -> "Window":
        """Return the smallest window that holds all of these, of which there must be one."""
        windows = tuple(parts)
        if len(windows) == 1:
            return windows[0]
        return cls.around(min(w.start for w in windows), max(w.end for w in windows))

    def floor(self, instant: datetime) -> int:
        """Return the last tick that begins at or before this aware instant."""
        return (instant - self.start) // TICK

    def ceil(self, instant: datetime) -> int:
        """Return the first tick that begins at or after this aware instant."""
        return -((self.start - instant) // TICK)

    def covering(self, start: datetime, end: datetime) -> Mask:
        """Return the window's ticks that [start, end) touches: rounded outwards."""
        if end <= start:
            return 0
        return span(self.floor(start), min(self.ceil(end), self.ticks))

    def within(self, start: datetime, end: datetime) -> Mask:
        """Return the window's ticks that lie wholly inside [start, end): rounded inwards."""
        return span(self.ceil(start), min(self.floor(end), self.ticks))


def _off_grid(instant: datetime) -> str:
    return f"{instant.isoformat()} is not on a tick of {TICK_MINUTES} minutes."
