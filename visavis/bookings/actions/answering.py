"""Answer a request."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from visavis.bookings.enums import BookingState, EventKind
from visavis.bookings.errors import NotOpen
from visavis.bookings.events import tell
from visavis.bookings.expiry import settle_appointment
from visavis.bookings.models import Booking
from visavis.bookings.states import ENDED, change_state, lock_booking
from visavis.core.history import Actor
from visavis.people.actions import touch_time


def accept(booking: Booking, *, by: Actor, now: datetime) -> Booking:
    """Confirm a request. Raises NotOpen unless it still waits for an answer."""
    with transaction.atomic():
        row = lock_booking(booking)
        if row.state not in (BookingState.REQUESTED, *ENDED):
            # From what was noted after a meeting a way leads back; it is no answer to a request.
            raise NotOpen(_("This request no longer waits for an answer."))
        change_state(row, BookingState.CONFIRMED, now=now)
        settle_appointment(row.appointment_id, now)
        touch_time(row.student_id, row.appointment.provider.user_id)
        tell(row, EventKind.CONFIRMED, by=by, now=now)
    return row
