"""Writes of outside calendars, and of when they say that their people are busy.

`calendars` reads them; what it reads becomes rows here. All instants are aware UTC.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from visavis.availability.errors import InvalidCalendar
from visavis.availability.models import OutsideBusy, OutsideCalendar
from visavis.core import history
from visavis.core.history import Actor
from visavis.core.troubles import again_on_conflict
from visavis.people.actions import touch_time
from visavis.people.models import User
from visavis.people.queries import lock_people

# Each is fetched again and again; nobody has more calendars than this.
MOST_CALENDARS = 50
AT_A_TIME = 500
REST = timedelta(minutes=1)
# What each attempt writes down, and what a reading that succeeded does besides.
OF_ATTEMPT = ("tried_at", "next_at", "asked_at", "problem", "problem_data", "failures")
OF_SUCCESS = ("read_at", "known_until", "skipped", "etag", "last_modified", "digest")
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reading brought: the busy times [start, end), disjoint, until `until`.

    `busy` None: nothing new. `skipped` counts the entries that could not be understood. The rest is
    what to say to the server next time, and what was seen of the file.
    """

    busy: Collection[Span] | None = None
    until: datetime | None = None
    skipped: int = 0
    etag: str = ""
    last_modified: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a reading failed, as a code and what its sentence needs; it is tried again later."""

    code: str
    data: dict[str, Any] = field(default_factory=dict)


@again_on_conflict
def connect_calendar(
    person: User, *, name: str, address: str, by: Actor, now: datetime
) -> OutsideCalendar:
    """Take up a calendar of the person; it is read as soon as the worker comes to it.

    Raises InvalidCalendar for an address that the person has given before, and for too many.
    """
    with transaction.atomic():
        lock_people({person.pk})
        theirs = OutsideCalendar.objects.filter(person=person)
        same = theirs.filter(address=address).first()
        if same is not None:
            raise InvalidCalendar(
                _("You have connected this calendar already, as “%(name)s”.") % {"name": same.name},
                code="connected_already",
            )
        if theirs.count() >= MOST_CALENDARS:
            raise InvalidCalendar(
                _("You have connected %(most)s calendars, which is as many as there can be.")
                % {"most": MOST_CALENDARS},
                code="too_many_calendars",
            )
        calendar = OutsideCalendar.objects.create(
            person=person, name=name, address=address, created_at=now, next_at=now, asked_at=now
        )
        history.record(by, "connected calendar", calendar, after=_told(calendar))
    return calendar


@again_on_conflict
def disconnect_calendar(calendar: OutsideCalendar, *, by: Actor, now: datetime) -> bool:
    """Forget the calendar and its busy times; False when it was gone before."""
    with transaction.atomic():
        lock_people({calendar.person_id})
        row = OutsideCalendar.objects.filter(pk=calendar.pk).first()
        if row is None:
            return False
        _forget_busy(row, now=now)
        history.record(by, "disconnected calendar", row, before=_told(row))
        row.delete()
    return True


@again_on_conflict
def pause_calendar(calendar: OutsideCalendar, *, by: Actor, now: datetime) -> bool:
    """Read it no more until it is resumed, and let its busy times go; False when it was paused."""
    with transaction.atomic():
        lock_people({calendar.person_id})
        still = OutsideCalendar.objects.filter(pk=calendar.pk, paused_at=None)
        if not still.update(paused_at=now, asked_at=None):
            return False
        calendar.refresh_from_db()
        _forget_busy(calendar, now=now)
        history.record(by, "paused calendar", calendar)
    return True


@again_on_conflict
def resume_calendar(calendar: OutsideCalendar, *, by: Actor, now: datetime) -> bool:
    """Read it again, as soon as the worker comes to it; False when it was not paused."""
    with transaction.atomic():
        lock_people({calendar.person_id})
        paused = OutsideCalendar.objects.filter(pk=calendar.pk).exclude(paused_at=None)
        # Its busy times are gone: what the server says has not changed must be read all the same.
        anew = {"known_until": None, "etag": "", "last_modified": "", "digest": ""}
        if not paused.update(paused_at=None, next_at=now, asked_at=now, failures=0, **anew):
            return False
        calendar.refresh_from_db()
        history.record(by, "resumed calendar", calendar)
    return True


def ask_for_reading(calendar: OutsideCalendar, *, now: datetime) -> bool:
    """Have it read as soon as the worker comes to it.

    False when it is paused, asked for already, or was tried within the last minute: strangers'
    servers are not ours to hurry.
    """
    was_not = Q(tried_at=None) | Q(tried_at__lt=now - REST)
    waiting = OutsideCalendar.objects.filter(was_not, pk=calendar.pk, paused_at=None, asked_at=None)
    return waiting.update(next_at=now, asked_at=now) == 1


@again_on_conflict
def keep_reading(
    calendar: OutsideCalendar, reading: Reading, *, next_at: datetime, now: datetime
) -> bool:
    """Make the rows say what was read, and answer whether that changed when the person is busy.

    The person's time version is raised only if it did; times that are over change nothing. What
    was paused, disconnected or read later by somebody else meanwhile stays as it is. So does what
    was paused and resumed: "nothing new" was asked with busy times that are gone since.
    """
    with transaction.atomic():
        lock_people({calendar.person_id})
        row = _still_read(calendar)
        if row is None or (reading.busy is None and row.known_until is None):
            return False
        changed = reading.busy is not None and _write_busy(row, set(reading.busy), now=now)
        if reading.busy is not None:
            row.known_until, row.skipped = reading.until, reading.skipped
            row.etag, row.last_modified = reading.etag, reading.last_modified
            row.digest = reading.digest
        row.read_at = row.tried_at = now
        row.next_at, row.asked_at = next_at, None
        row.problem, row.problem_data, row.failures = "", {}, 0
        row.save(update_fields=[*OF_ATTEMPT, *OF_SUCCESS])
    return changed


@again_on_conflict
def keep_failure(
    calendar: OutsideCalendar, failure: Failure, *, next_at: datetime, now: datetime
) -> None:
    """Note why a reading failed. The busy times of the last one that succeeded stay."""
    with transaction.atomic():
        lock_people({calendar.person_id})
        row = _still_read(calendar)
        if row is not None:
            row.problem, row.problem_data = failure.code, failure.data
            row.failures += 1
            row.tried_at, row.next_at, row.asked_at = now, next_at, None
            row.save(update_fields=OF_ATTEMPT)


def _still_read(calendar: OutsideCalendar) -> OutsideCalendar | None:
    """The row as it is now, if it is still to be read and nobody has read it meanwhile."""
    return OutsideCalendar.objects.filter(
        pk=calendar.pk, paused_at=None, tried_at=calendar.tried_at
    ).first()


def _write_busy(calendar: OutsideCalendar, wanted: set[Span], *, now: datetime) -> bool:
    before = {(busy.start, busy.end): busy.pk for busy in calendar.busy.all()}
    gone, come = before.keys() - wanted, wanted - before.keys()
    _delete([before[span] for span in gone])
    OutsideBusy.objects.bulk_create(
        [
            OutsideBusy(calendar=calendar, person_id=calendar.person_id, start=start, end=end)
            for start, end in sorted(come)
        ],
        batch_size=AT_A_TIME,
    )
    changed = any(end > now for _start, end in gone | come)
    if changed:
        touch_time(calendar.person_id)
    return changed


def _delete(ids: list[int]) -> None:
    for first in range(0, len(ids), AT_A_TIME):
        OutsideBusy.objects.filter(pk__in=ids[first : first + AT_A_TIME]).delete()


def _forget_busy(calendar: OutsideCalendar, *, now: datetime) -> None:
    was_busy = calendar.busy.filter(end__gt=now).exists()
    calendar.busy.all().delete()
    if was_busy:
        touch_time(calendar.person_id)


def _told(calendar: OutsideCalendar) -> dict[str, str]:
    """What history may tell: the address itself is a key."""
    return {"name": calendar.name, "host": calendar.host}
