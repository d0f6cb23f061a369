"""Until when a booking can be cancelled or moved, and what is late.

The community's hours bind students alone: those who give support and administrators may cancel and
move until the meeting begins. Instants are aware UTC.
"""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from visavis.bookings.enums import BookingState
from visavis.bookings.errors import NotOpen, TooLate
from visavis.bookings.events import STUDENT
from visavis.bookings.models import Booking
from visavis.bookings.proposals import is_uprooted
from visavis.bookings.states import check_way

MARK_DAYS = 14
"""For so many days after a meeting attendance is written down and put right."""


def cancel_until(booking: Booking) -> datetime:
    """The instant until which the student may cancel."""
    return _before(booking, booking.appointment.community.cancel_until_hours)


def move_until(booking: Booking) -> datetime:
    """The instant until which the student may move the booking."""
    return _before(booking, booking.appointment.community.move_until_hours)


def is_late(booking: Booking, now: datetime) -> bool:
    """Whether the student, cancelling or moving at `now`, would do so late; a request never is.

    Nor is a meeting that cannot stay where it is: other times are offered instead.
    """
    hours = booking.appointment.community.late_cancel_hours
    is_near = booking.state == BookingState.CONFIRMED and now > _before(booking, hours)
    return is_near and not is_uprooted(booking, now)


def check_cancel(booking: Booking, *, by: str, now: datetime) -> None:
    """Raises NotOpen, and TooLate for a student after the community's deadline.

    A request that waits for its answer can be taken back until the meeting begins.
    """
    check_way(booking, BookingState.CANCELLED, now)
    check_begun(booking, now)
    hours = booking.appointment.community.cancel_until_hours
    is_bound = by == STUDENT and booking.state == BookingState.CONFIRMED
    if is_bound and now > cancel_until(booking) and not is_uprooted(booking, now):
        raise TooLate(
            ngettext(
                "Meetings here can be cancelled until %(hours)d hour before they begin.",
                "Meetings here can be cancelled until %(hours)d hours before they begin.",
                hours,
            )
            % {"hours": hours}
        )


def check_move(booking: Booking, *, by: str, now: datetime, is_offered: bool = False) -> None:
    """Raises NotOpen, and TooLate for a student after the community's deadline.

    The deadline does not stand against a time that the student `is_offered`.
    """
    check_way(booking, BookingState.CANCELLED, now)
    if booking.appointment.start <= now and not is_uprooted(booking, now):
        raise NotOpen(_("This meeting has begun already; it can no longer be moved."))
    hours = booking.appointment.community.move_until_hours
    is_bound = by == STUDENT and not is_offered and now > move_until(booking)
    if is_bound and not is_uprooted(booking, now):
        raise TooLate(
            ngettext(
                "Meetings here can be moved until %(hours)d hour before they begin.",
                "Meetings here can be moved until %(hours)d hours before they begin.",
                hours,
            )
            % {"hours": hours}
        )


def check_begun(booking: Booking, now: datetime) -> None:
    """Raises NotOpen once the meeting has begun, unless it cannot have: other times are offered."""
    if booking.appointment.start <= now and not is_uprooted(booking, now):
        raise NotOpen(_("This meeting has begun already; it can no longer be cancelled."))


def _before(booking: Booking, hours: int) -> datetime:
    return booking.appointment.start - timedelta(hours=hours)


def can_mark(booking: Booking, now: datetime) -> bool:
    """Whether attendance can be written down and put right at `now`."""
    appointment = booking.appointment
    return appointment.start <= now <= appointment.end + timedelta(days=MARK_DAYS)
