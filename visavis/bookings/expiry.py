"""Requests and holds that have run out: free at once, and tidied up by whoever comes next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import Q, QuerySet

from visavis.bookings.enums import (
    SEATED,
    AppointmentState,
    BookingState,
    CommitmentPart,
    CommitmentStatus,
    EventKind,
    HoldState,
)
from visavis.bookings.events import tell_all
from visavis.bookings.holds import end_hold
from visavis.bookings.models import Appointment, Booking, Commitment, Hold
from visavis.core.history import SYSTEM


def expired_commitments(now: datetime) -> QuerySet[Commitment]:
    """Commitments that still stand as requested or held although their time ran out at `now`."""
    return Commitment.objects.filter(
        status__in=(CommitmentStatus.REQUESTED, CommitmentStatus.HELD), expires_at__lte=now
    )


def _expired_of(people: Iterable[int], now: datetime) -> QuerySet[Commitment]:
    """Expired time of these people, and expired seats in the meetings that they give."""
    wanted = set(people)
    return expired_commitments(now).filter(
        Q(person_id__in=wanted) | Q(appointment__provider__user_id__in=wanted)
    )


def people_of_expired(people: Iterable[int], now: datetime) -> set[int]:
    """These people, and all who share an expired booking or hold with them: whom to lock."""
    wanted = set(people)
    theirs = _expired_of(wanted, now).values_list("appointment_id", "hold__student_id")
    appointments, students = set[int](), set[int]()
    for appointment, student in theirs:
        appointments |= set() if appointment is None else {appointment}
        students |= set() if student is None else {student}
    shared = Commitment.objects.filter(appointment_id__in=appointments)
    return wanted | students | set(shared.values_list("person_id", flat=True))


@dataclass(frozen=True, slots=True)
class Released:
    """How many requests and holds were ended, and the people whose taken time has changed."""

    count: int
    people: set[int]


def release_expired(people: Iterable[int], now: datetime) -> Released:
    """Give back the expired time of these people, and the expired seats of their meetings.

    The caller has locked everybody that `people_of_expired` named for them.
    """
    theirs = list(_expired_of(people, now))
    if not theirs:
        return Released(0, set())
    holds = [row for row in theirs if row.part == CommitmentPart.HOLD]
    appointments = {row.appointment_id for row in theirs if row.appointment_id is not None}
    # All seats of these meetings: the other side of a request that one of them shares.
    seats = list(
        expired_commitments(now).filter(
            appointment_id__in=appointments, part=CommitmentPart.STUDENT
        )
    )
    ended = seats + holds
    Commitment.objects.filter(pk__in=[row.pk for row in ended]).update(
        status=CommitmentStatus.EXPIRED
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
    for booking in bookings:
        booking.state = BookingState.EXPIRED
    # The weeks of one series are told of together, any other meeting by itself.
    alike = groupby(bookings, key=lambda row: (row.series_id is None, row.series_id or row.pk))
    for _, together in alike:
        tell_all(list(together), EventKind.EXPIRED, by=SYSTEM, now=now)


def settle_appointment(appointment_id: int, now: datetime) -> set[int]:
    """Make the provider's part follow from the seats that are left; without any it is cancelled.

    Call it under the provider's lock after a seat was given, confirmed or given back.
    Returns the people whose taken time this may have changed.
    """
    appointment = Appointment.objects.select_related("provider").get(pk=appointment_id)
    seated = list(
        Booking.objects.filter(appointment=appointment, state__in=SEATED).values_list(
            "state", "expires_at"
        )
    )
    standing = [expires for _, expires in seated if expires is None or expires > now]
    part = Commitment.objects.filter(appointment=appointment, part=CommitmentPart.PROVIDER)
    if not standing:
        appointment.state = AppointmentState.CANCELLED
        appointment.save(update_fields=["state"])
        part.update(status=CommitmentStatus.CANCELLED, expires_at=None)
    elif None in standing:
        part.update(status=CommitmentStatus.CONFIRMED, expires_at=None)
    else:
        part.update(
            status=CommitmentStatus.REQUESTED,
            expires_at=max(expires for expires in standing if expires is not None),
        )
    return {appointment.provider.user_id}


def settle_appointments(ids: Sequence[int], now: datetime) -> set[int]:
    """`settle_appointment` of several: those without any seat left together, the others singly."""
    seated = set(
        Booking.objects.filter(appointment__in=ids, state__in=SEATED).values_list(
            "appointment_id", flat=True
        )
    )
    empty = Appointment.objects.filter(pk__in=set(ids) - seated)
    empty.update(state=AppointmentState.CANCELLED)
    Commitment.objects.filter(
        appointment__in=set(ids) - seated, part=CommitmentPart.PROVIDER
    ).update(status=CommitmentStatus.CANCELLED, expires_at=None)
    changed = set(empty.values_list("provider__user_id", flat=True))
    return changed.union(*(settle_appointment(pk, now) for pk in sorted(seated)))
