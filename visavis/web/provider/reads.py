"""What the first page of a provider shows."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.db.models import Model, Q

from visavis.availability.enums import ChangeKind
from visavis.availability.models import Admission
from visavis.availability.queries import dated_changes_of, locations_of, weekly_blocks_of
from visavis.bookings.actions import MARK_DAYS
from visavis.bookings.models import Appointment
from visavis.bookings.queries import meetings_of
from visavis.catalogue.enums import MeetingKind
from visavis.catalogue.queries import formats_of
from visavis.people.models import Provider
from visavis.web.ui.links import has_link

WEEK_DAYS = 7


def lacks_meeting_link(provider: Provider, *, now: datetime) -> bool:
    """Whether students can book this person online and would find no link to the meeting."""
    if provider.meeting_link:
        return False
    places = {
        place.pk
        for place in locations_of(provider.community)
        if place.kind == MeetingKind.ONLINE and not has_link(place.details)
    }
    formats = {
        format_.pk
        for format_ in formats_of(provider.community)
        if MeetingKind.ONLINE in format_.meeting_kinds
    }
    if not places or not formats:
        return False
    today = now.astimezone(provider.community.zone).date()
    return any(
        _admits(row.any_location, row.locations.all(), places)
        and _admits(row.any_format, row.formats.all(), formats)
        for row in _hours_from(provider, today)
    )


def _hours_from(provider: Provider, today: date) -> list[Admission]:
    """Weekly and extra hours that are not over on `today`."""
    is_going_on = Q(valid_until=None) | Q(valid_until__gte=today)
    coming = Q(kind=ChangeKind.EXTRA, last__gte=today)
    return [
        *weekly_blocks_of(provider).filter(is_going_on),
        *dated_changes_of(provider).filter(coming),
    ]


def _admits(is_any: bool, named: Iterable[Model], wanted: set[int]) -> bool:  # noqa: FBT001  (private)
    return is_any or any(thing.pk in wanted for thing in named)


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


def past_meetings(provider: Provider, *, now: datetime, day_start: datetime) -> list[Appointment]:
    """The meetings before today about which attendance can still be noted, the latest first."""
    first = now - timedelta(days=MARK_DAYS)
    rows = meetings_of(provider, start=first, end=day_start)
    return sorted(rows, key=lambda meeting: meeting.start, reverse=True)


def coming_days(provider: Provider, *, now: datetime) -> list[Day]:
    """Today, whole, and the six days after it, by the dates of the community's zone."""
    zone = provider.community.zone
    today = now.astimezone(zone).date()
    starts = [_midnight(today + timedelta(days=n), zone) for n in range(WEEK_DAYS + 1)]
    rows = list(meetings_of(provider, start=starts[0], end=starts[-1]))
    return [
        Day(
            start.astimezone(zone).date(),
            start,
            _lines(_within(rows, start, end), now if start <= now < end else None),
        )
        for start, end in pairwise(starts)
    ]


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone)


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
