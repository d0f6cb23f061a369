"""What became of a booking, told in the transaction in which it happens."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from visavis.bookings.enums import EventKind
from visavis.bookings.models import Booking, BookingEvent
from visavis.core import history
from visavis.core.history import Actor

STUDENT, PROVIDER, ADMIN, SYSTEM = "student", "provider", "admin", "system"


def party(by: Actor, booking: Booking) -> str:
    """Who acts, as seen from the booking: student, provider, admin or system."""
    if by.id is None:
        return SYSTEM
    if by.id == booking.student_id:
        return STUDENT
    return PROVIDER if by.id == booking.appointment.provider.user_id else ADMIN


def tell(
    booking: Booking,
    kind: EventKind,
    *,
    by: Actor,
    now: datetime,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
    batch: uuid.UUID | None = None,
) -> None:
    """One event for whoever listens, one history row for whoever asks later.

    `data` is what the kind has to say besides the reason and by whom (`party`), as JSON. Events of
    one action on several bookings share a `batch`.
    """
    BookingEvent.objects.create(
        booking=booking,
        kind=kind,
        batch=batch or uuid.uuid4(),
        at=now,
        actor_label=by.label[:254],
        data={"reason": reason, "by": party(by, booking), **(data or {})},
    )
    history.record(
        by,
        kind.value,
        booking,
        community_id=booking.appointment.community_id,
        after={"state": booking.state, **(data or {})},
        reason=reason,
    )
