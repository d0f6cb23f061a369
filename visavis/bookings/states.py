"""The states of a booking and the ways between them: the one place that changes a state.

    requested ──► confirmed ◄──► attended ◄──► no_show (◄──► confirmed)
        │             │
        │             └──► cancelled
        └──► declined, expired, cancelled

A move to another time is no state: an event tells of it. An open booking that is moved is confirmed
or requested, as its format says.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from visavis.bookings.enums import OPEN, BookingState, CommitmentStatus
from visavis.bookings.errors import NotOpen
from visavis.bookings.models import Appointment, Booking, Commitment
from visavis.bookings.proposals import end_by_move, end_proposals
from visavis.core.prepared import Blank
from visavis.people.queries import lock_people

WAYS: Mapping[str, frozenset[BookingState]] = {
    BookingState.REQUESTED: frozenset(
        {
            BookingState.CONFIRMED,
            BookingState.DECLINED,
            BookingState.EXPIRED,
            BookingState.CANCELLED,
        }
    ),
    BookingState.CONFIRMED: frozenset(
        {BookingState.CANCELLED, BookingState.ATTENDED, BookingState.NO_SHOW}
    ),
    # What was written down after the meeting may be put right, or taken back.
    BookingState.ATTENDED: frozenset({BookingState.NO_SHOW, BookingState.CONFIRMED}),
    BookingState.NO_SHOW: frozenset({BookingState.ATTENDED, BookingState.CONFIRMED}),
    BookingState.DECLINED: frozenset(),
    BookingState.EXPIRED: frozenset(),
    BookingState.CANCELLED: frozenset(),
}
ENDED = tuple(state for state, ways in WAYS.items() if not ways)


def lock_booking(booking: Booking) -> Booking:
    """The booking's row as it is now, under its people's locks; call it in a transaction.

    Raises NotOpen for a booking that has gone to another provider since it was read.
    """
    former = booking.appointment.provider.user_id
    lock_people({booking.student_id, former})
    row = Booking.objects.select_related(
        "student", "appointment__provider__user", "appointment__community"
    ).get(pk=booking.pk)
    if row.appointment.provider.user_id != former:
        # It was moved to somebody else meanwhile, whose lock nobody holds here.
        raise NotOpen(_("This meeting was moved meanwhile. Look at it again."))
    return row


def has_expired(booking: Booking, now: datetime) -> bool:
    """Whether a request has run out at `now`, written down or not."""
    return booking.expires_at is not None and booking.expires_at <= now


def unexpired(now: datetime | Blank, *, of: str = "") -> Q:
    """The same of rows: those with an `expires_at` that have not run out at `now`.

    `of` is the way from the rows that are asked to those bookings: “bookings__”.
    """
    return Q(**{f"{of}expires_at": None}) | Q(**{f"{of}expires_at__gt": now})


def check_way(booking: Booking, to: BookingState, now: datetime) -> None:
    """Raises NotOpen, in a sentence, when the booking cannot become `to` at `now`."""
    if to in WAYS[booking.state]:
        if has_expired(booking, now) and to != BookingState.EXPIRED:
            raise NotOpen(_("This request has expired already."))
        return
    if to in (BookingState.CONFIRMED, BookingState.DECLINED) and booking.state not in ENDED:
        raise NotOpen(_("This request no longer waits for an answer."))
    shown = booking.get_state_display().lower()
    raise NotOpen(_("This meeting is %(state)s already.") % {"state": shown})


def change_state(booking: Booking, to: BookingState, *, now: datetime, **columns: Any) -> None:
    """Write the new state, with further columns, to the booking and its parts of time.

    The row comes from `lock_booking`. A state that is settled expires no more. Raises NotOpen.
    """
    check_way(booking, to, now)
    columns |= {"state": to, "changed_at": now}
    if booking.expires_at is not None and to == BookingState.CONFIRMED:
        columns["expires_at"] = None
    for column, value in columns.items():
        setattr(booking, column, value)
    booking.save(update_fields=list(columns))
    booking.commitments.update(status=CommitmentStatus(to.value), expires_at=booking.expires_at)
    end_proposals([booking.pk], now=now)


def change_states(
    bookings: Sequence[Booking], to: BookingState, *, now: datetime, **columns: Any
) -> None:
    """`change_state` of several bookings at once, all or none: an update a table, however many."""
    for booking in bookings:
        check_way(booking, to, now)
    columns |= {"state": to, "changed_at": now}
    expires = {"expires_at": None} if to == BookingState.CONFIRMED else {}
    columns |= expires
    for booking in bookings:
        for column, value in columns.items():
            setattr(booking, column, value)
    ids = [booking.pk for booking in bookings]
    Booking.objects.filter(pk__in=ids).update(**columns)
    Commitment.objects.filter(booking__in=ids).update(status=CommitmentStatus(to.value), **expires)
    end_proposals(ids, now=now)


def change_seat(
    booking: Booking,
    appointment: Appointment,
    seat: int,
    *,
    expires_at: datetime | None,
    now: datetime,
) -> None:
    """Give an open booking another seat, with the student's time: requested if it can expire.

    The row comes from under its people's locks. Raises NotOpen.
    """
    if booking.state not in OPEN or has_expired(booking, now):
        check_way(booking, BookingState.CANCELLED, now)
    booking.appointment, booking.seat = appointment, seat
    booking.state = BookingState.REQUESTED if expires_at else BookingState.CONFIRMED
    booking.expires_at, booking.changed_at = expires_at, now
    columns = ["appointment", "seat", "state", "expires_at", "changed_at"]
    booking.save(update_fields=columns)
    end_by_move(booking, appointment, now=now)
    booking.commitments.update(
        appointment=appointment,
        seat=seat,
        start=appointment.start,
        end=appointment.end,
        status=CommitmentStatus(booking.state),
        expires_at=expires_at,
    )
