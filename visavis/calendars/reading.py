"""Reads outside calendars: which are due, until when one must be known, what is kept of it.

Nobody waits for it: pages ask the busy times that the last reading left.
"""

import hashlib
import logging
import re
import uuid
from collections.abc import Callable, Collection
from datetime import UTC, datetime, time, timedelta
from time import monotonic

from django.db import InterfaceError, OperationalError
from django.db.models import Exists, Max, OuterRef, QuerySet

from visavis.availability.models import OutsideCalendar
from visavis.availability.outside import Failure, Reading, keep_failure, keep_reading
from visavis.bookings.models import Appointment, Booking, Series
from visavis.calendars.apart import busy_apart
from visavis.calendars.busy import Ask, Busy
from visavis.calendars.errors import Unreadable
from visavis.calendars.fetching import NETWORK, Network, Seen, fetch
from visavis.calendars.lines import trim
from visavis.core import measuring
from visavis.people.models import Provider, User

logger = logging.getLogger(__name__)
READ_EVERY = timedelta(minutes=30)
FIRST_REST, LONGEST_REST = timedelta(minutes=10), timedelta(days=1)
# Longer than any reading takes: then the worker that had it is gone, and another may try.
LEASE = timedelta(minutes=10)
WEEK = timedelta(weeks=1)
SERIES_WEEKS = 16  # the longest series that there can be
AT_A_TIME = 500  # a stranger's file names as many as it likes, and a query takes only so many
BUDGET = 5.0  # seconds in which a job begins new readings; mails wait meanwhile
OWN_UID = re.compile(r"^UID:(.*@visavis)\s*$", re.MULTILINE)
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
APPOINTMENT = re.compile(r"appointment-(\d{1,18})@")
Reader = Callable[[str, Ask], Busy]


def due_calendars(now: datetime) -> QuerySet[OutsideCalendar]:
    """The calendars to read at `now`, who has waited longest first; of active providers alone."""
    gives = Provider.objects.filter(user=OuterRef("person"), retired_at=None)
    return (
        OutsideCalendar.objects.filter(Exists(gives), paused_at=None, next_at__lte=now)
        .select_related("person")
        .order_by("next_at", "pk")
    )


def has_due(now: datetime) -> bool:
    """Whether any calendar is to be read at `now`."""
    return due_calendars(now).exists()


def read_due(*, clock: Callable[[], datetime], network: Network = NETWORK) -> int:
    """Read what is due, one after another, and begin none after BUDGET; how many were read."""
    began, count = monotonic(), 0
    while monotonic() - began < BUDGET:
        calendar = due_calendars(clock()).first()
        if calendar is None:
            break
        if claim(calendar, now=clock()):
            read_calendar(calendar, now=clock(), network=network)
            count += 1
    return count


def claim(calendar: OutsideCalendar, *, now: datetime) -> bool:
    """Take it for reading; False when somebody else has."""
    same = OutsideCalendar.objects.filter(pk=calendar.pk, next_at=calendar.next_at, paused_at=None)
    return same.update(next_at=now + LEASE) == 1


def read_calendar(
    calendar: OutsideCalendar,
    *,
    now: datetime,
    network: Network = NETWORK,
    reader: Reader = busy_apart,
) -> bool:
    """Read one calendar and keep what it says; whether that changed when the person is busy.

    1. Ask for the file; where it must be known further than it is, whether it changed or not.
    2. Cut it down; a file that says the same as before is read no further.
    3. Work out the busy times in another process, without what is a meeting of ours.
    4. Keep them; or, whatever failed, keep the last ones and try later, each time later still.
    """
    try:
        with measuring.timed("calendar_fetch"):
            reading = _read_or_refuse(calendar, now, network, reader)
    except Unreadable as trouble:
        measuring.note("calendar_fetches", outcome=trouble.code)
        rest = min(FIRST_REST * 2 ** min(calendar.failures, 16), LONGEST_REST)
        failure = Failure(trouble.code, trouble.data)
        keep_failure(calendar, failure, next_at=now + rest, now=now)
        return False
    measuring.note("calendar_fetches", outcome="unchanged" if reading.busy is None else "read")
    return keep_reading(calendar, reading, next_at=now + READ_EVERY, now=now)


