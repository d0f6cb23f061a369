"""One meeting as an iCalendar file, and as an invitation in a mail (RFC 5545, RFC 5546)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText

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


@dataclass(frozen=True, slots=True)
class Entry:
    """One meeting in somebody's calendar. Instants are aware; a later `sequence` wins."""

    uid: str
    sequence: int
    stamp: datetime
    start: datetime
    end: datetime
    zone: ZoneInfo
    summary: str
    place: str
    url: str
    status: str = "CONFIRMED"


@dataclass(frozen=True, slots=True)
class Mailbox:
    name: str
    address: str


def booking_calendar(booking: Booking, *, url: str) -> bytes:
    """The student's booking as a calendar with one event, in the community's zone with its rules.

    The UID stays the same for as long as the booking lives, so that a second download, or a mail,
    changes the event and does not double it. What the student wrote is left out: calendars are
    shared.
    """
    return entries_calendar([_entry(booking, url)]).encode()


def entries_calendar(entries: Iterable[Entry]) -> str:
    """Entries to put into a calendar by hand; each keeps its place when it comes again."""
    return _calendar("PUBLISH", [_event(entry) for entry in entries])


def invitation(entry: Entry, *, method: str, organizer: Mailbox, attendee: Mailbox) -> str:
    """What a mail program needs to enter, change (REQUEST) or remove (CANCEL) the meeting itself.

    Nobody but the recipient is named: who else comes is not for everybody's calendar. The meeting
    is agreed on already, so no answer is asked for.
    """
    event = _event(entry)
    event.add("organizer", _person(organizer))
    invited = _person(attendee)
    invited.params.update(
        {"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"}
    )
    event.add("attendee", invited)
    return _calendar(method, [event])


def summary_for_student(booking: Booking, provider: str) -> str:
    """What a calendar shows to everybody who looks at it: never what the meeting is about."""
    return f"{wording_of(booking.appointment.community).support}: {provider}"


def uid_of_booking(booking: Booking) -> str:
    return f"{booking.public_id}@visavis"


def place_in_words(place: str, kind: str, link: str, *, is_confirmed: bool) -> str:
    """The place, or the link where one meets online; a link is given out once it is confirmed."""
    return link if kind == MeetingKind.ONLINE and link and is_confirmed else place


def _calendar(method: str, events: Iterable[Event]) -> str:
    calendar = Calendar()
    calendar.add("prodid", "-//Visavis//Visavis//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    for event in events:
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical()).decode()


def _person(mailbox: Mailbox) -> vCalAddress:
    address = vCalAddress(f"mailto:{mailbox.address}")
    address.params["CN"] = mailbox.name
    return address


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.stamp)
    event.add("dtstart", entry.start.astimezone(entry.zone))
    event.add("dtend", entry.end.astimezone(entry.zone))
    event.add("summary", entry.summary)
    event.add("location", vText(entry.place))
    event.add("description", entry.url)
    event.add("url", entry.url)
    event.add("status", entry.status)
    return event


def _entry(booking: Booking, url: str) -> Entry:
    appointment = booking.appointment
    latest = booking.events.order_by("-pk").values_list("pk", flat=True).first()
    return Entry(
        uid=uid_of_booking(booking),
        # The number of the latest event, as in the mails: it only ever rises.
        sequence=latest or 0,
        stamp=booking.changed_at,
        start=appointment.start,
        end=appointment.end,
        zone=appointment.community.zone,
        summary=summary_for_student(booking, str(appointment.provider)),
        place=place_in_words(
            appointment.location.name,
            appointment.location.kind,
            appointment.provider.meeting_link,
            is_confirmed=booking.state == BookingState.CONFIRMED,
        ),
        url=url,
        status=STATUS.get(booking.state, "CANCELLED"),
    )
