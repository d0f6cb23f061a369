"""Requests and holds that have run out: free at once, and tidied up by whoever comes next."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import QuerySet

from visavis.bookings.enums import (
    PASSING,
    SEATED,
    AppointmentState,
    BookingState,
    CommitmentPart,
    CommitmentStatus,
    EventKind,
    HoldState,
    ProposalState,
)
from visavis.bookings.events import tell_all
from visavis.bookings.holds import end_hold
from visavis.bookings.models import Appointment, Booking, Commitment, Hold
from visavis.bookings.proposals import end_proposals
from visavis.bookings.seats import held_seats
from visavis.bookings.states import unexpired
from visavis.core.history import SYSTEM
from visavis.core.prepared import Blank, prepared, prepared_for


def expired_commitments(now: datetime | Blank) -> QuerySet[Commitment]:
    """Commitments that still stand as requested or held although their time ran out at `now`."""
    return Commitment.objects.filter(status__in=PASSING, expires_at__lte=now)


def expired_of(count: int) -> QuerySet[Commitment]:
    """Expired time of so many people, Blanks, and expired seats in the meetings that they give."""
    return expired_commitments(Blank("now")).filter(
        Blank.any_of("person_id", "people", count)
        | Blank.any_of("appointment__provider__user_id", "people", count)
    )


def people_of_expired(people: Iterable[int], now: datetime) -> set[int]:
    """These people, and all who share an expired booking or hold with them: whom to lock."""
    wanted = set(people)
    if not wanted:
        return wanted
    asked = prepared(
        prepared_for("shared by expired", len(wanted)),
        lambda: expired_of(len(wanted)).values_list("appointment_id", "hold__student_id"),
    )
    return people_sharing(wanted, asked.rows(people=sorted(wanted), now=now))


def people_sharing(people: set[int], expired: Iterable[tuple[int | None, int | None]]) -> set[int]:
    """These people, with those of these appointments, and the students of these holds."""
    appointments, students = set[int](), set[int]()
    for appointment, student in expired:
        appointments |= set() if appointment is None else {appointment}
        students |= set() if student is None else {student}
    if not appointments:
        return people | students
    shared = Commitment.objects.filter(appointment_id__in=appointments)
    return people | students | set(shared.values_list("person_id", flat=True))


@dataclass(frozen=True, slots=True)
class Released:
    """How many requests and holds were ended, and the people whose taken time has changed."""

    count: int
    people: set[int]


def release_expired(people: Iterable[int], now: datetime) -> Released:
    """Give back the expired time of these people, and the expired seats of their meetings.

    The caller has locked everybody that `people_of_expired` named for them.
    """
    wanted = sorted(set(people))
    if not wanted:
        return Released(0, set())
    asked = prepared(prepared_for("expired", len(wanted)), lambda: expired_of(len(wanted)))
    theirs = asked.objects(people=wanted, now=now)
    if not theirs:
        return Released(0, set())
    holds = [row for row in theirs if row.part == CommitmentPart.HOLD]
    appointments = {row.appointment_id for row in theirs if row.appointment_id is not None}
    # All seats of these meetings: the other side of what one of them shares.
    shared = list(
        expired_commitments(now)
        .filter(appointment_id__in=appointments)
        .exclude(part=CommitmentPart.PROVIDER)
    )
    seats = [row for row in shared if row.part == CommitmentPart.STUDENT]
    kept = [row for row in shared if row.part == CommitmentPart.HOLD]
    holds = list({row.pk: row for row in [*holds, *kept]}.values())
    ended = seats + holds
    # Without its instant it is looked at no more by whoever asks what has run out.
    Commitment.objects.filter(pk__in=[row.pk for row in ended]).update(
        status=CommitmentStatus.EXPIRED, expires_at=None
    )
    for hold in Hold.objects.filter(commitment__in=holds) if holds else ():
        end_hold(hold, HoldState.EXPIRED, by=SYSTEM, now=now)
    _expire_bookings([row.booking_id for row in seats if row.booking_id is not None], now)
    changed = {row.person_id for row in ended}
    for appointment in sorted(appointments):
        changed |= settle_appointment(appointment, now)
    return Released(len(ended), changed)


def _expire_bookings(ids: Sequence[int], now: datetime) -> None:
    waiting = Booking.objects.filter(pk__in=ids, state=BookingState.REQUESTED)
    bookings = list(
        waiting.select_related("student", "appointment__service", "appointment__provider").order_by(
            "series", "pk"
        )
    )
    waiting.update(state=BookingState.EXPIRED, changed_at=now)
    end_proposals(ids, ProposalState.EXPIRED, now=now)
    for booking in bookings:
        booking.state = BookingState.EXPIRED
    # The weeks of one series are told of together, any other meeting by itself.
    alike = groupby(bookings, key=lambda row: (row.series_id is None, row.series_id or row.pk))
    for _, together in alike:
        tell_all(list(together), EventKind.EXPIRED, by=SYSTEM, now=now)


def settle_appointment(appointment_id: int, now: datetime) -> set[int]:
    """`settle_appointments` of one."""
    return settle_appointments([appointment_id], now)


def settle_appointments(ids: Iterable[int], now: datetime) -> set[int]:
    """Make the provider's part follow from the seats that are left; without any it is cancelled.

    A seat that is held keeps the meeting for as long as it is held.
    Call it under the provider's lock after seats were given, confirmed or given back. Returns the
    people whose taken time this may have changed. As many queries for many as for one, except
    where nobody on a meeting is confirmed.
    """
    theirs = dict(Appointment.objects.filter(pk__in=ids).values_list("pk", "provider__user_id"))
    seats = defaultdict[int, list[datetime | None]](list)
    seated = Booking.objects.filter(unexpired(now), appointment__in=theirs, state__in=SEATED)
    for pk, expires in seated.values_list("appointment", "expires_at"):
        seats[pk].append(expires)
    held = defaultdict[int, list[datetime | None]](list)
    for row in held_seats(theirs, now):
        if row.appointment_id is not None:
            held[row.appointment_id].append(row.expires_at)
    empty = theirs.keys() - seats.keys() - held.keys()
    if empty:
        Appointment.objects.filter(pk__in=empty).update(state=AppointmentState.CANCELLED)
        _settle_parts(empty, CommitmentStatus.CANCELLED)
    confirmed = {pk for pk, until in seats.items() if None in until}
    if confirmed:
        _settle_parts(confirmed, CommitmentStatus.CONFIRMED)
    for pk in sorted((seats.keys() | held.keys()) - confirmed):
        status = CommitmentStatus.REQUESTED if pk in seats else CommitmentStatus.HELD
        latest = max(until for until in (*seats[pk], *held[pk]) if until is not None)
        _settle_parts([pk], status, expires=latest)
    return set(theirs.values())


def _settle_parts(
    appointments: Collection[int], status: CommitmentStatus, *, expires: datetime | None = None
) -> None:
    parts = Commitment.objects.filter(appointment__in=appointments, part=CommitmentPart.PROVIDER)
    parts.update(status=status, expires_at=expires)
