"""Book: lock, look again, write, and let the database's own guard have the last word."""

from datetime import datetime

from django.db import IntegrityError, transaction

from visavis.bookings.actions.admitting import Look, admit_seen, look, why_lost
from visavis.bookings.actions.attendance import settle_done
from visavis.bookings.actions.seats import find_joinable, make_appointment, take_seat
from visavis.bookings.answers import keep_answers
from visavis.bookings.entries import end_by_booking
from visavis.bookings.enums import BookingState, EventKind
from visavis.bookings.errors import Refused, SlotTaken
from visavis.bookings.events import tell
from visavis.bookings.guards import comes_from_a_guard
from visavis.bookings.holds import use_hold
from visavis.bookings.models import Booking
from visavis.bookings.openings import question_for_start
from visavis.bookings.orders import Order, find_earlier, with_alternatives
from visavis.bookings.states import change_state
from visavis.core import measuring
from visavis.core.errors import NotFound
from visavis.core.history import Actor
from visavis.core.statements import sent_together
from visavis.core.troubles import again_on_conflict
from visavis.core.turns import turn_to_write
from visavis.people.actions import touch_time


@measuring.outcomes("bookings", action="book")
@again_on_conflict
def book(order: Order, *, by: Actor, now: datetime) -> Booking:
    """Book the start, confirmed at once or requested as the format says; `now` is aware.

    For an order with an override call `book_anyway` or `enter_afterwards`, which check it.

    1. Where the provider's time is gone already, no more. That is seen without any lock.
    2. Lock provider and student, in ascending id, and look again; lock the places that can be full.
       Read every row again, give back what has expired, ask every rule of the rows.
    3. Write seat, commitments, answers, event and history in the same transaction.

    Raises SlotTaken, with the nearest other times, when the provider's or the place's time is gone,
    Refused with the first rule that says no otherwise, and NotFound for what was deleted
    meanwhile; then nothing is written.
    """
    question_for_start(order.question, order.start)  # refuses what lies beyond all calendars
    try:
        seen = look(order, now)
        with turn_to_write(), transaction.atomic():
            return _book(order, seen, by=by, now=now)
    except IntegrityError as error:
        return _after_collision(order, error)
    except (Refused, NotFound) as refusal:
        # What stands against it may be the very booking that was made under this key.
        earlier = find_earlier(Booking, order)
        if earlier is not None:
            return earlier
        if not isinstance(refusal, SlotTaken):
            raise
        # Other times are looked for outside the transaction: nobody waits for them under a lock.
        raise with_alternatives(order, refusal) from None


def _book(order: Order, seen: Look, *, by: Actor, now: datetime) -> Booking:
    admitted = admit_seen(order, now, seen)
    order, location = admitted.order, admitted.location
    joined = find_joinable(order, location, now)
    if admitted.is_held or order.question.format.is_group:
        use_hold(order, location, by=by, now=now)
    booking = take_seat(order, joined or make_appointment(order, location, now), joined, now)
    keep_answers([booking], order.answers)
    kind = EventKind.REQUESTED if booking.expires_at else EventKind.CONFIRMED
    if order.has_happened:
        kind = EventKind.ATTENDED
        change_state(booking, BookingState.ATTENDED, now=now)
        settle_done(booking.appointment)
    with sent_together():
        tell(booking, kind, by=by, now=now, note=order.note)
        touch_time(*admitted.touched, order.provider.user_id, order.student.pk)
    if kind != EventKind.ATTENDED:
        # Who waits for a time to come goes on waiting: nothing was booked for them.
        end_by_booking(booking, by=by, now=now)
    return booking


def _after_collision(order: Order, error: IntegrityError) -> Booking:
    """The database's guard has refused: find out for whom, and say it as a domain error.

    Raises the error itself when it comes from anything but our guards.
    """
    earlier = find_earlier(Booking, order)
    if earlier is not None:
        return earlier
    if not comes_from_a_guard(error):
        raise error
    raise why_lost(order) from error
