"""Sheets: fixed stretches of UTC weeks, so that what one search works out serves the next.

A search for any days falls on one sheet or a few. Every start belongs to exactly one of them; the
margin to each side holds what a meeting there may reach.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from visavis.engine.masks import TICK, Mask, span
from visavis.engine.window import Window

WEEKS = 4
MARGIN = timedelta(days=1)
"""A meeting lasts at most eight hours, a buffer four."""

_FIRST = datetime(1970, 1, 5, tzinfo=UTC)  # a Monday
_LENGTH = timedelta(weeks=WEEKS)
_MARGIN_TICKS = MARGIN // TICK


@dataclass(frozen=True, slots=True)
class Sheet:
    """`WEEKS` weeks from a Monday 00:00 UTC, numbered since 1970.

    `window` is the sheet with its margins; `core` are the window's ticks without them, the starts
    that belong to this sheet.
    """

    number: int
    window: Window
    core: Mask


@lru_cache(maxsize=1024)
def sheet(number: int) -> Sheet:
    """Return the sheet of this number."""
    start = _FIRST + number * _LENGTH
    window = Window.around(start - MARGIN, start + _LENGTH + MARGIN)
    return Sheet(number, window, span(_MARGIN_TICKS, window.ticks - _MARGIN_TICKS))


def number_at(instant: datetime) -> int:
    """Return the number of the sheet to which this aware instant belongs."""
    return (instant - _FIRST) // _LENGTH


def sheets_between(first: datetime, last: datetime) -> tuple[Sheet, ...]:
    """Return the sheets that [first, last), two aware instants, touches; none when it is empty."""
    if last <= first:
        return ()
    return tuple(sheet(n) for n in range(number_at(first), number_at(last - TICK / 2) + 1))
