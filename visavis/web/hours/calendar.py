"""A week of one provider as a calendar: their hours, what changes them, and what is taken.

Minutes are wall-clock minutes of a local day of the community's zone, as on the wall: on the days
on which clocks change the column says so. What belongs to other communities is only "taken",
except for the provider's own eyes.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from visavis.availability.enums import ChangeKind
from visavis.availability.models import Closure, DatedChange, WeeklyBlock
from visavis.availability.queries import outside_busy_of
from visavis.availability.telling import mark_of
from visavis.bookings.enums import ACTIVE, SEATED, CommitmentPart
from visavis.bookings.models import Booking, Commitment
from visavis.bookings.proposals import loose_holds
from visavis.people.enums import HourCycle
from visavis.people.models import Provider, User
from visavis.people.times import (
    date_in_words,
    time_in_words,
    weekday_in_short,
)
from visavis.web.hours.desk import Desk
from visavis.web.hours.forms import ticked_of
from visavis.web.hours.words import (
    DAY,
    admits_in_words,
    clock_in_short,
    clock_in_words,
    range_in_short,
)

WEEK_DAYS = 7
ONE_DAY = timedelta(days=1)
# Shown at least, so that a week without hours is no strip.
EARLIEST, LATEST = 8 * 60, 18 * 60
HOUR = 60
# What stands beside one another when it overlaps; all else lies over it.
LANES = ("hours", "extra", "other")


@dataclass
class Segment:
    """A stretch of one day. `edit` is what a moved block sends besides its times, as JSON."""

    kind: str
    day: int
    start: int
    end: int
    words: str
    label: str
    note: str = ""
    url: str = ""
    pk: int | None = None
    path: str = ""
    weekday: int = 0
    block_start: int = 0
    block_end: int = 0
    edit: dict[str, Any] = field(default_factory=dict)
    lane: int = 0
    lanes: int = 1
    who: str = ""
    short: str = ""

    @property
    def edit_json(self) -> str:
        return json.dumps(self.edit)

    @property
    def is_tail(self) -> bool:
        """Whether it is the part after midnight of hours that began the day before."""
        return self.pk is not None and self.start == 0 and self.block_end > DAY


@dataclass
class CalendarDay:
    day: date
    name: str
    short: str
    is_today: bool
    note: str
    segments: list[Segment] = field(default_factory=list)


@dataclass(frozen=True)
class CalendarWeek:
    """Seven days; `since` and `until` are the minutes of the day between which all is drawn."""

    first: date
    days: list[CalendarDay]
    since: int
    until: int
    cycle: HourCycle

    @property
    def earlier(self) -> date:
        return self.first - WEEK_DAYS * ONE_DAY

    @property
    def later(self) -> date:
        return self.first + WEEK_DAYS * ONE_DAY

    @property
    def last(self) -> date:
        return self.later - ONE_DAY

    @property
    def words(self) -> str:
        """“Monday 1 March – Sunday 7 March”."""
        return f"{date_in_words(self.first)} – {date_in_words(self.last)}"

    @property
    def hours(self) -> list[str]:
        """The clock at each full hour, from the first that is drawn."""
        return [
            clock_at(minute, cycle=self.cycle) for minute in range(self.since, self.until, HOUR)
        ]


def clock_at(minute: int, *, cycle: HourCycle) -> str:
    utc = ZoneInfo("UTC")
    instant = datetime(2024, 1, 1, tzinfo=utc) + timedelta(minutes=minute)
    return time_in_words(instant, zone=utc, cycle=cycle)


@dataclass(frozen=True)
class CalendarReader:
    """Reads one week of a provider: a fixed number of queries. `now` is aware UTC."""

    provider: Provider
    first: date
    now: datetime
    cycle: HourCycle
    desk: Desk

    @property
    def is_own(self) -> bool:
        return self.desk.is_own

    @property
    def zone(self) -> ZoneInfo:
        return self.provider.community.zone

    def week(self, blocks: Sequence[WeeklyBlock], changes: Iterable[DatedChange]) -> CalendarWeek:
        """The week, of weekly blocks and dated changes that the page has read already."""
        segments = [
            *self._weekly(blocks),
            *self._dated(changes),
            *self._closed(),
            *self._other_hours(),
            *self._taken(),
            *self._busy_outside(),
        ]
        days = [self._day(number) for number in range(WEEK_DAYS)]
        for segment in segments:
            days[segment.day].segments.append(segment)
        for day in days:
            day.segments.sort(key=lambda one: (one.start, one.end))
            set_lanes([one for one in day.segments if one.kind in LANES])
        since, until = _drawn(segments)
        return CalendarWeek(self.first, days, since, until, self.cycle)

    def _day(self, number: int) -> CalendarDay:
        day = self.first + number * ONE_DAY
        is_today = day == self.now.astimezone(self.zone).date()
        note = clock_change(day, self.zone)
        return CalendarDay(day, date_in_words(day), weekday_in_short(day), is_today, note)

    def _weekly(self, blocks: Sequence[WeeklyBlock]) -> Iterator[Segment]:
        for block in blocks:
            for number in range(-1, WEEK_DAYS):
                day = self.first + number * ONE_DAY
                if day.weekday() == block.weekday and _is_valid(block, day):
                    yield from self._parts("hours", number, block, self._of_block(block))

    def _of_block(self, block: WeeklyBlock) -> dict[str, Any]:
        return {
            "label": clock_in_words(block.start_minute, block.end_minute, cycle=self.cycle),
            "short": range_in_short(block.start_minute, block.end_minute, cycle=self.cycle),
            "note": admits_in_words(block),
            "words": _("Every week"),
            **self._address(f"blocks/{block.pk}/", block.pk),
            "weekday": block.weekday,
            "block_start": block.start_minute,
            "block_end": block.end_minute,
            "edit": {
                "seen": mark_of(block),
                "valid_from": block.valid_from.isoformat() if block.valid_from else "",
                "valid_until": block.valid_until.isoformat() if block.valid_until else "",
                **ticked_of(block),
            },
        }

    def _dated(self, changes: Iterable[DatedChange]) -> Iterator[Segment]:
        for change in changes:
            is_extra = change.kind == ChangeKind.EXTRA
            about = {
                "label": clock_in_words(change.start_minute, change.end_minute, cycle=self.cycle),
                "short": range_in_short(change.start_minute, change.end_minute, cycle=self.cycle),
                "words": change.get_kind_display(),
                "note": change.note or (admits_in_words(change) if is_extra else ""),
                "url": self._url(f"changes/{change.pk}/"),
            }
            if change.first == change.last and self.desk.may_change:
                about |= self._of_one_day(change)
            yield from self._on_dates("extra" if is_extra else "away", change, about)

    def _url(self, path: str) -> str:
        """Where something is edited, coming back to this week; nowhere for who may only look."""
        return f"{self.desk.root}{path}{self.desk.query}" if self.desk.may_change else ""

    def _address(self, path: str, pk: int) -> dict[str, Any]:
        """What makes a block one that can be dragged."""
        return {"url": self._url(path), "pk": pk, "path": path} if self.desk.may_change else {}

    def _of_one_day(self, change: DatedChange) -> dict[str, Any]:
        """What a change of one day sends when it is dragged."""
        return {
            "pk": change.pk,
            "path": f"changes/{change.pk}/",
            "weekday": change.first.weekday(),
            "block_start": change.start_minute,
            "block_end": change.end_minute,
            "edit": {
                "seen": mark_of(change),
                "kind": change.kind,
                "note": change.note,
                **ticked_of(change),
            },
        }

    def _closed(self) -> Iterator[Segment]:
        rows = Closure.objects.filter(
            community=self.provider.community,
            first__lt=self.first + WEEK_DAYS * ONE_DAY,
            last__gte=self.first - ONE_DAY,
        )
        for closure in rows:
            label = clock_in_words(closure.start_minute, closure.end_minute, cycle=self.cycle)
            about = {"label": label, "words": _("Closed"), "note": closure.reason}
            yield from self._on_dates("closed", closure, about)

    def _on_dates(
        self, kind: str, row: DatedChange | Closure, about: dict[str, Any]
    ) -> Iterator[Segment]:
        for number in range(-1, WEEK_DAYS):
            if row.first <= self.first + number * ONE_DAY <= row.last:
                yield from self._parts(kind, number, row, about)

    def _parts(self, kind: str, number: int, row: Any, about: dict[str, Any]) -> Iterator[Segment]:
        """The row's part on its own day, and the one after midnight on the next."""
        if number >= 0:
            yield Segment(kind, number, row.start_minute, min(row.end_minute, DAY), **about)
        if row.end_minute > DAY and number + 1 < WEEK_DAYS:
            yield Segment(kind, number + 1, 0, row.end_minute - DAY, **about)

    def _other_hours(self) -> Iterator[Segment]:
        """The provider's own hours in other communities, by the clock of this one."""
        if not self.is_own:
            return
        blocks = WeeklyBlock.objects.filter(
            provider__user=self.provider.user_id, provider__retired_at=None
        ).exclude(provider__community=self.provider.community_id)
        for block in blocks.select_related("provider__community"):
            zone = block.provider.community.zone
            for number in range(-2, WEEK_DAYS + 1):
                day = self.first + number * ONE_DAY
                if day.weekday() != block.weekday or not _is_valid(block, day):
                    continue
                name = block.provider.community.name
                start = at_clock(day, block.start_minute, zone)
                end = at_clock(day, block.end_minute, zone)
                about = {"words": _("Hours in %(community)s") % {"community": name}, "note": ""}
                yield from self._between("other", start, end, about)

    def _taken(self) -> Iterator[Segment]:
        """Meetings here, and "taken" for all that lies elsewhere or in another role."""
        start = at_clock(self.first, 0, self.zone)
        end = at_clock(self.first + WEEK_DAYS * ONE_DAY, 0, self.zone)
        rows = Commitment.objects.filter(
            person=self.provider.user_id, status__in=ACTIVE, start__lt=end, end__gt=start
        ).select_related("appointment__service")
        # What was offered and taken back is let go by the worker, soon: it is none any more.
        rows = rows.exclude(hold__in=loose_holds(self.now).order_by())
        for row in rows.prefetch_related(seated("appointment__bookings")):
            if row.expires_at is not None and row.expires_at <= self.now:
                continue
            yield from self._between(*self._as_taken(row))

    def _busy_outside(self) -> Iterator[Segment]:
        """When calendars of other programs keep them busy; which one is for their own eyes."""
        start = at_clock(self.first, 0, self.zone)
        end = at_clock(self.first + WEEK_DAYS * ONE_DAY, 0, self.zone)
        rows = outside_busy_of(self.provider.user, start=start, end=end)
        for row in rows.select_related("calendar"):
            note = row.calendar.name if self.is_own else ""
            about = {"words": _("Taken elsewhere"), "note": note}
            yield from self._between("taken", row.start, row.end, about)

    def _as_taken(self, row: Commitment) -> tuple[str, datetime, datetime, dict[str, Any]]:
        here = row.community_id == self.provider.community_id
        meeting = row.appointment
        if here and row.part == CommitmentPart.PROVIDER and meeting is not None:
            who = names_in_short([booking.student for booking in meeting.bookings.all()])
            about = {"words": _("Meeting"), "note": meeting.service.label, "who": who}
            return "meeting", row.start, row.end, about
        if here and row.part == CommitmentPart.HOLD:
            return "taken", row.start, row.end, {"words": _("Held"), "note": _("for a student")}
        return "taken", row.start, row.end, {"words": _("Taken elsewhere"), "note": ""}

    def _between(
        self, kind: str, start: datetime, end: datetime, about: dict[str, Any]
    ) -> Iterator[Segment]:
        """The parts of a stretch of instants on each local day that it touches."""
        first, last = start.astimezone(self.zone), end.astimezone(self.zone)
        for number in range(WEEK_DAYS):
            day = self.first + number * ONE_DAY
            if not first.date() <= day <= last.date():
                continue
            begin = first.hour * HOUR + first.minute if first.date() == day else 0
            finish = last.hour * HOUR + last.minute if last.date() == day else DAY
            if begin < finish:
                label = clock_in_words(begin, finish, cycle=self.cycle)
                short = clock_in_short(begin, cycle=self.cycle)
                yield Segment(kind, number, begin, finish, label=label, short=short, **about)


