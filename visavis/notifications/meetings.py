"""Meetings as they stood when something was told of them: who, when, where."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from visavis.availability.models import Location
from visavis.bookings.enums import OPEN, BookingState, EventKind, Otherwise
from visavis.bookings.models import Appointment, Booking, BookingEvent, Series
from visavis.calendars.ics import place_in_words
from visavis.communities.models import Community
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
    # Who did what is told: a party of bookings.events. Empty where nobody did.
    by: str = ""
    # A student's cancellation after what the community calls late, …
    is_late: bool = False
    # … and the how manyth absence it, or a missed meeting, is where it counts.
    occurrence: int | None = None
    # Where it stood before it moved.
    before: "Meeting | None" = None
    # Who gives it from now on, at its time, where it was handed over.
    heir: Provider | None = None

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
        by=event.data.get("by") or "",
        is_late=bool(event.data.get("late")),
        occurrence=event.data.get("occurrence"),
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


def series_told(meetings: Sequence[Meeting]) -> Series | None:
    """The series of which these are several weeks; None of one week, or of other meetings."""
    series = meetings[0].booking.series
    same = all(meeting.booking.series_id == meetings[0].booking.series_id for meeting in meetings)
    return series if len(meetings) > 1 and same else None


def link_for(reader: Reader, meetings: Sequence[Meeting]) -> tuple[str, str]:
    """A page that shows the meetings to this reader; opening it changes nothing."""
    slug, series = meetings[0].community.slug, series_told(meetings)
    if reader.audience == Audience.STUDENT and series is not None:
        path = reverse("student:series", args=[slug, series.public_id])
        return _("See your weekly meetings"), path
    if reader.audience == Audience.STUDENT:
        path = reverse("student:booking", args=[slug, meetings[0].booking.public_id])
        return _("See the meeting"), path
    if reader.audience == Audience.PROVIDER:
        return _link_to_teach(slug, meetings)
    return _("Open the overview"), reverse("manage:overview", args=[slug])


def _link_to_teach(slug: str, meetings: Sequence[Meeting]) -> tuple[str, str]:
    """The meeting's own page, or that of the series; of several meetings their list.

    What has gone to a colleague has no page for who gave it before.
    """
    first, series = meetings[0], series_told(meetings)
    if series is not None and series.provider_id == first.provider.pk:
        path = reverse("teach:series", args=[slug, series.public_id])
        return _("See the weekly meetings"), path
    is_one = len({meeting.appointment.pk for meeting in meetings}) == 1
    if is_one and first.booking.appointment.provider_id == first.provider.pk:
        path = reverse("teach:meeting", args=[slug, first.booking.public_id])
        return _("See the meeting"), path
    return _("See your meetings"), reverse("teach:meetings", args=[slug])


def proposed_in_words(reader: Reader, events: Sequence[BookingEvent]) -> list[tuple[str, str]]:
    """The times that are held for the student, as they were when they were told of.

    Where none could be held it says so, and in either case what happens without an answer.
    """
    held = [
        (parse_datetime(start), name)
        for event in events
        for start, name in zip(event.data["times"], event.data["with"], strict=True)
    ]
    facts = [
        (_("Held for you"), f"{reader.read_with_zone(start)}, {name}")
        for start, name in held
        if start is not None
    ]
    if not facts:
        said = _("No equal time is free at the moment. Look for one yourself on the page.")
        facts.append((_("Held for you"), said))
    if all(event.data.get("otherwise") == Otherwise.END for event in events):
        said = _("It is off then. That does not count as late.")
    else:
        said = _("What you have stays as it is.")
    return [*facts, (_("Without an answer"), said)]


def link_to_proposal(meeting: Meeting) -> tuple[str, str]:
    """The page on which the student takes one of the times, or none."""
    args = [meeting.community.slug, meeting.booking.public_id]
    return _("Choose a time"), reverse("student:proposal", args=args)


def still_meets(appointment: Appointment) -> bool:
    """Whether anybody still comes."""
    return appointment.bookings.filter(state__in=OPEN).exists()
