"""Meetings as an iCalendar file, and as an invitation in a mail (RFC 5545, RFC 5546)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText

from visavis.bookings.enums import BookingState
from visavis.bookings.models import Appointment, Booking, Series
from visavis.bookings.weeks import planned_start, planned_starts
from visavis.calendars.zones import DAYS, zone_component
from visavis.catalogue.enums import MeetingKind
from visavis.communities.models import Community
from visavis.communities.wording import wording_of

REFRESH = timedelta(hours=1)
STATUS = {
    BookingState.REQUESTED.value: "TENTATIVE",
    BookingState.CONFIRMED.value: "CONFIRMED",
    BookingState.ATTENDED.value: "CONFIRMED",
    BookingState.NO_SHOW.value: "CONFIRMED",
}


# What has taken place was agreed on, and keeps the place or link that it had.
AGREED = (BookingState.CONFIRMED, BookingState.ATTENDED, BookingState.NO_SHOW)


@dataclass(frozen=True, slots=True)
class Weeks:
    """From an entry's start on once a week at the same wall-clock time; instants are aware.

    The last one is at `until`; there is none at those `left_out`.
    """

    until: datetime
    left_out: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One meeting in somebody's calendar, or a series of them.

    Instants are aware; a later `sequence` wins. An entry with an `original` is the one meeting of
    the series under this UID that was planned for that start.
    """

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
    weeks: Weeks | None = None
    original: datetime | None = None


@dataclass(frozen=True, slots=True)
class Mailbox:
    name: str
    address: str


def booking_calendar(booking: Booking, *, url: str) -> bytes:
    """The student's booking as a calendar with one event, in the community's zone with its rules.

    The UID stays the same for as long as the booking lives, so that a second download, or a mail,
    changes the event and does not double it. What the student wrote is left out: calendars are
    shared. A week of a series stands in the calendar of its series: see `series_calendar`.
    """
    return entries_calendar([booking_entry(booking, url)]).encode()


def series_calendar(series: Series, bookings: Iterable[Booking], *, url: str) -> bytes:
    """The student's series as one event that repeats, with each week as it stands.

    `bookings` are all its weeks with their events; `url` is the page of the series. Under the same
    UID as in the mails, which change it week by week.
    """
    starts = planned_starts(series)
    entries = {planned_start(row, starts): booking_entry(row, url) for row in bookings}
    plan = planned_entry(
        series,
        with_whom=str(series.provider),
        url=url,
        sequence=max((entry.sequence for entry in entries.values()), default=0),
        stamp=max((entry.stamp for entry in entries.values()), default=series.created_at),
        is_confirmed=is_agreed(entries.values()),
    )
    live = {start: entry for start, entry in entries.items() if entry.status != "CANCELLED"}
    if not live:
        return entries_calendar([replace(plan, status="CANCELLED")]).encode()
    return entries_calendar(series_entries(plan, live)).encode()


def is_agreed(weeks: Iterable[Entry]) -> bool:
    """Whether any of these weeks stands; while all wait for an answer no link is given out."""
    return any(entry.status == "CONFIRMED" for entry in weeks)


def planned_entry(
    series: Series,
    *,
    with_whom: str,
    url: str,
    sequence: int,
    stamp: datetime,
    is_confirmed: bool,
) -> Entry:
    """The first meeting as the series was booked; `is_confirmed`: any week is agreed on."""
    return Entry(
        uid=uid_of_series(series),
        sequence=sequence,
        stamp=stamp,
        start=series.first_start,
        end=series.first_start + timedelta(minutes=series.format.minutes),
        zone=series.community.zone,
        summary=summary_with(with_whom, series.community),
        place=place_in_words(
            series.location.name,
            series.location.kind,
            series.provider.meeting_link,
            is_confirmed=is_confirmed,
        ),
        url=url,
    )


def series_entries(plan: Entry, weeks: Mapping[datetime, Entry]) -> list[Entry]:
    """One repeating entry for the weeks that stand, and one more for each that is not as planned.

    `weeks` are those that stand (one at least), by the start for which each was planned. The rule
    names its last week by date: a week whose time the clocks skip counts in no COUNT.
    """
    until = max(weeks)
    status = "CONFIRMED" if is_agreed(weeks.values()) else "TENTATIVE"
    left_out = tuple(start for start in _wall_clock_weeks(plan, until) if start not in weeks)
    plan = replace(plan, status=status, weeks=Weeks(until, left_out))
    length = plan.end - plan.start
    usual = {
        start: replace(plan, start=start, end=start + length, weeks=None, original=start)
        for start in weeks
    }
    found = {
        start: replace(
            entry, uid=plan.uid, sequence=plan.sequence, stamp=plan.stamp, original=start
        )
        for start, entry in weeks.items()
    }
    return [plan, *(found[start] for start in sorted(found) if found[start] != usual[start])]


