"""When a calendar file says that its person is busy: recurring, moved, cancelled, all day.

Pure: no database, no clock. Files come from strangers, so this runs in a process of its own
(`apart.py`), where neither time nor memory can be taken from anybody else.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar

from visavis.calendars.errors import Unreadable

DAY = timedelta(days=1)
FREE_KINDS = frozenset({"FREE", "WORKINGELSEWHERE"})
FREE_FREEBUSY = "FREE"
# What strange files make the libraries raise; one entry's trouble must not hide all others.
TROUBLE = (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError)
Span = tuple[datetime, datetime]
Moment = date | datetime
Entry = Any
"""A component of icalendar, of whose properties it cannot say beforehand what they are."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked of a file.

    `zone` is an IANA name: of all-day entries and times without a zone, where the file names none.
    `since` and `until` are aware instants. Entries with a UID in `ignored` are ours already.
    `people` are e-mail addresses: an invitation that one of them declined keeps nobody busy.
    """

    zone: str
    since: datetime
    until: datetime
    ignored: Collection[str] = ()
    people: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Busy:
    """Disjoint spans [start, end) in order, UTC, and how many entries could not be understood."""

    spans: tuple[Span, ...]
    skipped: int = 0


def busy_times(text: str, ask: Ask) -> Busy:
    """When the calendar of `text` says that its person is busy. Raises Unreadable."""
    calendar = _parsed(text)
    own_zone = _zone_of(calendar) or ZoneInfo(ask.zone)
    people = {person.lower() for person in (*ask.people, str(calendar.get("X-WR-CALNAME", "")))}
    spans, skipped = list[Span](), 0
    for series in _series(calendar, ask):
        try:
            found = [
                _instants(event, own_zone)
                for event in _occurrences(series, ask)
                if _is_busy(event, people)
            ]
        except TROUBLE:
            skipped += 1
        else:
            spans += found
    for component in calendar.walk("VFREEBUSY"):
        try:
            spans += list(_told_periods(component))
        except TROUBLE:
            skipped += 1
    return Busy(tuple(_united(spans, ask)), skipped)


def _parsed(text: str) -> Entry:
    try:
        return Calendar.from_ical(text)
    except TROUBLE:
        pass
    try:
        # A zone that nobody can read: its name may still say which it is.
        return Calendar.from_ical(_without_zones(text))
    except TROUBLE as error:
        raise Unreadable("broken") from error


def _without_zones(text: str) -> str:
    head, *rest = text.split("BEGIN:VTIMEZONE")
    return head + "".join(part.partition("END:VTIMEZONE\r\n")[2] for part in rest)


def _zone_of(calendar: Entry) -> ZoneInfo | None:
    try:
        return ZoneInfo(str(calendar.get("X-WR-TIMEZONE", "")))
    except (ValueError, OSError):
        return None


def _series(calendar: Entry, ask: Ask) -> Iterator[list[Entry]]:
    """The entries that belong together: a rule and the days that were moved or changed."""
    series = defaultdict[str, list[Entry]](list)
    for number, event in enumerate(calendar.walk("VEVENT")):
        uid = str(event.get("UID", "")).strip() or f"without-{number}"
        event["UID"] = uid
        series[uid].append(event)
    ignored = set(ask.ignored)
    return iter([events for uid, events in series.items() if uid not in ignored])


def _occurrences(series: list[Entry], ask: Ask) -> list[Entry]:
    calendar = Calendar()
    for event in series:
        if "DTSTART" not in event:
            raise ValueError("An entry without a start.")
        calendar.add_component(event)
    # A day more to each side: times without a zone are compared as if they had another.
    found = recurring_ical_events.of(calendar).between(ask.since - DAY, ask.until + DAY)
    return list(found)


def _is_busy(event: Entry, people: set[str]) -> bool:
    if str(event.get("TRANSP", "")).upper() == "TRANSPARENT":
        return False
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return False
    if str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper() in FREE_KINDS:
        return False
    guests = event.get("ATTENDEE", [])
    guests = guests if isinstance(guests, list) else [guests]
    declined = {str(guest).lower().removeprefix("mailto:") for guest in guests}
    return not declined & people


def _instants(event: Entry, zone: ZoneInfo) -> Span:
    start, end = event["DTSTART"].dt, event["DTEND"].dt
    if not isinstance(start, datetime) and end <= start:
        end = start + DAY
    return _instant(start, zone), _instant(end, zone)


def _instant(moment: Moment, zone: ZoneInfo) -> datetime:
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return moment.astimezone(UTC)


def _told_periods(component: Entry) -> Iterator[Span]:
    """The periods of a VFREEBUSY, which some servers give out instead of entries."""
    found = component.get("FREEBUSY", [])
    for periods in found if isinstance(found, list) else [found]:
        if str(periods.params.get("FBTYPE", "BUSY")).upper() != FREE_FREEBUSY:
            yield (_instant(periods.start, ZoneInfo("UTC")), _instant(periods.end, ZoneInfo("UTC")))


def _united(spans: Iterable[Span], ask: Ask) -> list[Span]:
    united: list[Span] = []
    for start, end in sorted(spans):
        first, last = max(start, ask.since), min(end, ask.until)
        if first >= last:
            continue
        if united and first <= united[-1][1]:
            united[-1] = (united[-1][0], max(united[-1][1], last))
        else:
            united.append((first, last))
    return united
