"""The states of a booking and the ways between them: the one place that changes a state.

    requested ──► confirmed ──► attended ◄──► no_show
        │             │
        │             └──► cancelled
        └──► declined, expired, cancelled

A move to another time is no state: the booking stays confirmed, and an event tells of it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from visavis.bookings.enums import BookingState, CommitmentStatus
from visavis.bookings.errors import NotOpen
from visavis.bookings.models import Booking, Commitment
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
    # What was written down after the meeting may be put right.
    BookingState.ATTENDED: frozenset({BookingState.NO_SHOW}),
    BookingState.NO_SHOW: frozenset({BookingState.ATTENDED}),
    BookingState.DECLINED: frozenset(),
    BookingState.EXPIRED: frozenset(),
    BookingState.CANCELLED: frozenset(),
}
ENDED = tuple(state for state, ways in WAYS.items() if not ways)


def lock_booking(booking: Booking) -> Booking:
    """The booking's row as it is now, under its people's locks; call it in a transaction."""
    lock_people({booking.student_id, booking.appointment.provider.user_id})
    return Booking.objects.select_related(
        "student", "appointment__provider", "appointment__community"
    ).get(pk=booking.pk)


def has_expired(booking: Booking, now: datetime) -> bool:
    """Whether a request has run out at `now`, written down or not."""
    return booking.expires_at is not None and booking.expires_at <= now


def check_way(booking: Booking, to: BookingState, now: datetime) -> None:
    """Raises NotOpen, in a sentence, when the booking cannot become `to` at `now`."""
    if to in WAYS[booking.state]:
        if has_expired(booking, now) and to != BookingState.EXPIRED:
            raise NotOpen(_("This request has expired already."))
        return
    if to in (BookingState.CONFIRMED, BookingState.DECLINED) and booking.state not in ENDED:
        raise NotOpen(_("This request no longer waits for an answer."))
    shown = booking.get_state_display().lower()
    raise NotOpen(_("This meeting is {state} already.").format(state=shown))


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
