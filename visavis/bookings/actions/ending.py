"""End a booking before its meeting: cancel, decline, or let run out."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from visavis.bookings.absences import apply_rule, told_of_absence
from visavis.bookings.deadlines import check_begun, check_cancel, is_late
from visavis.bookings.enums import OPEN, BookingState, EventKind, HoldState
from visavis.bookings.errors import NotOpen
from visavis.bookings.events import STUDENT, party, tell
from visavis.bookings.expiry import (
    expired_commitments,
    people_of_expired,
    release_expired,
    settle_appointment,
)
from visavis.bookings.freed import announce
from visavis.bookings.holds import end_hold
from visavis.bookings.models import Appointment, Booking, Hold
from visavis.bookings.states import change_state, check_way, lock_booking, unexpired
from visavis.core import measuring
from visavis.core.history import Actor
from visavis.core.troubles import again_on_conflict
from visavis.people.actions import touch_time
from visavis.people.queries import lock_people

# A meeting that somebody joins while it is called off is looked at again so often.
TRIES = 5


@measuring.outcomes("bookings", action="cancel")
def cancel(
    booking: Booking,
    *,
    by: Actor,
    reason: str = "",
    now: datetime,
    batch: uuid.UUID | None = None,
    seen: int | None = None,
) -> Booking:
    """Give the seat back; with the last seat the appointment is cancelled and the time is free.

    What the student cancels late is marked so, and says so in the event; `batch` joins what one
    action does to several. `seen` is the appointment's id as whoever cancels last saw it. Raises
    NotOpen for a booking that is over, was ended before, or was moved since it was seen, and
    TooLate for a student after the deadline.
    """
    end = BookingState.CANCELLED
    return _end(booking, end, by=by, reason=reason, now=now, batch=batch, seen=seen)


@measuring.outcomes("bookings", action="decline")
def decline(
    booking: Booking, *, by: Actor, reason: str = "", now: datetime, seen: int | None = None
) -> Booking:
    """Turn a request down. Raises NotOpen unless it still waits for an answer.

    `seen` is the appointment's id as whoever declines last saw it; NotOpen if it moved since.
    """
    return _end(booking, BookingState.DECLINED, by=by, reason=reason, now=now, seen=seen)


@again_on_conflict
def _end(
    booking: Booking,
    state: BookingState,
    *,
    by: Actor,
    reason: str,
    now: datetime,
    batch: uuid.UUID | None = None,
    seen: int | None = None,
) -> Booking:
    with transaction.atomic():
        row = lock_booking(booking)
        if seen is not None and row.appointment_id != seen:
            raise NotOpen(_("This meeting was moved meanwhile. Look at it again."))
        if state == BookingState.CANCELLED:
            check_cancel(row, by=party(by, row), now=now)
        else:
            check_way(row, state, now)
            check_begun(row, now)
        counts = end_seat(row, state, by=by, reason=reason, now=now, batch=batch)
        settle_appointment(row.appointment_id, now)
        touch_time(row.student_id, row.appointment.provider.user_id)
        if counts:
            apply_rule(row, now=now)
        announce(row.appointment.community_id)
    return row


@again_on_conflict
def cancel_meeting(appointment: Appointment, *, by: Actor, reason: str, now: datetime) -> int:
    """Call the whole meeting off: every open seat is cancelled, as one action told together.

    Seats that are held are let go, so nobody can book what was called off.
    Returns how many. Raises NotOpen when it has begun, when nobody comes any more, and when
    one after the other joins at this very moment.
    """
    for _try in range(TRIES):
        with transaction.atomic():
            locked = {appointment.provider.user_id, *_students_of(appointment, now)}
            lock_people(locked)
            rows = list(_open_seats(appointment, now))
            # Who joined before the lock was had is locked the next time.
            if _students_of(appointment, now) <= locked:
                return _cancel_seats(appointment, rows, by=by, reason=reason, now=now)
    raise NotOpen(_("Somebody joined this very moment. Look at the meeting again."))


def _cancel_seats(
    appointment: Appointment, rows: Sequence[Booking], *, by: Actor, reason: str, now: datetime
) -> int:
    if not rows:
        raise NotOpen(_("Nobody comes to this meeting any more."))
    batch = uuid.uuid4()
    for row in rows:
        check_cancel(row, by=party(by, row), now=now)
        end_seat(row, BookingState.CANCELLED, by=by, reason=reason, now=now, batch=batch)
    for hold in _held_seats(appointment, now):
        end_hold(hold, HoldState.RELEASED, by=by, now=now)
    settle_appointment(appointment.pk, now)
    touch_time(appointment.provider.user_id, *(row.student_id for row in rows))
    announce(appointment.community_id)
    return len(rows)


def _open_seats(appointment: Appointment, now: datetime) -> QuerySet[Booking]:
    rows = Booking.objects.filter(unexpired(now), appointment=appointment, state__in=OPEN)
    return rows.select_related(
        "student", "appointment__provider__user", "appointment__community"
    ).order_by("seat")


def _students_of(appointment: Appointment, now: datetime) -> set[int]:
    """Whom seats are given to or held for."""
    seats, held = _open_seats(appointment, now), _held_seats(appointment, now)
    return {pk for rows in (seats, held) for pk in rows.values_list("student_id", flat=True)}


def _held_seats(appointment: Appointment, now: datetime) -> QuerySet[Hold]:
    rows = Hold.objects.filter(
        commitment__appointment=appointment, state=HoldState.OPEN, expires_at__gt=now
    )
    return rows.select_related("student", "provider").order_by("pk")


def is_late_by(by: Actor, row: Booking, now: datetime) -> bool:
    """Whether this person, cancelling at `now`, would do so late; only a student ever is."""
    return party(by, row) == STUDENT and is_late(row, now)


def end_seat(
    row: Booking,
    state: BookingState,
    *,
    by: Actor,
    reason: str,
    now: datetime,
    batch: uuid.UUID | None = None,
) -> bool:
    """Write the end of one checked, locked booking, and tell of it; whether it is an absence.

    The caller settles the appointment, touches the time, and applies the rule of absences.
    """
    cancelled = state == BookingState.CANCELLED
    late = cancelled and is_late_by(by, row, now)
    counts = late and row.appointment.community.late_cancels_count
    ended = {"cancelled_by": by.label[:254], "cancel_reason": reason, "cancelled_late": late}
    change_state(row, state, now=now, **ended)
    data: dict[str, object] = {"late": late} if cancelled else {}
    if counts:
        data |= told_of_absence(row, now)
    tell(row, EventKind(state.value), by=by, now=now, reason=reason, data=data, batch=batch)
    return counts


@again_on_conflict
def expire_requests(*, now: datetime) -> int:
    """Tidy up every request and hold that has run out; safe to run twice. Returns how many.

    Nobody waits for this: an expired request is free from its very second.
    """
    people = set(expired_commitments(now).values_list("person_id", flat=True))
    done = 0
    for person in sorted(people):
        with transaction.atomic():
            lock_people(people_of_expired({person}, now))
            released = release_expired({person}, now)
            touch_time(*released.people)
            done += released.count
    return done
