"""The calendar entry that a letter about meetings carries.

A booking is one entry in the student's calendar for as long as it lives, and so is a series: one
entry that repeats, in which a week can be changed alone. In the provider's it is the same one; a
meeting of several seats is one entry there, which stays until the last student leaves.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from django.urls import reverse
from django.utils.translation import gettext as _

from visavis.bookings.models import Series
from visavis.bookings.weeks import planned_start, planned_starts
from visavis.calendars.ics import (
    Entry,
    invitation,
    planned_entry,
    summary_with,
    uid_of_appointment,
    uid_of_booking,
    uid_of_series,
)
from visavis.core.address import find_address
from visavis.notifications.enums import Audience, Kind
from visavis.notifications.letters import Invitation, Reader
from visavis.notifications.meetings import Meeting, link_for, still_meets
from visavis.notifications.standing import series_news, standing_for
from visavis.notifications.writing import organizer_of

ENTERS = (Kind.CONFIRMED, Kind.CHANGED)


class AboutMeeting(Protocol):
    """What tells of one meeting."""

    @property
    def meeting(self) -> Meeting: ...


T = TypeVar("T", bound=AboutMeeting)


def by_entry(kind: Kind, reader: Reader, told: Sequence[T]) -> list[list[T]]:
    """What is told, by the calendar entry that it is about; all of it as one where none is."""
    if not any(_in_calendar(kind, reader, [one.meeting]) for one in told):
        return [list(told)]
    found: dict[str, list[T]] = {}
    for one in told:
        is_shared = _is_shared(reader, one.meeting)
        uid, _original = _place_in_calendar(one.meeting, is_shared=is_shared)
        found.setdefault(uid, []).append(one)
    return list(found.values())


def calendar_for(
    kind: Kind, reader: Reader, meetings: Sequence[Meeting], *, sequence: int, stamp: datetime
) -> Invitation | None:
    """An invitation for the meetings of one entry (`by_entry`): one meeting, a group, or a series.

    Mail programs read one entry from an invitation, and most none of those that follow. Nothing
    for several entries, nor for meetings that were never agreed on: no calendar holds them.
    """
    agreed = _in_calendar(kind, reader, meetings)
    if not agreed:
        return None
    if kind in (Kind.REQUESTED, Kind.HANDED_OVER):
        kind = Kind.CANCELLED
    found = [entry_for(kind, reader, meeting, sequence=sequence, stamp=stamp) for meeting in agreed]
    # Two who leave one group at once change one entry.
    entries = list({(entry.uid, entry.original): entry for entry in found}.values())
    if len({entry.uid for entry in entries}) > 1:
        return None
    series = agreed[0].booking.series
    if series is not None and entries[0].original is not None:
        entries = _of_series(kind, reader, series, entries)
    method = "CANCEL" if entries[0].status == "CANCELLED" else "REQUEST"
    content = invitation(
        entries,
        method=method,
        organizer=organizer_of(agreed[0].community),
        attendee=reader.mailbox,
    )
    return Invitation(method, content)


def _in_calendar(kind: Kind, reader: Reader, meetings: Sequence[Meeting]) -> list[Meeting]:
    """Those of the meetings, as they stood there, that the reader's calendar enters or holds."""
    if kind == Kind.REQUESTED:
        # Asked for anew at another time: what was agreed on before stands no longer.
        meetings = [meeting.before for meeting in meetings if meeting.before]
    elif kind not in (*ENTERS, Kind.CANCELLED, Kind.HANDED_OVER):
        return []
    if reader.audience == Audience.CENTRE:
        return []
    return [meeting for meeting in meetings if meeting.is_agreed]


def _is_shared(reader: Reader, meeting: Meeting) -> bool:
    return reader.audience == Audience.PROVIDER and meeting.appointment.capacity > 1


def _of_series(kind: Kind, reader: Reader, series: Series, changed: Sequence[Entry]) -> list[Entry]:
    first = changed[0]
    standing = standing_for(reader, series, upto=first.sequence)
    sequence, stamp = first.sequence, first.stamp
    stand = {
        start: entry_for(Kind.CONFIRMED, reader, meeting, sequence=sequence, stamp=stamp)
        for start, meeting in standing.weeks.items()
    }
    whom = series.provider if reader.audience == Audience.STUDENT else series.student
    plan = planned_entry(
        series,
        with_whom=str(whom),
        url=first.url,
        sequence=sequence,
        stamp=stamp,
        is_confirmed=True,
    )
    return series_news(kind, standing, plan, changed, stand)


def entry_for(
    kind: Kind, reader: Reader, meeting: Meeting, *, sequence: int, stamp: datetime
) -> Entry:
    """The entry as it must stand in this reader's calendar after the letter."""
    booking, appointment = meeting.booking, meeting.appointment
    is_shared = _is_shared(reader, meeting)
    ends = kind == Kind.CANCELLED and not (is_shared and still_meets(appointment))
    group_or_student = _("group") if is_shared else str(booking.student)
    whom = str(meeting.provider) if reader.audience == Audience.STUDENT else group_or_student
    uid, original = _place_in_calendar(meeting, is_shared=is_shared)
    return Entry(
        uid=uid,
        sequence=sequence,
        stamp=stamp,
        start=meeting.start,
        end=meeting.end,
        zone=meeting.community.zone,
        summary=summary_with(whom, meeting.community),
        place=meeting.place,
        url=f"{find_address()}{_page_for(reader, meeting)}",
        status="CANCELLED" if ends else "CONFIRMED",
        original=original,
    )


def _page_for(reader: Reader, meeting: Meeting) -> str:
    """The page that an entry leads to: of a series the same one from every week."""
    series = meeting.booking.series
    if series is None or _is_shared(reader, meeting):
        return link_for(reader, [meeting])[1]
    where = [meeting.community.slug, series.public_id]
    if reader.audience == Audience.STUDENT:
        return reverse("student:series", args=where)
    if series.provider_id != meeting.provider.pk:
        return reverse("teach:meetings", args=where[:1])
    return reverse("teach:series", args=where)


def _place_in_calendar(meeting: Meeting, *, is_shared: bool) -> tuple[str, datetime | None]:
    """The UID and, of a week of a series, the start for which it was planned."""
    booking = meeting.booking
    if is_shared:
        return uid_of_appointment(meeting.appointment), None
    if booking.series is None:
        return uid_of_booking(booking), None
    return uid_of_series(booking.series), planned_start(booking, planned_starts(booking.series))
