"""Sheets: stretches of local weeks, so that what one search works out serves the next.

They are laid out from the Monday of the present week on: students look at the weeks ahead, and
those lie on one sheet. Every start belongs to exactly one of them; the margin to each side holds
what a meeting there may reach.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from visavis.engine.masks import Mask, span
from visavis.engine.window import Window
from visavis.engine.zones import DAY, WEEK_DAYS, midnight

WEEKS = 5
"""Four whole weeks ahead, from whichever day of the present one."""
MARGIN = timedelta(days=1)
"""A meeting lasts at most eight hours, a buffer four."""

_DAYS = WEEKS * WEEK_DAYS


@dataclass(frozen=True, slots=True)
class Sheet:
    """`WEEKS` local weeks from a Monday on, the `number`-th of those laid out from `present` on.

    `window` is the sheet with its margins; `core` are the window's ticks without them, the starts
    that belong to this sheet.
    """

    present: date
    number: int
    window: Window
    core: Mask


def sheets_between(
    zone: ZoneInfo, first: datetime, last: datetime, now: datetime
) -> tuple[Sheet, ...]:
    """Return the zone's sheets that [first, last), aware instants, touches; none when it is empty.

    They are the same for every `now` of one local week, Monday to Sunday.
    """
    if last <= first:
        return ()
    present = _monday(zone, now)
    begin, end = ((at.astimezone(zone).date() - present).days // _DAYS for at in (first, last))
    near = (_sheet(zone, present, number) for number in range(begin, end + 1))
    return tuple(sheet for sheet in near if sheet.window.covering(first, last) & sheet.core)


def _monday(zone: ZoneInfo, now: datetime) -> date:
    today = now.astimezone(zone).date()
    return today - today.weekday() * DAY


@lru_cache(maxsize=1024)
def _sheet(zone: ZoneInfo, present: date, number: int) -> Sheet:
    """Return a sheet of those that are laid out from this Monday on, which number 0 begins with."""
    monday = present + number * _DAYS * DAY
    start, end = midnight(monday, zone), midnight(monday + _DAYS * DAY, zone)
    window = Window.around(start - MARGIN, end + MARGIN)
    return Sheet(present, number, window, span(window.ceil(start), window.ceil(end)))