def _wall_clock_weeks(plan: Entry, until: datetime) -> Iterator[datetime]:
    """Each start that the rule of the plan names, as aware UTC."""
    wall = plan.start.astimezone(plan.zone).replace(tzinfo=None, fold=0)
    shown = plan.start
    while shown <= until:
        yield shown.astimezone(UTC)
        wall += timedelta(weeks=1)
        shown = wall.replace(tzinfo=plan.zone)


def entries_calendar(entries: Iterable[Entry], *, name: str = "") -> str:
    """Entries to put into a calendar by hand; each keeps its place when it comes again.

    One with a `name` is a calendar of its own, which is read again every hour.
    """
    known = list(entries)
    return _calendar("PUBLISH", known, [_event(entry) for entry in known], name=name)


def invitation(
    entries: Sequence[Entry], *, method: str, organizer: Mailbox, attendee: Mailbox
) -> str:
    """What a mail program needs to enter, change (REQUEST) or remove (CANCEL) the meeting itself.

    The entries are of one UID: a meeting, or a series with its weeks that are not as planned; mail
    programs read one at a time. Nobody but the recipient is named: who else comes is not for
    everybody's calendar. The meeting is agreed on already, so no answer is asked for.
    """
    events = [_event(entry) for entry in entries]
    for event in events:
        event.add("organizer", _person(organizer))
        event.add("attendee", _invited(attendee))
    return _calendar(method, entries, events)


def _invited(attendee: Mailbox) -> vCalAddress:
    person = _person(attendee)
    person.params.update(
        {"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"}
    )
    return person


def summary_with(whom: str, community: Community) -> str:
    """What a calendar shows to everybody who looks at it: with whom, never what it is about."""
    return f"{wording_of(community).support}: {whom}"


def uid_of_series(series: Series) -> str:
    """One for all weeks: they are one entry, in which each can be changed alone."""
    return f"series-{series.public_id}@visavis"


def uid_of_booking(booking: Booking) -> str:
    return f"{booking.public_id}@visavis"


def uid_of_appointment(appointment: Appointment) -> str:
    """Of a meeting that several share, in the calendar of the one who gives it."""
    return f"appointment-{appointment.pk}@visavis"


def latest_event(booking: Booking) -> int:
    """The number of the latest event, as in the mails: it only ever rises."""
    return max((event.pk for event in booking.events.all()), default=0)


def place_in_words(place: str, kind: str, link: str, *, is_confirmed: bool) -> str:
    """The place, with the link where one meets online; it is given out once it is confirmed."""
    return f"{place}: {link}" if kind == MeetingKind.ONLINE and link and is_confirmed else place


def _calendar(
    method: str, entries: Sequence[Entry], events: Iterable[Event], *, name: str = ""
) -> str:
    calendar = Calendar()
    calendar.add("prodid", "-//Visavis//Visavis//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if name:
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
        calendar.add("x-published-ttl", REFRESH)
    for key in sorted({entry.zone.key for entry in entries}):
        starts = [entry.start for entry in entries if entry.zone.key == key]
        calendar.add_component(zone_component(ZoneInfo(key), min(starts).year))
    for event in events:
        calendar.add_component(event)
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
    _add_weeks(event, entry)
    event.add("summary", entry.summary)
    event.add("location", vText(entry.place))
    event.add("description", entry.url)
    event.add("url", entry.url)
    event.add("status", entry.status)
    return event


def _add_weeks(event: Event, entry: Entry) -> None:
    """A rule with dates left out, as every calendar reads it; many read no lists of dates."""
    if entry.original is not None:
        event.add("recurrence-id", entry.original.astimezone(entry.zone))
    if entry.weeks is not None:
        day = DAYS[entry.start.astimezone(entry.zone).weekday()]
        until = entry.weeks.until.astimezone(UTC)
        event.add("rrule", {"freq": "weekly", "byday": day, "until": until})
        for start in entry.weeks.left_out:
            event.add("exdate", start.astimezone(entry.zone))


def booking_entry(booking: Booking, url: str) -> Entry:
    """The booking as it stands in its student's calendar; `url` is its page."""
    appointment = booking.appointment
    return Entry(
        uid=uid_of_booking(booking),
        sequence=latest_event(booking),
        stamp=booking.changed_at,
        start=appointment.start,
        end=appointment.end,
        zone=appointment.community.zone,
        summary=summary_with(str(appointment.provider), appointment.community),
        place=place_in_words(
            appointment.location.name,
            appointment.location.kind,
            appointment.provider.meeting_link,
            is_confirmed=booking.state in AGREED,
        ),
        url=url,
        status=STATUS.get(booking.state, "CANCELLED"),
    )
