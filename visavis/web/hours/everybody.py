"""A week of many providers side by side: when each can be booked, read from the rows as they are.

The same masks as a search: weekly hours and extra ones, minus time away, minus closures. What is
taken by meetings is not looked at.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_

from visavis.bookings.hours import NO_HOURS, HoursReader, OpenHours, closed_mask
from visavis.communities.models import Community
from visavis.engine.masks import Mask, span
from visavis.engine.window import Window
from visavis.people.enums import HourCycle
from visavis.people.models import Provider
from visavis.people.times import date_in_words, weekday_in_short
from visavis.web.hours.words import DAY, clock_in_words

WEEK_DAYS = 7


@dataclass(frozen=True, slots=True)
class ShownDay:
    """A column: its date, in words and in short, and whether the community is closed all day."""

    day: date
    name: str
    short: str
    is_today: bool
    is_closed: bool


@dataclass(frozen=True, slots=True)
class DayHours:
    """What one person has on one day, in words; `is_away` where time away takes some of it."""

    day: ShownDay
    times: list[str]
    is_away: bool


@dataclass(frozen=True, slots=True)
class PersonWeek:
    provider: Provider
    days: list[DayHours]

    @property
    def is_empty(self) -> bool:
        return not any(day.times or day.is_away for day in self.days)


@dataclass(frozen=True)
class Everybody:
    """Reads the week from the local date `first` on: a fixed number of queries."""

    community: Community
    first: date
    today: date
    cycle: HourCycle

    def week(self, providers: Sequence[Provider]) -> tuple[list[ShownDay], list[PersonWeek]]:
        """The seven days, and each of these providers of the community with theirs."""
        window = Window.around(self._midnight(0), self._midnight(WEEK_DAYS))
        reader = HoursReader(None, [one.pk for one in providers], self.community.zone, [window])
        (hours,) = reader.read() if providers else ({},)
        closed = closed_mask(self.community, window)
        days = [self._day(number, closed, window) for number in range(WEEK_DAYS)]
        rows = [
            PersonWeek(one, self._of_person(hours.get(one.pk, NO_HOURS), closed, days, window))
            for one in providers
        ]
        return days, rows

    def _midnight(self, number: int) -> datetime:
        day = self.first + timedelta(days=number)
        return datetime.combine(day, time.min, tzinfo=self.community.zone)

    def _ticks(self, number: int, window: Window) -> Mask:
        return window.within(self._midnight(number), self._midnight(number + 1))

    def _day(self, number: int, closed: Mask, window: Window) -> ShownDay:
        day, ticks = self.first + timedelta(days=number), self._ticks(number, window)
        is_closed = ticks & closed == ticks
        return ShownDay(
            day, date_in_words(day), weekday_in_short(day), day == self.today, is_closed
        )

    def _of_person(
        self, hours: OpenHours, closed: Mask, days: Sequence[ShownDay], window: Window
    ) -> list[DayHours]:
        usual = reduce(or_, (mask for _admission, mask in hours.open), 0)
        open_then = usual & ~hours.away & ~closed
        return [
            DayHours(
                day,
                list(self._times(open_then & self._ticks(number, window), window)),
                is_away=bool(usual & hours.away & self._ticks(number, window)),
            )
            for number, day in enumerate(days)
        ]

    def _times(self, mask: Mask, window: Window) -> Iterator[str]:
        """Each stretch of the mask, which lies within one day, by the clock on the wall."""
        while mask:
            first = (mask & -mask).bit_length() - 1
            length = (~(mask >> first) & ((mask >> first) + 1)).bit_length() - 1
            mask &= ~span(first, first + length)
            start, end = (
                window.instant(tick).astimezone(self.community.zone)
                for tick in (first, first + length)
            )
            finish = DAY if end.date() > start.date() else end.hour * 60 + end.minute
            yield clock_in_words(start.hour * 60 + start.minute, finish, cycle=self.cycle)
