"""The calendar of free times, as the list of days and the week grid show it: the same data twice.

Days are those of the zone that is shown; the engine is asked by days of the community's zone.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from visavis.bookings.openings import Openings, ask, last_date
from visavis.engine.zones import midnight
from visavis.people.times import week_of
from visavis.web.student.groups import seats_in_words
from visavis.web.student.limits import Limits, read_limits
from visavis.web.student.reader import Reader
from visavis.web.student.way import Stage, Way
from visavis.web.ui import times as words

DAY = timedelta(days=1)
STRIP_DAYS = 14
WEEK_DAYS = 7
PARTS: list[tuple[str | Promise, int]] = [
    (_("Morning"), 12),
    (_("Afternoon"), 17),
    (_("Evening"), 24),
]


@dataclass(frozen=True, slots=True)
class Span:
    """The local dates that are shown, within those that can be booked at all."""

    first: date
    days: int
    today: date
    last: date

    @property
    def dates(self) -> list[date]:
        return [self.first + number * DAY for number in range(self.days)]

    @property
    def earlier(self) -> date | None:
        """The first date of the page before this one, if it can be booked."""
        return self.first - self.days * DAY if self.first > self.today else None

    @property
    def later(self) -> date | None:
        following = self.first + self.days * DAY
        return following if following <= self.last else None


def strip_span(wanted: date, today: date, last: date) -> Span:
    """The fortnight, counted from today, that holds the wanted date."""
    page = (_within(wanted, today, last) - today).days // STRIP_DAYS
    first = today + page * STRIP_DAYS * DAY
    return Span(first, min(STRIP_DAYS, (last - first).days + 1), today, last)


def week_span(wanted: date, today: date, last: date, *, zone: ZoneInfo) -> Span:
    """The week that holds the wanted date, from the day on which weeks begin in this zone."""
    return Span(week_of(_within(wanted, today, last), zone), WEEK_DAYS, today, last)


def _within(wanted: date, today: date, last: date) -> date:
    return min(max(wanted, today), last)


@dataclass(frozen=True, slots=True)
class FreeTime:
    """A start as a link: what is seen, and what else its full name says."""

    start: datetime
    url: str
    text: str
    rest: str
    other: str = ""
    note: str = ""

    @property
    def short(self) -> str:
        """The clock alone, for the grid, whose rows say the half of the day."""
        return self.text.split(" ", maxsplit=1)[0]

    @property
    def after_short(self) -> str:
        return self.text.removeprefix(self.short)


@dataclass(frozen=True, slots=True)
class ClockName:
    """What a row of the grid is called: “10:00”, “AM”, and the time in the second zone."""

    clock: str
    half: str
    other: str


@dataclass(frozen=True, slots=True)
class DayCell:
    """A day of the strip with the number of its free times."""

    day: date
    count: int
    url: str
    is_chosen: bool
    is_today: bool
    reason: str = ""

    @property
    def weekday(self) -> str:
        """“Tue”."""
        return words.weekday_in_short(self.day)

    @property
    def full_name(self) -> str:
        counted = (
            ngettext("%(count)d free time", "%(count)d free times", self.count)
            % {"count": self.count}
            if self.count
            else str(_("no free time"))
        )
        said = f"{words.date_in_words(self.day)}, {counted}"
        return f"{said}: {self.reason}" if self.reason else said


@dataclass
class Timetable:
    """The free times of a way on the days of a span, in a reader's zone."""

    way: Way
    reader: Reader
    span: Span
    openings: Openings
    by_day: dict[date, list[datetime]] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)

    @property
    def is_empty(self) -> bool:
        return not any(self.by_day.values())

    def first_day(self, *, since: date | None = None) -> date | None:
        """The first day with a free time; where there is one, the first on or after `since`."""
        free = [day for day in self.span.dates if self.by_day.get(day)]
        later = (day for day in free if since is not None and day >= since)
        return next(later, free[0] if free else None)

    def first_start(self) -> datetime | None:
        """The first free start; where a meeting is moved, another one than it has."""
        starts = (start for day in self.span.dates for start in self.by_day.get(day, []))
        return next((start for start in starts if not self.way.is_own_time(start)), None)

    def cells(self, chosen: date | None, *, query: dict[str, str]) -> list[DayCell]:
        """The strip."""
        others = {key: value for key, value in query.items() if key != "day"}
        page = self.way.url(Stage.TIMES, **others)
        page += "&day=" if "?" in page else "?day="
        return [
            DayCell(
                day,
                len(self.by_day.get(day, [])),
                # Where nothing of it is in sight below the strip, the browser goes there.
                f"{page}{day.isoformat()}#chosen-day",
                is_chosen=day == chosen,
                is_today=day == self.span.today,
                reason="" if self.by_day.get(day) else self.limits.reason(day),
            )
            for day in self.span.dates
        ]

    def parts(self, day: date) -> list[tuple[str | Promise, list[FreeTime]]]:
        """The day's times in groups by the clock: morning, afternoon, evening."""
        groups = []
        begin = 0
        for name, end in PARTS:
            inside = [
                start
                for start in self.by_day.get(day, [])
                if begin <= start.astimezone(self.reader.zone).hour < end
            ]
            if inside:
                groups.append((name, [self.free_time(start) for start in inside]))
            begin = end
        return groups

    def rows(self) -> list[tuple[ClockName, list[FreeTime | None]]]:
        """The week grid: for each clock time a row, in it a link or nothing for each day."""
        grid: dict[tuple[time, int], dict[date, datetime]] = defaultdict(dict)
        for day, starts in self.by_day.items():
            for start in starts:
                local = start.astimezone(self.reader.zone)
                grid[local.time(), local.fold][day] = start
        return [
            (self._row_name(by_day), [self._cell(by_day.get(day)) for day in self.span.dates])
            for _clock, by_day in sorted(grid.items(), key=lambda item: item[0])
        ]

    def _row_name(self, by_day: dict[date, datetime]) -> ClockName:
        first = min(by_day.values())
        clock, _space, half = self.reader.time(first).partition(" ")
        return ClockName(clock, half, self.reader.other_time(first).split(", ")[-1])

    def _cell(self, start: datetime | None) -> FreeTime | None:
        return None if start is None else self.free_time(start)

    def free_time(self, start: datetime) -> FreeTime:
        end = start + self.openings.length
        day = words.date_in_words(self.reader.date_of(start))
        return FreeTime(
            start,
            self.way.choosing(start=start).url(Stage.PROVIDERS),
            self.reader.time(start),
            str(_("to %(end)s, %(day)s")) % {"end": self.reader.time(end), "day": day},
            self.reader.other_time(start),
            self._note(start),
        )

    def _note(self, start: datetime) -> str:
        """The seats of a group; of a meeting that is moved, that it takes place then already."""
        if self.way.is_own_time(start):
            return str(_("yours now"))
        return seats_in_words(self.openings, start) if self.way.format.is_group else ""