def _read_or_refuse(
    calendar: OutsideCalendar, now: datetime, network: Network, reader: Reader
) -> Reading:
    """What was read. Raises Unreadable, whatever went wrong: its owner is told, and it waits."""
    try:
        return _read(calendar, now, network, reader)
    except (Unreadable, OperationalError, InterfaceError):
        raise  # where the database is away the calendar is not to blame
    except Exception as error:
        logger.exception("A calendar could not be read")
        raise Unreadable("broken") from error


def _read(calendar: OutsideCalendar, now: datetime, network: Network, reader: Reader) -> Reading:
    since, until = window_of(calendar.person, now)
    is_enough = calendar.known_until is not None and calendar.known_until >= until
    seen = Seen(calendar.etag, calendar.last_modified) if is_enough else Seen()
    fetched = fetch(calendar.address, seen=seen, network=network)
    if fetched.content is None:
        return Reading()
    text = trim(fetched.content, since=since, until=until)
    digest = hashlib.sha256(text.encode()).hexdigest()
    if is_enough and digest == calendar.digest:
        return Reading()
    person = calendar.person
    ask = Ask(zone_of(person), since, until, own_uids(person, text), [person.email])
    busy = reader(text, ask)
    return Reading(
        busy.spans,
        until,
        busy.skipped,
        etag=fetched.seen.etag,
        last_modified=fetched.seen.last_modified,
        digest=digest,
    )


def window_of(person: User, now: datetime) -> tuple[datetime, datetime]:
    """From when until when it must be known whether the person is busy, by whole weeks of UTC.

    As far ahead as anybody can book them, with all weeks of a series. Whole weeks, so that the
    same calendar read again an hour later says the same.
    """
    own = Provider.objects.filter(user=person, retired_at=None)
    weeks = own.aggregate(most=Max("community__weeks_ahead", default=0))["most"] + SERIES_WEEKS
    monday = datetime.combine(now.date() - timedelta(days=now.weekday()), time(), UTC)
    return monday - WEEK, monday + (weeks + 2) * WEEK


def zone_of(person: User) -> str:
    """The zone of the person's profile, else of the first community in which they give support."""
    own = Provider.objects.filter(user=person, retired_at=None).order_by("pk")
    first = own.values_list("community__timezone", flat=True).first()
    return person.timezone or first or "UTC"


def own_uids(person: User, text: str) -> list[str]:
    """The UIDs in the calendar that are meetings of ours with this person.

    Invitations enter them there. They are known already as they are now, and what another program
    still shows must not keep somebody busy who has moved or cancelled.
    """
    uids = {uid.strip() for uid in OWN_UID.findall(text)}
    named = {uid: UUID.search(uid) for uid in uids}
    shared = {uid: APPOINTMENT.search(uid) for uid in uids}
    known = _known_ids(person, {found.group() for found in named.values() if found})
    numbers = {int(found.group(1)) for found in shared.values() if found}
    appointments = _known_appointments(person, numbers)
    return sorted(
        uid
        for uid in uids
        if ((found := named[uid]) and found.group() in known)
        or ((found := shared[uid]) and int(found.group(1)) in appointments)
    )


def _known_ids(person: User, ids: Collection[str]) -> set[str]:
    wanted = [uuid.UUID(one) for one in ids]
    found: set[uuid.UUID] = set()
    for first in range(0, len(wanted), AT_A_TIME):
        part = wanted[first : first + AT_A_TIME]
        for rows in (
            Booking.objects.filter(public_id__in=part, student=person),
            Booking.objects.filter(public_id__in=part, appointment__provider__user=person),
            Series.objects.filter(public_id__in=part, student=person),
            Series.objects.filter(public_id__in=part, provider__user=person),
        ):
            found |= set(rows.values_list("public_id", flat=True))
    return {str(one) for one in found}


def _known_appointments(person: User, numbers: Collection[int]) -> set[int]:
    wanted = sorted(numbers)
    found: set[int] = set()
    for first in range(0, len(wanted), AT_A_TIME):
        part = wanted[first : first + AT_A_TIME]
        theirs = Appointment.objects.filter(provider__user=person, pk__in=part)
        found |= set(theirs.values_list("pk", flat=True))
    return found