def seated(path: str) -> Prefetch:  # type: ignore[type-arg]
    """Who sits in a meeting, with the reading of the meetings."""
    return Prefetch(path, Booking.objects.filter(state__in=SEATED).select_related("student"))


def names_in_short(students: Sequence[User]) -> str:
    """“Sam”, or “Sam +2” of a group; nobody is an empty string."""
    if not students:
        return ""
    first = students[0].first_name or str(students[0])
    return first if len(students) == 1 else f"{first} +{len(students) - 1}"


def at_clock(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The instant at which a clock in the zone shows this minute of the day; it may pass 1440."""
    days, rest = divmod(minute, DAY)
    clock = time(rest // HOUR, rest % HOUR)
    return datetime.combine(day + days * ONE_DAY, clock, tzinfo=zone)


def _is_valid(block: WeeklyBlock, day: date) -> bool:
    return (block.valid_from is None or block.valid_from <= day) and (
        block.valid_until is None or day <= block.valid_until
    )


def clock_change(day: date, zone: ZoneInfo) -> str:
    """What clocks do on this day, in words; empty on all other days."""
    before = at_clock(day, 0, zone).utcoffset() or timedelta()
    after = at_clock(day, DAY, zone).utcoffset() or timedelta()
    if after > before:
        return _("Clocks go forward: an hour is not there")
    if after < before:
        return _("Clocks go back: an hour comes twice")
    return ""


def set_lanes(segments: Sequence[Segment]) -> None:
    """Put what overlaps side by side: each group of overlapping ones shares the day's width."""
    group: list[Segment] = []
    ends: list[int] = []
    for segment in segments:
        if group and segment.start >= max(ends):
            _share(group, len(ends))
            group, ends = [], []
        free = next((n for n, end in enumerate(ends) if end <= segment.start), len(ends))
        ends[free : free + 1] = [segment.end]
        segment.lane = free
        group.append(segment)
    _share(group, len(ends))


def _share(group: Sequence[Segment], lanes: int) -> None:
    for segment in group:
        segment.lanes = lanes


def _drawn(segments: Sequence[Segment]) -> tuple[int, int]:
    """From which full hour to which all of it is to be seen; closed days alone need no room."""
    rows = [one for one in segments if one.kind not in ("closed", "away")]
    since = min([EARLIEST, *(one.start for one in rows)])
    until = max([LATEST, *(one.end for one in rows)])
    return since // HOUR * HOUR, -(-until // HOUR) * HOUR
