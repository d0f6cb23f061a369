"""Meetings by days: today as a line of time, the coming week, and what is later."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from zoneinfo import ZoneInfo

from visavis.bookings.models import Appointment
from visavis.bookings.teaching import meetings_of
from visavis.engine.zones import midnight
from visavis.people.models import Provider

WEEK_DAYS = 7


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a day: a meeting, a gap of so many minutes before the next, or *now*."""

    meeting: Appointment | None = None
    gap_minutes: int = 0
    is_now: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """A local date with its lines; `start` is its first instant."""

    date: date
    start: datetime
    entries: list[Entry] = field(default_factory=list)

    @property
    def meetings(self) -> list[Appointment]:
        return [entry.meeting for entry in self.entries if entry.meeting]

    def has_meetings_after(self, now: datetime) -> bool:
        """Whether one of them has not begun at `now`."""
        return any(meeting.start > now for meeting in self.meetings)


def coming_days(provider: Provider, *, now: datetime) -> list[Day]:
    """Today, whole, and the six days after it, by the dates of the community's zone."""
    zone = provider.community.zone
    today = now.astimezone(zone).date()
    starts = [midnight(today + timedelta(days=n), zone) for n in range(WEEK_DAYS + 1)]
    rows = list(meetings_of(provider, start=starts[0], end=starts[-1], now=now))
    return [
        Day(
            start.astimezone(zone).date(),
            start,
            _lines(_within(rows, start, end), now if start <= now < end else None),
        )
        for start, end in pairwise(starts)
    ]


def end_of_week(provider: Provider, *, now: datetime) -> datetime:
    """The first instant after the days that `coming_days` shows."""
    zone = provider.community.zone
    return midnight(now.astimezone(zone).date() + timedelta(days=WEEK_DAYS), zone)


def by_days(meetings: Sequence[Appointment], zone: ZoneInfo) -> list[Day]:
    """Meetings in order of time, or against it, under the local date on which each begins."""
    grouped = groupby(meetings, key=lambda meeting: meeting.start.astimezone(zone).date())
    return [
        Day(day, midnight(day, zone), [Entry(meeting=meeting) for meeting in found])
        for day, found in grouped
    ]


def _within(rows: Iterable[Appointment], start: datetime, end: datetime) -> list[Appointment]:
    # What began last night is not over: it stands under the first of its days that is shown.
    return [row for row in rows if start <= row.start < end]


def _lines(meetings: list[Appointment], now: datetime | None) -> list[Entry]:
    lines: list[Entry] = []
    is_told = now is None
    before: Appointment | None = None
    for meeting in meetings:
        if not is_told and now is not None and meeting.end > now:
            if before is None or before.end <= now:
                lines.append(Entry(is_now=True))
            is_told = True
        if before is not None and meeting.start > before.end:
            gap = int((meeting.start - before.end).total_seconds() // 60)
            lines.append(Entry(gap_minutes=gap))
        lines.append(Entry(meeting=meeting))
        before = meeting
    if not is_told and meetings:
        lines.append(Entry(is_now=True))
    return lines
