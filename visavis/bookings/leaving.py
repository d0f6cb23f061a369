"""What a booking gives back when it is moved, so that its own time never counts against it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from visavis.bookings.enums import SEATED, CommitmentPart
from visavis.bookings.models import Booking, Commitment
from visavis.bookings.seats import held_seats
from visavis.bookings.states import unexpired


@dataclass(frozen=True, slots=True)
class Left:
    """The appointment that a booking would leave, by id, with its provider's.

    `commitments` are the provider's part in it, unless somebody else stays on it, or a seat there
    is held for somebody.
    """

    appointment: int
    provider: int
    commitments: frozenset[int]


def left_by(booking: Booking, now: datetime, *, together: Collection[int] = frozenset()) -> Left:
    """What the booking would give back if it were moved at `now`, `together` with others by id."""
    appointment = booking.appointment
    stay = Booking.objects.filter(
        unexpired(now), appointment=appointment, state__in=SEATED
    ).exclude(pk__in={booking.pk, *together})
    parts: frozenset[int] = frozenset()
    if not stay.exists() and not held_seats([appointment.pk], now).exists():
        part = Commitment.objects.filter(appointment=appointment, part=CommitmentPart.PROVIDER)
        parts = frozenset(part.values_list("pk", flat=True))
    return Left(appointment.pk, appointment.provider_id, parts)
