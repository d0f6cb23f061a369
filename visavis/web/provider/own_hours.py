"""When the reader is open on the coming days: hours as they really are, on each date."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from visavis.bookings.hours import NO_HOURS, HoursReader, closed_mask
from visavis.engine.masks import Mask, ticks
from visavis.engine.window import Window
from visavis.engine.zones import midnight
from visavis.people.models import Provider

DAYS = 7
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OpenDay:
    """A local date of the community with the ranges in which the person is open, whatever for."""

    date: date
    ranges: list[tuple[datetime, datetime]]
    is_away: bool
    is_closed: bool

    def is_open_after(self, now: datetime) -> bool:
        """Whether some of it is left at `now`."""
        return any(end > now for _start, end in self.ranges)


def open_days(provider: Provider, *, now: datetime) -> list[OpenDay]:
    """Today and the six days after it: weekly and extra hours without absences and closures."""
    zone = provider.community.zone
    today = now.astimezone(zone).date()
    starts = [midnight(today + n * A_DAY, zone) for n in range(DAYS + 1)]
    window = Window.around(starts[0], starts[-1])
    (found,) = HoursReader(None, [provider.pk], zone, [window]).read()
    theirs = found.get(provider.pk, NO_HOURS)
    closed = closed_mask(provider.community, window)
    is_open = 0
    for _admission, mask in theirs.open:
        is_open |= mask
    left = is_open & ~theirs.away & ~closed
    return [
        OpenDay(
            start.astimezone(zone).date(),
            list(_ranges(left & day, window)),
            is_away=bool(theirs.away & day),
            is_closed=bool(closed & day),
        )
        for start, end in pairwise(starts)
        for day in [_between(window.tick(start), window.tick(end))]
    ]


def _between(first: int, last: int) -> Mask:
    return (1 << last) - (1 << first)


def _ranges(mask: Mask, window: Window) -> Iterator[tuple[datetime, datetime]]:
    """The runs of set ticks, as instants."""
    begin = last = None
    for tick in ticks(mask):
        if begin is None or last is None or tick != last + 1:
            if begin is not None and last is not None:
                yield window.instant(begin), window.instant(last + 1)
            begin = tick
        last = tick
    if begin is not None and last is not None:
        yield window.instant(begin), window.instant(last + 1)
