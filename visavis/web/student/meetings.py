"""A booking as the student's pages show it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from visavis.availability.models import Location
from visavis.bookings.absences import counts_as_absence
from visavis.bookings.answers import GivenAnswer
from visavis.bookings.deadlines import is_late
from visavis.bookings.enums import OPEN, BookingState
from visavis.bookings.models import Answer, Appointment, Booking
from visavis.bookings.queries import has_ended_it
from visavis.catalogue.enums import MeetingKind
from visavis.core.instants import write_instant
from visavis.people.models import Provider
from visavis.web.student.places import place_in_sentence
from visavis.web.student.reader import Reader, reader_for
from visavis.web.ui.links import has_link


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """An answer as text, or the file's name, with its address once it is booked."""

    label: str
    text: str
    file_name: str = ""
    file_url: str = ""


def shown_draft(answers: Iterable[GivenAnswer]) -> list[ShownAnswer]:
    return [
        ShownAnswer(given.question.label, _as_text(given.value), given.file_name)
        for given in answers
    ]


def shown_answers(answers: Iterable[Answer]) -> list[ShownAnswer]:
    return [
        ShownAnswer(
            answer.label,
            _as_text(answer.value),
            answer.file_name,
            answer.file.url if answer.file else "",
        )
        for answer in answers
    ]


def _as_text(value: str | list[str]) -> str:
    return ", ".join(value) if isinstance(value, list) else value


@dataclass(frozen=True)
class Meeting:
    """One booking at one moment: its state as it is then, times in the reader's zone, addresses."""

    booking: Booking
    reader: Reader
    now: datetime
    # Other times are proposed, and the student has not answered yet.
    is_asked_back: bool = False

    @property
    def appointment(self) -> Appointment:
        return self.booking.appointment

    @property
    def provider(self) -> Provider:
        return self.appointment.provider

    @property
    def is_group(self) -> bool:
        return self.appointment.format.is_group

    @property
    def what(self) -> str:
        """What it is: the service; of a group, its format first and how many there can be."""
        label = self.appointment.service.label
        if not self.is_group:
            return label
        format_ = self.appointment.format
        people = _("up to %(count)d people") % {"count": format_.capacity}
        return f"{format_.name} ({people}) · {label}"

    @property
    def place(self) -> Location:
        return self.appointment.location

    @property
    def state(self) -> str:
        """As it is now: a request that has run out is expired before anybody writes it down."""
        expires = self.booking.expires_at
        ran_out = expires is not None and expires <= self.now
        if self.booking.state == BookingState.REQUESTED and ran_out:
            return BookingState.EXPIRED.value
        return self.booking.state

    @property
    def shown_state(self) -> str:
        """The state as a word: of what was confirmed and is past, nobody asks that any more.

        An absence that was excused is told as that, and what waits for the student as theirs.
        """
        if self.is_asked_back:
            return "your_turn"
        if self.state == BookingState.NO_SHOW and self.booking.excused_at is not None:
            return "excused"
        if self.has_left:
            return "left"
        return "over" if self.is_over and self.is_confirmed else self.state

    @property
    def has_left(self) -> bool:
        """Whether they gave back their seat in a group, which may meet without them."""
        is_ended = self.is_group and self.state == BookingState.CANCELLED
        return is_ended and has_ended_it(self.booking)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN and self.appointment.end > self.now

    @property
    def is_requested(self) -> bool:
        return self.state == BookingState.REQUESTED

    @property
    def is_confirmed(self) -> bool:
        return self.state == BookingState.CONFIRMED

    @property
    def is_over(self) -> bool:
        return self.appointment.end <= self.now

    @property
    def can_cancel(self) -> bool:
        return self.state in OPEN and self.appointment.start > self.now

    @property
    def can_move(self) -> bool:
        """Whether it is still to come; whether the student may is said where they try."""
        return self.can_cancel

    @property
    def is_late_now(self) -> bool:
        """Whether cancelling now would be a late cancellation."""
        return is_late(self.booking, self.now)

    @property
    def was_late(self) -> bool:
        return self.booking.cancelled_late

    @property
    def counts_as_moved_late(self) -> bool:
        """Whether it is an absence because the student moved it late."""
        return self.booking.moved_late_from is not None and counts_as_absence(self.booking)

    @property
    def moved_late_from(self) -> str:
        former = self.booking.moved_late_from
        return self.reader.moment(former) if former else ""

    @property
    def ended_by(self) -> str:
        """Who cancelled or declined it; empty for the student themselves."""
        return "" if has_ended_it(self.booking) else self.booking.cancelled_by

    @property
    def meeting_link(self) -> str:
        """The person's own link, for confirmed meetings online."""
        is_online = self.place.kind == MeetingKind.ONLINE
        return self.provider.meeting_link if is_online and self.is_confirmed else ""

    @property
    def lacks_link(self) -> bool:
        """Whether a coming meeting online has no link: neither the person's nor the place's."""
        is_online = self.place.kind == MeetingKind.ONLINE
        is_waited_for = is_online and self.is_open and self.is_confirmed
        return is_waited_for and not (self.provider.meeting_link or has_link(self.place.details))

    @property
    def moment(self) -> str:
        return self.reader.moment(self.appointment.start, self.appointment.end)

    @property
    def day_and_time(self) -> str:
        return self.reader.day_and_time(self.appointment.start, self.appointment.end)

    @property
    def zone_note(self) -> str:
        return self.reader.zone_note(self.appointment.start)

    @property
    def where(self) -> str:
        return place_in_sentence(self.place)

    @property
    def expiry(self) -> str:
        return self.reader.moment(self.booking.expires_at) if self.booking.expires_at else ""

    @property
    def url(self) -> str:
        return self._url("booking")

    @property
    def cancel_url(self) -> str:
        return self._url("cancellation")

    @property
    def move_url(self) -> str:
        return self._url("move")

    @property
    def calendar_url(self) -> str:
        return self._url("calendar")

    @property
    def series_url(self) -> str:
        """The page of the series of which this is one week; empty for a single meeting."""
        series = self.booking.series
        if series is None:
            return ""
        return reverse("student:series", args=[self.appointment.community.slug, series.public_id])

    @property
    def again_url(self) -> str:
        """The times of the same service in the same format."""
        appointment = self.appointment
        if not (appointment.service.is_active and appointment.format.is_active):
            return ""
        path = reverse(
            "student:times",
            args=[appointment.community.slug, appointment.format_id, appointment.service_id],
        )
        is_coming = appointment.start > self.now
        return f"{path}?at={write_instant(appointment.start)}" if is_coming else path

    def _url(self, name: str) -> str:
        return booking_url(self.booking, name)


def booking_url(booking: Booking, name: str = "booking") -> str:
    """The address of the booking's page, or of what is under it."""
    community = booking.appointment.community
    return reverse(f"student:{name}", args=[community.slug, booking.public_id])


def is_at(booking: Booking, wanted: Mapping[str, Any]) -> bool:
    """Whether the booking is at the start, with the provider and at the place that a form wants."""
    appointment = booking.appointment
    return bool(
        write_instant(appointment.start) == wanted["start"]
        and appointment.provider_id == wanted["provider"]
        and appointment.location_id == wanted["place"]
    )


def meeting_of(request: HttpRequest, booking: Booking, *, now: datetime) -> Meeting:
    """The booking for this reader: in person in the community's zone, else in their own."""
    appointment = booking.appointment
    reader = reader_for(request, appointment.community, [appointment.location.kind])
    return Meeting(booking, reader, now)
