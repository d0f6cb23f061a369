"""Write down who came, put it right, and excuse an absence."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from visavis.bookings.absences import (
    apply_rule,
    counts_as_absence,
    lift_if_unfounded,
    told_of_absence,
)
from visavis.bookings.deadlines import MARK_DAYS, can_mark
from visavis.bookings.enums import OPEN, AppointmentState, BookingState, EventKind
from visavis.bookings.errors import NotOpen
from visavis.bookings.events import tell
from visavis.bookings.models import Appointment, Booking
from visavis.bookings.states import change_state, lock_booking
from visavis.core.history import Actor
from visavis.core.troubles import again_on_conflict


def mark_attended(booking: Booking, *, by: Actor, now: datetime) -> Booking:
    """Write down that the student came. Raises NotOpen before the start and MARK_DAYS after it."""
    return _mark(booking, BookingState.ATTENDED, by=by, now=now)


def mark_missed(booking: Booking, *, by: Actor, now: datetime) -> Booking:
    """Write down that the student did not come; the community's rule may pause their booking.

    Raises NotOpen as `mark_attended` does.
    """
    return _mark(booking, BookingState.NO_SHOW, by=by, now=now)


def unmark(booking: Booking, *, by: Actor, now: datetime) -> Booking:
    """Take back what was written down. Raises NotOpen as `mark_attended` does."""
    return _mark(booking, BookingState.CONFIRMED, by=by, now=now)


@again_on_conflict
def _mark(booking: Booking, state: BookingState, *, by: Actor, now: datetime) -> Booking:
    with transaction.atomic():
        row = lock_booking(booking)
        if row.state == state:
            return row  # sent twice
        _check_when(row, now)
        # `confirmed` is reached from a request too, but that is an answer and no attendance.
        if row.state == BookingState.REQUESTED:
            raise NotOpen(_("This request was never confirmed: there was no meeting."))
        change_state(row, state, now=now, excused_at=None)
        settle_done(row.appointment)
        if state == BookingState.NO_SHOW:
            tell(row, EventKind.NO_SHOW, by=by, now=now, data=told_of_absence(row, now))
            apply_rule(row, now=now)
        else:
            came = state == BookingState.ATTENDED
            tell(row, EventKind.ATTENDED if came else EventKind.UNMARKED, by=by, now=now)
            lift_if_unfounded(row.student, row.appointment.community, by=by, now=now)
    return row


@again_on_conflict
def excuse(booking: Booking, *, by: Actor, reason: str = "", now: datetime) -> Booking:
    """Let an absence count no more; a pause that it led to is lifted at once.

    Raises NotOpen for what is no absence, or was excused before.
    """
    with transaction.atomic():
        row = lock_booking(booking)
        if not counts_as_absence(row):
            raise NotOpen(_("This is no absence that counts, or it was excused already."))
        row.excused_at = row.changed_at = now
        row.save(update_fields=["excused_at", "changed_at"])
        lifted = lift_if_unfounded(row.student, row.appointment.community, by=by, now=now)
        data = {"lifted": lifted}
        tell(row, EventKind.EXCUSED, by=by, now=now, reason=reason, data=data)
    return row


def _check_when(booking: Booking, now: datetime) -> None:
    if booking.appointment.start > now:
        raise NotOpen(_("This meeting has not begun yet."))
    if not can_mark(booking, now):
        raise NotOpen(
            _("This meeting is more than %(days)d days past; what stands about it stays.")
            % {"days": MARK_DAYS}
        )


def settle_done(appointment: Appointment) -> None:
    """An appointment is done when something is written down about every seat."""
    is_open = appointment.bookings.filter(state__in=OPEN).exists()
    state = AppointmentState.PLANNED if is_open else AppointmentState.DONE
    if appointment.state != state:
        appointment.state = state
        appointment.save(update_fields=["state"])
