"""Hand a meeting over: another person gives it at the same time, to the same student."""

import uuid
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from visavis.availability.models import Location
from visavis.bookings.actions.admitting import read_under_locks, refusal_of
from visavis.bookings.actions.rescheduling import former_data, lock_and_read, take_seat_at
from visavis.bookings.actions.seats import find_joinable
from visavis.bookings.entries import end_by_heir
from visavis.bookings.enums import OPEN, BookingState, EventKind
from visavis.bookings.errors import NotOpen, Refused, SlotTaken
from visavis.bookings.events import note_of_move, party, tell
from visavis.bookings.expiry import people_of_expired, release_expired
from visavis.bookings.freed import announce
from visavis.bookings.guards import comes_from_a_guard
from visavis.bookings.heirs import Heir, handing_question, handing_verdicts
from visavis.bookings.holds import let_holds_go
from visavis.bookings.models import Booking
from visavis.bookings.openings import is_self
from visavis.bookings.orders import Order
from visavis.bookings.states import check_way
from visavis.core.history import Actor
from visavis.core.troubles import again_on_conflict
from visavis.engine.world import Reason
from visavis.people.actions import touch_time
from visavis.people.queries import lock_people


def hand_over(
    booking: Booking,
    heir: Heir,
    *,
    by: Actor,
    reason: str = "",
    now: datetime,
    batch: uuid.UUID | None = None,
    together: Collection[int] = frozenset(),
) -> Booking:
    """Let somebody else give the meeting; time, answers, and what was agreed stay.

    Asked are the rules of the other person and of the place, under everybody's locks: certified, in
    hours, free, within their cap. The student has the time already, so theirs are not, nor are lead
    time and horizon. The place stays where the other person can be there, else it is the first
    that admits the meeting, one of the same kind before others. What is held for the student of the
    other person's time then is let go.
    `together` are bookings by id that are handed over with it: a group leaves its place as one.
    `now` is aware.

    Raises SlotTaken or Refused, as `book` does without other times, and NotOpen for a booking that
    is over, has begun or was moved meanwhile; then nothing is written.
    """
    if heir.provider.pk == booking.appointment.provider_id:
        raise Refused(_("This person gives the meeting already."), code=Reason.PROVIDER_BUSY)
    return _change_hands(
        booking, heir, together=together, by=by, reason=reason, now=now, batch=batch
    )


def move_place(
    booking: Booking, *, by: Actor, reason: str = "", now: datetime, batch: uuid.UUID | None = None
) -> Booking:
    """Let the meeting take place somewhere else: the first other place that admits it then.

    One of the same kind (a room, online, by phone) comes before others.

    Who, when and what was agreed stay; asked are the rules that `hand_over` asks. `now` is aware.
    Raises Refused where no other place is free or a group meets, SlotTaken, and NotOpen as
    `hand_over` does; then nothing is written.
    """
    meeting = booking.appointment
    heir = Heir(meeting.provider, meeting.service)
    return _change_hands(booking, heir, by=by, reason=reason, now=now, batch=batch)


@again_on_conflict
def _change_hands(
    booking: Booking, heir: Heir, *, together: Collection[int] = frozenset(), **told: Any
) -> Booking:
    try:
        with transaction.atomic():
            return _hand_over(booking, heir, together=together, **told)
    except IntegrityError as error:
        if not comes_from_a_guard(error):
            raise
        raise SlotTaken(_("That time was just taken.")) from error


def _hand_over(
    booking: Booking,
    heir: Heir,
    *,
    by: Actor,
    reason: str,
    now: datetime,
    batch: uuid.UUID | None,
    together: Collection[int],
) -> Booking:
    former = booking.appointment.provider.user_id
    people = {booking.student_id, former, heir.provider.user_id}
    lock_people(people_of_expired(people, now))
    row = lock_and_read(booking, former)
    check_way(row, BookingState.CANCELLED, now)
    if row.appointment_id != booking.appointment_id:
        raise NotOpen(_("This meeting was moved meanwhile. Look at it again."))
    if row.appointment.start <= now:
        raise NotOpen(_("This meeting has begun already."))
    if is_self(heir.provider, row.student):
        raise Refused(_("Nobody can meet themselves."), code=Reason.STUDENT_CONFLICT)
    if heir.provider.pk == row.appointment.provider_id:
        _refuse_group(row)
    released = release_expired(people, now)
    order, location = _find_place(row, heir, now, together)
    # Look before holds are let go: who has the only seat that was held joins that meeting.
    joined = find_joinable(order, location, now)
    let_holds_go(order, by=by, now=now)
    was, moved_by = (row.appointment.start, row.appointment.provider_id), party(by, row)
    data = {**former_data(row), "by": moved_by, "late": False}
    expires = row.expires_at if row.state == BookingState.REQUESTED else None
    take_seat_at(row, order, joined, location, expires_at=expires, now=now)
    data["state"] = row.state
    note = note_of_move(row, was, by=moved_by)
    tell(row, EventKind.MOVED, by=by, now=now, reason=reason, data=data, batch=batch, note=note)
    end_by_heir(row, by=by, now=now)
    announce(row.appointment.community_id)
    touch_time(*released.people, *people)
    return row


def _refuse_group(row: Booking) -> None:
    """Under the locks: who joins locks the person who gives the meeting as well."""
    others = row.appointment.bookings.filter(state__in=OPEN).exclude(pk=row.pk)
    if others.exists():
        raise Refused(_("A group meets there; its place is changed for all."), code="is_group")


def _find_place(
    row: Booking, heir: Heir, now: datetime, together: Collection[int]
) -> tuple[Order, Location]:
    """Where the other person can give it: at its place if they can, else at the first that fits."""
    start = row.appointment.start
    asked = handing_question(row, heir.service, now=now, provider=heir.provider, together=together)
    order = Order(asked, start, row.idempotency_key)
    order = replace(order, question=read_under_locks(asked, now=now))
    verdicts = handing_verdicts(order.question, start)
    fitting = [verdict.location for verdict in verdicts if not verdict.refusals]
    # In their order otherwise: who meets in a room goes to another before they meet by telephone.
    fitting.sort(key=lambda place: place.kind != row.appointment.location.kind)
    if not fitting:
        raise refusal_of(order, verdicts)
    own = [place for place in fitting if place.pk == row.appointment.location_id]
    if heir.provider.pk == row.appointment.provider_id:
        fitting, own = [place for place in fitting if place not in own], []
        if not fitting:
            raise Refused(_("No other place is free then."), code=Reason.LOCATION_FULL)
    return order, (own or fitting)[0]
