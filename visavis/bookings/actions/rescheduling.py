"""Move a booking to another time: the new time is taken and the old one released, or neither."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from visavis.availability.models import Location
from visavis.bookings.actions.booking import (
    Order,
    find_seat,
    free_seat,
    make_appointment,
    providers_part,
    request_expiry,
    with_alternatives,
)
from visavis.bookings.deadlines import check_move
from visavis.bookings.entries import end_by_booking
from visavis.bookings.enums import OPEN, EventKind
from visavis.bookings.errors import NotOpen, SlotTaken
from visavis.bookings.events import party, tell
from visavis.bookings.expiry import people_of_expired, release_expired, settle_appointment
from visavis.bookings.freed import announce
from visavis.bookings.guards import comes_from_a_guard
from visavis.bookings.models import Appointment, Booking
from visavis.bookings.openings import Question, question_for_start
from visavis.bookings.states import change_seat, has_expired
from visavis.core.history import Actor
from visavis.core.turns import turn_to_write
from visavis.people.actions import touch_time
from visavis.people.models import Provider
from visavis.people.queries import lock_people


@dataclass(frozen=True)
class Target:
    """Where a booking is moved to: a start (aware UTC), the provider, the place.

    Without a place the first that admits it. `seen` is the appointment's id as whoever asks last
    saw it: a booking that somebody has moved meanwhile is not moved on from where nobody looked.
    """

    start: datetime
    provider: Provider
    location: Location | None = None
    seen: int | None = None


def reschedule(booking: Booking, target: Target, *, by: Actor, now: datetime) -> Booking:
    """Move the booking; it keeps its public id, its answers and its key. `now` is aware.

    1. Lock the student, the former and the new provider, in ascending id; then the places.
    2. Ask every rule as for a booking, of rows as they are now, the booking's own time left out.
    3. Write the new seat, give the old one back, tell of it: one transaction.

    Confirmed at once, or requested anew, as the format says. What is there already stays as it is,
    and nothing is told. Raises SlotTaken with the nearest other times, Refused with the first rule
    that says no, and NotOpen for a booking that is over, was ended, has been moved meanwhile, or
    may no longer be moved by the student; then nothing is written and the old time stays.
    """
    question_for_start(_question(booking, target, now), target.start)
    try:
        with turn_to_write(), transaction.atomic():
            return _move(booking, target, by=by, now=now)
    except IntegrityError as error:
        if not comes_from_a_guard(error):
            raise
        taken = SlotTaken(_("That time was just taken."))
        raise with_alternatives(_order(booking, target, now), taken) from error
    except SlotTaken as refusal:
        # Other times are looked for outside the transaction: nobody waits for them under a lock.
        raise with_alternatives(_order(booking, target, now), refusal) from None


def _move(booking: Booking, target: Target, *, by: Actor, now: datetime) -> Booking:
    former = booking.appointment.provider.user_id
    people = {booking.student_id, former, target.provider.user_id}
    lock_people(people_of_expired(people, now))
    row = _read(booking, former)
    if row.state in OPEN and not has_expired(row, now) and _is_there(row, target):
        return row
    if target.seen is not None and row.appointment_id != target.seen:
        raise NotOpen(_("This meeting was moved meanwhile. Look at it again."))
    check_move(row, by=party(by, row), now=now)
    released = release_expired(people, now)
    order, location, joined = find_seat(_order(row, target, now), by=by, now=now)
    data = {**_former(row), "by": party(by, row)}
    _take(row, order, joined or make_appointment(order, location, now), joined, now)
    # Confirmed as before, or a request that waits for an answer.
    tell(row, EventKind.MOVED, by=by, now=now, data=data | {"state": row.state})
    end_by_booking(row, by=by, now=now)
    announce(row.appointment.community_id)
    touch_time(*released.people, *people)
    return row


def _read(booking: Booking, former: int) -> Booking:
    """The booking's row under its people's locks. Raises NotOpen when those are others by now."""
    row = Booking.objects.select_related(
        "student",
        "appointment__provider__user",
        "appointment__community",
        "appointment__service",
        "appointment__format",
        "appointment__location",
    ).get(pk=booking.pk)
    if row.appointment.provider.user_id != former:
        raise NotOpen(_("This meeting was moved meanwhile. Look at it again."))
    return row


def _question(booking: Booking, target: Target, now: datetime) -> Question:
    appointment = booking.appointment
    return Question(
        community=appointment.community,
        service=appointment.service,
        format=appointment.format,
        first=now.date(),
        days=1,
        now=now,
        student=booking.student,
        provider=target.provider,
        location=target.location,
        moving=booking,
    )


def _order(booking: Booking, target: Target, now: datetime) -> Order:
    return Order(_question(booking, target, now), target.start, booking.idempotency_key)


def _is_there(booking: Booking, target: Target) -> bool:
    appointment = booking.appointment
    return (
        appointment.start == target.start
        and appointment.provider_id == target.provider.pk
        and target.location in (None, appointment.location)
    )


def _former(booking: Booking) -> dict[str, object]:
    """Where the booking was: as JSON, people and places by their names then."""
    appointment = booking.appointment
    return {
        "from_start": appointment.start.isoformat(),
        "from_end": appointment.end.isoformat(),
        "from_provider": str(appointment.provider),
        "from_provider_id": appointment.provider_id,
        "from_location": appointment.location.name,
        "from_location_id": appointment.location_id,
        "from_appointment_id": appointment.pk,
    }


def _take(
    booking: Booking,
    order: Order,
    appointment: Appointment,
    joined: Appointment | None,
    now: datetime,
) -> None:
    """Write the new seat with its parts of time, and give the old one back."""
    left = booking.appointment_id
    seat = 1 if joined is None else free_seat(joined)
    expires = None if order.question.format.auto_confirm else request_expiry(order, now)
    change_seat(booking, appointment, seat, expires_at=expires, now=now)
    settle_appointment(left, now)
    if joined is None:
        providers_part(order, booking).save()
    else:
        settle_appointment(joined.pk, now)
