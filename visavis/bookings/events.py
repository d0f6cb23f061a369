"""What became of a booking, told in the transaction in which it happens."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from visavis.bookings.enums import EventKind
from visavis.bookings.models import Booking, BookingEvent
from visavis.core import history
from visavis.core.history import Actor
from visavis.core.inserting import insert_unnamed

STUDENT, PROVIDER, ADMIN, SYSTEM = "student", "provider", "admin", "system"


@dataclass(frozen=True, slots=True)
class Note:
    """What the history alone keeps of something that is told, and no mail says: a reason, values.

    Its reason stands in the history in place of the one that is told, and its verb in place of the
    event's kind.
    """

    reason: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    verb: str = ""


NOTHING = Note()
# Mails say of a booking and of an answer that the meeting is confirmed; the history says which.
ACCEPTED = Note(verb="accepted")
# … and of a move to another time and one to another person that it has moved.
HANDED_OVER = "handed over"


def party(by: Actor, booking: Booking) -> str:
    """Who acts, as seen from the booking: student, provider, admin or system."""
    if by.id is None:
        return SYSTEM
    if by.id == booking.student_id:
        return STUDENT
    return PROVIDER if by.id == booking.appointment.provider.user_id else ADMIN


def note_of_move(
    booking: Booking, was: tuple[datetime, int], *, by: str, note: Note = NOTHING
) -> Note:
    """What the history keeps of a move from `was` to where the booking is now."""
    now = booking.appointment.start, booking.appointment.provider_id
    return replace(note, verb=HANDED_OVER) if is_handed_over(was, now, by=by) else note


def is_handed_over(was: tuple[datetime, int], now: tuple[datetime, int], *, by: str) -> bool:
    """Whether a move lets somebody else give the meeting at its time.

    `was` and `now` are its start and its provider's id, `by` who moved it (`party`): to whom a
    student goes of their own is nobody else's concern.
    """
    return was[0] == now[0] and was[1] != now[1] and by != STUDENT


def tell(
    booking: Booking,
    kind: EventKind,
    *,
    by: Actor,
    now: datetime,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
    batch: uuid.UUID | None = None,
    note: Note = NOTHING,
) -> None:
    """One event for whoever listens, one history row for whoever asks later.

    `data` is what the kind has to say besides the reason and by whom (`party`), as JSON. Events of
    one action on several bookings share a `batch`. `note` is for the history alone.
    """
    tell_all([booking], kind, by=by, now=now, reason=reason, data=data, batch=batch, note=note)


def tell_all(
    bookings: Sequence[Booking],
    kind: EventKind,
    *,
    by: Actor,
    now: datetime,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
    batch: uuid.UUID | None = None,
    note: Note = NOTHING,
) -> None:
    """`tell` of several bookings that one action did the same to, as one batch."""
    batch = batch or uuid.uuid4()
    insert_unnamed(
        *(
            BookingEvent(
                booking_id=booking.pk,
                kind=kind,
                batch=batch,
                at=now,
                actor_label=by.label[:254],
                data={"reason": reason, "by": party(by, booking), **(data or {})},
            )
            for booking in bookings
        )
    )
    history.record_all(
        history.entry(
            by,
            note.verb or kind.value,
            booking,
            community_id=booking.appointment.community_id,
            after={"state": booking.state, **(data or {}), **note.values},
            reason=note.reason or reason,
        )
        for booking in bookings
    )
