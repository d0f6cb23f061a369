"""The calendar entry that a letter about meetings carries.

A booking is one entry in the student's calendar for as long as it lives. In the provider's it is
the same one; a meeting of several seats is one entry there, which stays until the last student
leaves.
"""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from visavis.bookings.models import Appointment
from visavis.calendars.ics import (
    Entry,
    entries_calendar,
    invitation,
    summary_for_student,
    uid_of_booking,
)
from visavis.communities.wording import wording_of
from visavis.core.address import find_address
from visavis.notifications.enums import Audience, Kind
from visavis.notifications.letters import Invitation, Reader
from visavis.notifications.meetings import Meeting, link_for, still_meets
from visavis.notifications.writing import organizer_of

ENTERS = (Kind.CONFIRMED, Kind.CHANGED)


def calendar_for(
    kind: Kind, reader: Reader, meetings: Sequence[Meeting], *, sequence: int, stamp: datetime
) -> tuple[Invitation | None, str]:
    """An invitation for one meeting; for several a calendar to open, as an invitation is for one.

    Nothing for meetings that were never agreed on: no calendar holds them.
    """
    agreed = [meeting for meeting in meetings if meeting.is_agreed]
    if reader.audience == Audience.CENTRE or kind not in (*ENTERS, Kind.CANCELLED) or not agreed:
        return None, ""
    entries = [
        entry_for(kind, reader, meeting, sequence=sequence, stamp=stamp) for meeting in agreed
    ]
    if len(entries) > 1:
        return None, entries_calendar(entries)
    method = "CANCEL" if entries[0].status == "CANCELLED" else "REQUEST"
    content = invitation(
        entries[0],
        method=method,
        organizer=organizer_of(agreed[0].community),
        attendee=reader.mailbox,
    )
    return Invitation(method, content), ""


def entry_for(
    kind: Kind, reader: Reader, meeting: Meeting, *, sequence: int, stamp: datetime
) -> Entry:
    """The entry as it must stand in this reader's calendar after the letter."""
    appointment = meeting.appointment
    is_shared = reader.audience == Audience.PROVIDER and appointment.capacity > 1
    ends = kind == Kind.CANCELLED and not (is_shared and still_meets(appointment))
    return Entry(
        uid=uid_of_appointment(appointment) if is_shared else uid_of_booking(meeting.booking),
        sequence=sequence,
        stamp=stamp,
        start=meeting.start,
        end=meeting.end,
        zone=meeting.community.zone,
        summary=_summary(reader, meeting, is_shared=is_shared),
        place=meeting.place,
        url=f"{find_address()}{link_for(reader, meeting)[1]}",
        status="CANCELLED" if ends else "CONFIRMED",
    )


def uid_of_appointment(appointment: Appointment) -> str:
    return f"appointment-{appointment.pk}@visavis"


def _summary(reader: Reader, meeting: Meeting, *, is_shared: bool) -> str:
    if reader.audience == Audience.STUDENT:
        return summary_for_student(meeting.booking, str(meeting.provider))
    support = wording_of(meeting.community).support
    with_whom = _("group") if is_shared else str(meeting.booking.student)
    return f"{support}: {with_whom}"
