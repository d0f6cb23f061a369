"""The seats of a group's meeting at an instant: given away, held, or free. Reads only."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from visavis.bookings.enums import (
    SEATED,
    SEATS,
    AppointmentState,
    CommitmentPart,
    CommitmentStatus,
)
from visavis.bookings.models import Appointment, Booking, Commitment
from visavis.bookings.proposals import uprooting_proposals
from visavis.bookings.states import unexpired
from visavis.catalogue.models import AppointmentFormat
from visavis.people.models import User


def _is_taken(now: datetime) -> Q:
    """Of an appointment's commitments: a seat that counts at `now`, held ones too."""
    rows = "commitments__"
    return Q(
        Q(**{f"{rows}expires_at": None}) | Q(**{f"{rows}expires_at__gt": now}),
        **{f"{rows}seat__isnull": False, f"{rows}status__in": SEATS},
    )


def seats_taken(now: datetime, *, besides: User | None = None) -> Count:
    """The seats given away or held at `now`, to annotate appointments with.

    A seat that is held for `besides` is not taken: it is theirs to book.
    """
    taken = _is_taken(now)
    if besides is not None:
        taken &= ~Q(commitments__part=CommitmentPart.HOLD, commitments__person=besides)
    return Count("commitments", filter=taken)


def joinable_appointments(
    format_: AppointmentFormat, providers: Any, now: datetime, *, student: User | None = None
) -> QuerySet[Any]:
    """Planned appointments of a group format with someone on them and seats left at `now`.

    Somebody a seat is held for is someone; for that student the seat is left. Where everybody is to
    choose another time the meeting is off: nobody joins it. `providers` are ids, or a query of
    them.
    """
    rows = Appointment.objects.filter(
        format=format_, provider_id__in=providers, state=AppointmentState.PLANNED, start__gt=now
    )
    return _with_seats_left(rows, now, student).exclude(_is_off(now))


def begun_appointments(
    format_: AppointmentFormat, providers: Any, now: datetime, *, student: User | None = None
) -> QuerySet[Any]:
    """As `joinable_appointments`, of those that are under way or over by `now`."""
    rows = Appointment.objects.filter(
        format=format_, provider_id__in=providers, start__lte=now
    ).exclude(state=AppointmentState.CANCELLED)
    return _with_seats_left(rows, now, student)


def _with_seats_left(
    rows: QuerySet[Appointment], now: datetime, student: User | None
) -> QuerySet[Any]:
    return rows.annotate(
        given_seats=seats_taken(now), taken_seats=seats_taken(now, besides=student)
    ).filter(given_seats__gt=0, taken_seats__lt=F("capacity"))


def _is_off(now: datetime) -> Q:
    """Of an appointment: all who are on it are offered other times, because it cannot stay."""
    uprooted = uprooting_proposals(now).filter(booking=OuterRef("pk"))
    seated = Booking.objects.filter(unexpired(now), appointment=OuterRef("pk"), state__in=SEATED)
    return Q(Exists(seated.filter(Exists(uprooted)))) & ~Q(Exists(seated.exclude(Exists(uprooted))))


def held_seats(appointments: Any, now: datetime) -> QuerySet[Commitment]:
    """The seats in these appointments (ids) that are held at `now` and nobody has booked yet."""
    return Commitment.objects.filter(
        appointment_id__in=appointments, status=CommitmentStatus.SEAT_HELD, expires_at__gt=now
    )


def free_seat(appointment: Appointment) -> int:
    """The first seat that nobody has and that is held for nobody.

    Under the provider's lock, after what has run out was given back.
    """
    taken = taken_seats([appointment.pk])
    seats = range(1, appointment.capacity + 2)
    return next(seat for seat in seats if (appointment.pk, seat) not in taken)


def taken_seats(appointments: Any) -> set[tuple[int, int]]:
    """The seats in these appointments (ids) that somebody has or that are held: id and number."""
    seats = Commitment.objects.filter(
        appointment_id__in=appointments, status__in=SEATS, seat__isnull=False
    )
    return {(pk, seat) for pk, seat in seats.values_list("appointment_id", "seat") if pk and seat}
