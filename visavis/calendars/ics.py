"""One meeting as an iCalendar file (RFC 5545)."""

from collections.abc import Iterable

from icalendar import Calendar, Event, vText

from visavis.bookings.enums import BookingState
from visavis.bookings.models import Booking
from visavis.catalogue.enums import MeetingKind
from visavis.communities.wording import wording_of

STATUS = {
    BookingState.REQUESTED.value: "TENTATIVE",
    BookingState.CONFIRMED.value: "CONFIRMED",
    BookingState.ATTENDED.value: "CONFIRMED",
    BookingState.NO_SHOW.value: "CONFIRMED",
}


def booking_calendar(booking: Booking, *, url: str) -> bytes:
    """The booking as a calendar with one event, in the community's zone with its rules.

    The UID stays the same for as long as the booking lives, so that a second download changes the
    event and does not double it. What the student wrote is left out: calendars are shared.
    """
    return series_calendar([(booking, url)])


def series_calendar(pages: Iterable[tuple[Booking, str]]) -> bytes:
    """Several bookings, each with its page's address, as one calendar with an event for each."""
    calendar = Calendar()
    calendar.add("prodid", "-//Visavis//Visavis//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for booking, url in pages:
        calendar.add_component(_event(booking, url))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _event(booking: Booking, url: str) -> Event:
    appointment = booking.appointment
    zone = appointment.community.zone
    event = Event()
    event.add("uid", f"{booking.public_id}@visavis")
    # Later downloads win over earlier ones: the number of changes so far.
    event.add("sequence", max(booking.events.count() - 1, 0))
    event.add("dtstamp", booking.changed_at)
    event.add("dtstart", appointment.start.astimezone(zone))
    event.add("dtend", appointment.end.astimezone(zone))
    event.add("summary", _summary(booking))
    event.add("location", vText(_location(booking)))
    event.add("description", url)
    event.add("url", url)
    event.add("status", STATUS.get(booking.state, "CANCELLED"))
    return event


def _summary(booking: Booking) -> str:
    appointment = booking.appointment
    return f"{wording_of(appointment.community).support}: {appointment.provider}"


def _location(booking: Booking) -> str:
    appointment = booking.appointment
    place, link = appointment.location, appointment.provider.meeting_link
    if place.kind == MeetingKind.ONLINE and link and booking.state == BookingState.CONFIRMED:
        return link
    return place.name