def make_timetable(way: Way, reader: Reader, span: Span) -> Timetable:
    """Ask once for the span. A day of another zone reaches into two days of the community's."""
    question = way.question(
        first=span.first - DAY,
        days=span.days + 2,
        provider=way.only_provider,
        location=way.only_place,
    )
    openings = ask(question)
    by_day = _by_day(_elsewhere(way, openings.starts), reader, span)
    return Timetable(way, reader, span, openings, by_day, read_limits(way, span.first, span.days))


def _elsewhere(way: Way, starts: Iterable[datetime]) -> Iterable[datetime]:
    """Without the time of the meeting that is moved, where neither person nor place can change."""
    if not {Stage.PROVIDERS, Stage.PLACES} <= way.skipped:
        return starts
    return (start for start in starts if not way.is_own_time(start))


def _by_day(starts: Iterable[datetime], reader: Reader, span: Span) -> dict[date, list[datetime]]:
    found: dict[date, list[datetime]] = defaultdict(list)
    until = span.first + span.days * DAY
    for start in starts:
        day = reader.date_of(start)
        if span.first <= day < until:
            found[day].append(start)
    return dict(found)


def find_next(way: Way) -> datetime | None:
    """The next free start of all that can be booked, as narrowed.

    For a week of a series the next from that week on, where there is one: it stays one of it.
    """
    question = way.question(provider=way.only_provider, location=way.only_place)
    question = replace(question, days=(last_date(question) - question.first).days + 1)
    starts = [start for start in ask(question).starts if not way.is_own_time(start)]
    since = own_week(way)
    later = (start for start in starts if since is not None and start >= since)
    return next(later, starts[0] if starts else None)


def own_week(way: Way) -> datetime | None:
    """When the week begins in which a meeting of a series that is moved takes place."""
    if way.moving is None or way.moving.series_id is None:
        return None
    zone = way.community.zone
    day = way.moving.appointment.start.astimezone(zone).date()
    return midnight(day - day.weekday() * DAY, zone)
