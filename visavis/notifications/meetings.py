"""Meetings as they stood when something was told of them: who, when, where."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from visavis.availability.models import Location
from visavis.bookings.enums import OPEN, BookingState, EventKind
from visavis.bookings.models import Appointment, Booking, BookingEvent
from visavis.calendars.ics import place_in_words
from visavis.communities.models import Community
from visavis.communities.wording import wording_of
from visavis.notifications.enums import Audience
from visavis.notifications.letters import Reader
from visavis.people.models import Provider

T = TypeVar("T", bound=Model)
RELATED = ("provider__user", "service", "format", "location", "community")


@dataclass(frozen=True)
class Meeting:
    """One booking with the time, person and place that it had. Instants are aware UTC."""

    booking: Booking
    appointment: Appointment
    start: datetime
    end: datetime
    provider: Provider
    location: Location
    is_agreed: bool
    reason: str = ""
    # What the community says to the student about this absence.
    note: str = ""
    # Where it stood before it moved.
    before: "Meeting | None" = None

    @property
    def community(self) -> Community:
        return self.appointment.community

    @property
    def place(self) -> str:
        return place_in_words(
            self.location.name,
            self.location.kind,
            self.provider.meeting_link,
            is_confirmed=self.is_agreed,
        )


def meeting_now(booking: Booking) -> Meeting:
    """The booking as it stands."""
    appointment = booking.appointment
    return Meeting(
        booking,
        appointment,
        appointment.start,
        appointment.end,
        appointment.provider,
        appointment.location,
        is_agreed=True,
    )


def meeting_at(event: BookingEvent) -> Meeting:
    """The booking as the event left it, whatever has become of it since.

    A mail may be written after the next change: it must not tell of that one.
    """
    events = sorted(event.booking.events.all(), key=lambda each: each.pk)
    later = next((e for e in events if e.kind == EventKind.MOVED and e.pk > event.pk), None)
    now = meeting_now(event.booking)
    there = _before(now, later.data) if later else now
    before = _before(now, event.data) if event.kind == EventKind.MOVED else None
    if before is not None:
        agreed = _was_agreed([e for e in events if e.pk < event.pk])
        before = replace(before, is_agreed=agreed)
    return replace(
        there,
        is_agreed=_was_agreed([e for e in events if e.pk <= event.pk]),
        reason=event.data.get("reason") or "",
        note=event.data.get("text") or "",
        before=before,
    )


def _was_agreed(events: Sequence[BookingEvent]) -> bool:
    """Whether the meeting was confirmed, or still waited for an answer, after these events."""
    agreed = False
    for event in events:
        if event.kind in (EventKind.REQUESTED, EventKind.CONFIRMED):
            agreed = event.kind == EventKind.CONFIRMED
        elif event.kind == EventKind.MOVED and "state" in event.data:
            agreed = event.data["state"] == BookingState.CONFIRMED
    return agreed


def _before(now: Meeting, moved: dict[str, Any]) -> Meeting:
    """What a move left behind; what it does not name stayed as it is."""
    start, end = moved.get("from_start"), moved.get("from_end")
    people, places = Provider.objects.select_related("user"), Location.objects.all()
    appointments = Appointment.objects.select_related(*RELATED)
    return replace(
        now,
        appointment=_find(appointments, moved.get("from_appointment_id")) or now.appointment,
        start=(parse_datetime(start) if start else None) or now.start,
        end=(parse_datetime(end) if end else None) or now.end,
        provider=_find(people, moved.get("from_provider_id")) or now.provider,
        location=_find(places, moved.get("from_location_id")) or now.location,
    )


def _find(rows: QuerySet[T], pk: int | None) -> T | None:
    return rows.filter(pk=pk).first() if pk else None


# --- In words -----------------------------------------------------------------------------------


def words_for(reader: Reader, meetings: Sequence[Meeting]) -> dict[str, str]:
    """What the placeholders of a text stand for, as this reader reads times."""
    first = meetings[0]
    students = dict.fromkeys(str(meeting.booking.student) for meeting in meetings)
    reasons = dict.fromkeys(meeting.reason for meeting in meetings if meeting.reason)
    return {
        "student": ", ".join(students),
        "provider": str(first.provider),
        "support": wording_of(first.community).support,
        "community": first.community.name,
        "starts": _span(reader.read(first.start), meetings),
        "when": _span(reader.read_with_zone(first.start, first.end), meetings),
        "where": first.place,
        "service": first.appointment.service.label,
        "reason": ", ".join(reasons),
    }


def _span(first: str, meetings: Sequence[Meeting]) -> str:
    more = len({meeting.start for meeting in meetings}) - 1
    if not more:
        return first
    told = {"first": first, "more": more}
    return ngettext("%(first)s and %(more)d more", "%(first)s and %(more)d more", more) % told


def facts_for(reader: Reader, meetings: Sequence[Meeting]) -> list[tuple[str, str]]:
    """What stands below the text, line by line."""
    first = meetings[0]
    facts = []
    for meeting in meetings:
        if meeting.before and meeting.before.start != meeting.start:
            before = reader.read_with_zone(meeting.before.start, meeting.before.end)
            facts.append((_("Before"), before))
        label = _("Now") if meeting.before else _("When")
        facts.append((label, reader.read_with_zone(meeting.start, meeting.end)))
    words = words_for(reader, meetings)
    if reader.audience != Audience.PROVIDER:
        facts.append((wording_of(first.community).provider, words["provider"]))
    if reader.audience != Audience.STUDENT:
        facts.append((_("Student"), words["student"]))
    facts += [(_("What"), words["service"]), (_("Where"), words["where"])]
    facts += [(_("Reason"), words["reason"])] if words["reason"] else []
    if reader.audience == Audience.STUDENT:
        facts += [(_("Please note"), meeting.note) for meeting in meetings if meeting.note]
    return list(dict.fromkeys(facts))  # those who share a meeting share its time


def paused_in_words(far_days: int | None) -> str:
    """Which meetings a pause keeps somebody from booking: all, or those so many days ahead."""
    if far_days is None:
        return _("meetings")
    said = ngettext(
        "meetings more than %(days)d day ahead", "meetings more than %(days)d days ahead", far_days
    )
    return said % {"days": far_days}


def link_for(reader: Reader, meeting: Meeting) -> tuple[str, str]:
    """A page that shows the meeting to this reader; opening it changes nothing."""
    slug = meeting.community.slug
    if reader.audience == Audience.STUDENT:
        path = reverse("student:booking", args=[slug, meeting.booking.public_id])
        return _("See the meeting"), path
    if reader.audience == Audience.PROVIDER:
        return _("See your meetings"), reverse("teach:meetings", args=[slug])
    return _("Open the overview"), reverse("manage:overview", args=[slug])


def still_meets(appointment: Appointment) -> bool:
    """Whether anybody still comes."""
    return appointment.bookings.filter(state__in=OPEN).exists()
