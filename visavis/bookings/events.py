"""What became of a booking, told in the transaction in which it happens."""

from datetime import datetime

from visavis.bookings.enums import EventKind
from visavis.bookings.models import Booking, BookingEvent
from visavis.core import history
from visavis.core.history import Actor


def tell(booking: Booking, kind: EventKind, *, by: Actor, now: datetime, reason: str = "") -> None:
    """One event for whoever listens, one history row for whoever asks later."""
    BookingEvent.objects.create(
        booking=booking, kind=kind, at=now, actor_label=by.label[:254], data={"reason": reason}
    )
    history.record(
        by,
        kind.value,
        booking,
        community_id=booking.appointment.community_id,
        after={"state": booking.state},
        reason=reason,
    )
