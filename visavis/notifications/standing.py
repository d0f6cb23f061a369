"""The weeks of a series that stood when something was told, and how a calendar shows them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from visavis.bookings.enums import EventKind
from visavis.bookings.models import Booking, BookingEvent, Series
from visavis.bookings.queries import weeks_of
from visavis.bookings.weeks import planned_start, planned_starts
from visavis.calendars.ics import Entry, series_entries
from visavis.notifications.enums import Audience, Kind
from visavis.notifications.letters import Reader
from visavis.notifications.meetings import Meeting, meeting_at

StandingEntries = dict[datetime, Entry]
ENDS = (EventKind.CANCELLED, EventKind.DECLINED, EventKind.EXPIRED)


@dataclass(frozen=True)
class StandingSeries:
    """A series as one reader's calendar holds it: the agreed weeks, by their planned start."""

    series: Series
    weeks: dict[datetime, Meeting]
    # Whether the reader's calendar has the series itself, or single weeks that came to them.
    is_whole: bool


def standing_for(reader: Reader, series: Series, *, upto: int) -> StandingSeries:
    """The series after the event of this number, whatever has become of it since."""
    starts = planned_starts(series)
    weeks = {}
    for booking in weeks_of(series).prefetch_related("events"):
        meeting = _meeting_then(booking, upto)
        if meeting is not None and _is_for(reader, meeting):
            weeks[planned_start(booking, starts)] = meeting
    is_whole = reader.audience == Audience.STUDENT or _is(reader, series.provider.user_id)
    return StandingSeries(series, weeks, is_whole)


def _meeting_then(booking: Booking, upto: int) -> Meeting | None:
    events: list[BookingEvent] = [event for event in booking.events.all() if event.pk <= upto]
    if not events or any(event.kind in ENDS for event in events):
        return None
    meeting = meeting_at(max(events, key=lambda event: event.pk))
    return meeting if meeting.is_agreed else None


def _is_for(reader: Reader, meeting: Meeting) -> bool:
    return reader.audience == Audience.STUDENT or _is(reader, meeting.provider.user_id)


def _is(reader: Reader, user_id: int) -> bool:
    return reader.user is not None and reader.user.pk == user_id


def series_news(
    kind: Kind,
    standing: StandingSeries,
    plan: Entry,
    changed: Sequence[Entry],
    stand: StandingEntries,
) -> list[Entry]:
    """What is sent of a series: the weeks that changed or, where it is more than one, the whole.

    A week that is moved or skipped is sent alone, under its planned start. What is booked, and
    what ends, is the whole entry anew, with every week as it stands; with none left it is removed.
    Who was given single weeks of somebody else's series hears of each of these.
    """
    if not standing.is_whole:
        return list(changed)
    if not stand:
        return [replace(plan, status="CANCELLED")]
    if kind == Kind.CHANGED or (kind == Kind.CANCELLED and len(changed) == 1):
        return list(changed)
    return series_entries(plan, stand)
