"""Sick today: away from now on, and every student of these days is offered other times.

Unlike a change of hours it asks about every meeting, in hours or not: nobody will be there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from visavis.availability.actions import add_dated_change
from visavis.availability.copying import Done, made_row
from visavis.availability.enums import ChangeKind
from visavis.availability.errors import InvalidHours
from visavis.availability.models import DatedChange
from visavis.availability.queries import dated_changes_of
from visavis.availability.undoing import keep_change
from visavis.bookings.enums import OPEN
from visavis.bookings.models import Booking
from visavis.bookings.proposals import uprooted_by
from visavis.bookings.states import unexpired
from visavis.changes.enums import Fate
from visavis.changes.fates import (
    Decision,
    Scope,
    carry_out,
    check_decided,
    coming_bookings,
    lock_scope,
)
from visavis.changes.hours import has_hours
from visavis.core.history import Actor
from visavis.core.troubles import again_on_conflict
from visavis.people.models import Provider

MOST_DAYS = 14
"""A longer time is entered under the hours, where it can be looked at."""
STEP = 5
MIDNIGHT = 24 * 60


@dataclass(frozen=True)
class Leave:
    """Until the end of which local date, what the students read, and which meetings were seen.

    `words` tell of it where it can be taken back.
    `seen` gives the appointment's id of each booking, as whoever goes on leave saw it: a meeting
    that was booked or moved since has not been decided about.
    """

    until: date
    message: str = ""
    seen: Mapping[int, int] = field(default_factory=dict)
    words: str = ""


@dataclass(frozen=True)
class Left:
    """What was done: the time away that was added, and the bookings that are offered others."""

    away: list[DatedChange]
    offered: list[Booking]


@dataclass(frozen=True)
class AwayPart:
    """Some dates and the minute from which on each of them is away, to its midnight."""

    first: date
    last: date
    start_minute: int = 0


@again_on_conflict
def go_on_leave(provider: Provider, leave: Leave, *, by: Actor, now: datetime) -> Left:
    """Be away from `now` (aware) to the end of the leave; offer every meeting's student others.

    One transaction, under the locks of the provider and all their students; the times are looked
    for afterwards, by a job. Done twice it does nothing the second time. Raises InvalidHours for a
    date that is over or too far, and Undecided, with nothing written, for a meeting not seen.
    """
    check_until(provider, leave.until, now)
    with transaction.atomic():
        locked = lock_scope(Scope(provider.community, provider), now)
        touched = meetings_on_leave(provider, leave.until, now=now)
        agreed = [row for row in touched if leave.seen.get(row.pk) == row.appointment_id]
        decision = Decision({row.pk: Fate.OFFER for row in agreed}, leave.message)
        check_decided(touched, decision, locked)
        away = [
            add_dated_change(
                provider,
                kind=ChangeKind.AWAY,
                first=part.first,
                last=part.last,
                start_minute=part.start_minute,
                by=by,
            )
            for part in missing_parts(provider, leave.until, now=now)
        ]
        carry_out(touched, decision, by=by, now=now)
        done = Done(made=[made_row(row) for row in away])
        keep_change(provider, done, leave.words, by=by, now=now, batch=decision.batch)
    return Left(away, touched)


def check_until(provider: Provider, until: date, now: datetime) -> None:
    """Raises InvalidHours for an end that is over, or further than `MOST_DAYS` days ahead."""
    today = now.astimezone(provider.community.zone).date()
    if until < today:
        raise InvalidHours(_("This day is over. Choose today or a later day."))
    if until >= today + timedelta(days=MOST_DAYS):
        raise InvalidHours(
            _("At most %(days)d days at once. Add a longer time away under the hours.")
            % {"days": MOST_DAYS}
        )


def meetings_on_leave(provider: Provider, until: date, *, now: datetime) -> list[Booking]:
    """The open bookings that begin after `now` and by the end of `until`, by time.

    Left out are those whose students are to choose another time already.
    """
    end = end_of_leave(provider, until)
    known = {row.booking_id for row in uprooted_by(provider, until=end, now=now)}
    coming = coming_bookings(Scope(provider.community, provider), now)
    return [row for row in coming if row.appointment.start < end and row.pk not in known]


def is_expected_today(provider: Provider, *, now: datetime) -> bool:
    """Whether hours or meetings of this provider are left between `now` and local midnight."""
    today = now.astimezone(provider.community.zone).date()
    end = end_of_leave(provider, today)
    coming = Booking.objects.filter(
        unexpired(now),
        appointment__provider=provider,
        appointment__start__gt=now,
        appointment__start__lt=end,
        state__in=OPEN,
    )
    return coming.exists() or has_hours(provider, now, end)


def end_of_leave(provider: Provider, until: date) -> datetime:
    """The first instant after the local date."""
    return datetime.combine(until + timedelta(days=1), time(), tzinfo=provider.community.zone)


def missing_parts(provider: Provider, until: date, *, now: datetime) -> list[AwayPart]:
    """What has to be added so that the provider is away from `now` to the end of `until`."""
    local = now.astimezone(provider.community.zone)
    minute = (local.hour * 60 + local.minute) // STEP * STEP
    today = local.date()
    parts = [AwayPart(today, today, minute)]
    if until > today:
        parts.append(AwayPart(today + timedelta(days=1), until))
    away = times_away(provider, until, now=now)
    return [part for part in parts if not any(_covers(row, part) for row in away)]


def away_until(provider: Provider, *, now: datetime) -> date | None:
    """The last local date to whose end the provider is away from `now` on; None: they are not.

    It is no later than a leave that begins today may last.
    """
    today = now.astimezone(provider.community.zone).date()
    if missing_parts(provider, today, now=now):
        return None
    tomorrow, latest = today + timedelta(days=1), today + timedelta(days=MOST_DAYS - 1)
    rows = times_away(provider, latest, now=now)
    ends = [row.last for row in rows if _covers(row, AwayPart(tomorrow, tomorrow))]
    return min(max(ends, default=today), latest)


def times_away(provider: Provider, until: date, *, now: datetime) -> list[DatedChange]:
    """What is entered as away on any date from today to `until`, by time."""
    today = now.astimezone(provider.community.zone).date()
    rows = dated_changes_of(provider).filter(kind=ChangeKind.AWAY)
    return list(rows.filter(first__lte=until, last__gte=today))


def _covers(row: DatedChange, part: AwayPart) -> bool:
    return (
        row.first <= part.first
        and row.last >= part.last
        and row.start_minute <= part.start_minute
        and row.end_minute >= MIDNIGHT
    )
