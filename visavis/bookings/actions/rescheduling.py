"""Move a booking to another time: the new time is taken and the old one released, or neither."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from visavis.availability.models import Location
from visavis.bookings.absences import apply_rule, told_of_absence
from visavis.bookings.actions.admitting import find_seat
from visavis.bookings.actions.seats import (
    make_appointment,
    providers_part,
    request_expiry,
)
from visavis.bookings.deadlines import check_move, is_late
from visavis.bookings.entries import end_by_booking, end_by_heir
from visavis.bookings.enums import OPEN, BookingState, EventKind, HoldState
from visavis.bookings.errors import NotOpen, Refused, SlotTaken
from visavis.bookings.events import ADMIN, STUDENT, note_of_move, party, tell
from visavis.bookings.expiry import people_of_expired, release_expired, settle_appointment
from visavis.bookings.freed import announce
from visavis.bookings.guards import comes_from_a_guard
from visavis.bookings.models import Appointment, Booking, Hold
from visavis.bookings.openings import Question, question_for_start
from visavis.bookings.orders import AHEAD, Order, Override, with_alternatives
from visavis.bookings.proposals import is_offered, was_proposed_by_its_provider
from visavis.bookings.seats import free_seat
from visavis.bookings.states import change_seat, has_expired
from visavis.catalogue.models import AppointmentFormat
from visavis.core import measuring
from visavis.core.history import Actor
from visavis.core.troubles import again_on_conflict
from visavis.core.turns import turn_to_write
from visavis.people.actions import touch_time
from visavis.people.models import Provider
from visavis.people.queries import lock_people


@dataclass(frozen=True)
class Target:
    """Where a booking is moved to: a start (aware UTC), the provider, the place.

    Without a place the first that admits it; without a format it stays what it is. `seen` is the
    appointment's id as whoever asks last saw it: a booking that somebody has moved meanwhile is not
    moved on from where nobody looked. With an `override`, which needs a place, rules that say no
    are set aside.
    """

    start: datetime
    provider: Provider
    location: Location | None = None
    seen: int | None = None
    override: Override | None = None
    format: AppointmentFormat | None = None


@measuring.outcomes("bookings", action="move")
@again_on_conflict
def reschedule(
    booking: Booking, target: Target, *, by: Actor, reason: str = "", now: datetime
) -> Booking:
    """Move the booking; it keeps its public id, its answers and its key. `now` is aware.

    1. Lock the student, the former and the new provider, in ascending id; then the places.
    2. Ask every rule as for a booking, of rows as they are now, the booking's own time left out.
    3. Write the new seat, give the old one back, tell of it: one transaction.

    Confirmed at once, or requested anew, as the format says. A time that its own provider has
    proposed, or moves a confirmed meeting to, is agreed already; so is where the centre moves one,
    and what it moves under an override. `reason` is told to the student. A booking that is at this
    time already stays as it is, and nothing is told.

    Raises SlotTaken with the nearest other times, Refused with the first rule that says no, and
    NotOpen for a booking that is over, was ended, has been moved meanwhile, or may no longer be
    moved by the student; then nothing is written and the old time stays.
    """
    question_for_start(_question(booking, target, now), target.start)
    if target.override is not None and target.start > now + AHEAD:
        raise Refused(_("This is more than two years ahead. Check the date."), code="far_ahead")
    try:
        with turn_to_write(), transaction.atomic():
            return _move(booking, target, by=by, reason=reason, now=now)
    except IntegrityError as error:
        if not comes_from_a_guard(error):
            raise
        taken = SlotTaken(_("That time was just taken."))
        raise with_alternatives(_order(booking, target, now), taken) from error
    except SlotTaken as refusal:
        # Other times are looked for outside the transaction: nobody waits for them under a lock.
        raise with_alternatives(_order(booking, target, now), refusal) from None


def _move(booking: Booking, target: Target, *, by: Actor, reason: str, now: datetime) -> Booking:
    former = booking.appointment.provider.user_id
    people = {booking.student_id, former, target.provider.user_id}
    lock_people(people_of_expired(people, now))
    row = lock_and_read(booking, former)
    if row.state in OPEN and not has_expired(row, now) and _is_there(row, target):
        return row
    if target.seen is not None and row.appointment_id != target.seen:
        raise NotOpen(_("This meeting was moved meanwhile. Look at it again."))
    offered = is_offered(row, start=target.start, provider=target.provider, now=now)
    check_move(row, by=party(by, row), now=now, is_offered=offered)
    released = release_expired(people, now)
    late = _is_late(row, target, by=by, now=now)
    order, location, joined = find_seat(_order(row, target, now), by=by, now=now)
    was, moved_by = (row.appointment.start, row.appointment.provider_id), party(by, row)
    data = {**former_data(row, target.format), "by": moved_by, "late": late}
    if late:
        data |= _note_late(row, now)
    expires = None if _is_agreed(row, target, by=by) else request_expiry(order, now)
    take_seat_at(row, order, joined, location, expires_at=expires, now=now)
    # Confirmed as before, or a request that waits for an answer.
    data |= {"state": row.state}
    note = note_of_move(row, was, by=moved_by, note=order.note)
    tell(row, EventKind.MOVED, by=by, now=now, reason=reason, data=data, note=note)
    if late and row.appointment.community.late_moves_count:
        apply_rule(row, now=now)
    # At the time at which they had it already nobody has got what they wait for.
    if was[0] != target.start or "from_format" in data:
        end_by_booking(row, by=by, now=now)
    elif row.appointment.provider.user_id != former:
        end_by_heir(row, by=by, now=now)
    announce(row.appointment.community_id)
    touch_time(*released.people, *people)
    return row


def lock_and_read(booking: Booking, former: int) -> Booking:
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
        format=target.format or appointment.format,
        first=now.date(),
        days=1,
        now=now,
        student=booking.student,
        provider=target.provider,
        location=target.location,
        moving=booking,
    )


def _order(booking: Booking, target: Target, now: datetime) -> Order:
    question = _question(booking, target, now)
    return Order(question, target.start, booking.idempotency_key, override=target.override)


def _is_there(booking: Booking, target: Target) -> bool:
    appointment = booking.appointment
    return (
        appointment.start == target.start
        and appointment.provider_id == target.provider.pk
        and target.location in (None, appointment.location)
        and target.format in (None, appointment.format)
    )


def former_data(booking: Booking, format_: AppointmentFormat | None = None) -> dict[str, object]:
    """Where the booking was: as JSON, people and places by their names then.

    And in which format, if `format_` is another one that it gets.
    """
    appointment = booking.appointment
    other = format_ not in (None, appointment.format)
    return {
        **({"from_format": appointment.format.name} if other else {}),
        "from_start": appointment.start.isoformat(),
        "from_end": appointment.end.isoformat(),
        "from_provider": str(appointment.provider),
        "from_provider_id": appointment.provider_id,
        "from_location": appointment.location.name,
        "from_location_id": appointment.location_id,
        "from_appointment_id": appointment.pk,
    }


def _is_late(row: Booking, target: Target, *, by: Actor, now: datetime) -> bool:
    """Whether the student moves it late: not to another place, nor to what was held for them."""
    if party(by, row) != STUDENT or not is_late(row, now):
        return False
    now_with = row.appointment.start, row.appointment.provider_id
    if now_with == (target.start, target.provider.pk):
        return False
    held = Hold.objects.filter(
        state=HoldState.OPEN,
        student=row.student,
        provider=target.provider,
        start=target.start,
        expires_at__gt=now,
    )
    return not held.exists()


def _is_agreed(row: Booking, target: Target, *, by: Actor) -> bool:
    """Whether nobody has to be asked about the new time, or place."""
    format_ = target.format or row.appointment.format
    if format_.auto_confirm or target.override is not None:
        return True
    if row.state != BookingState.CONFIRMED:
        return False
    return by.id == target.provider.user_id or party(by, row) == ADMIN


def _note_late(row: Booking, now: datetime) -> dict[str, object]:
    """Write down from when it was moved; what is told where that is an absence."""
    row.moved_late_from, row.excused_at = row.appointment.start, None
    row.save(update_fields=["moved_late_from", "excused_at"])
    counts = row.appointment.community.late_moves_count
    return told_of_absence(row, now) if counts else {}


def take_seat_at(
    booking: Booking,
    order: Order,
    joined: Appointment | None,
    location: Location,
    *,
    expires_at: datetime | None,
    now: datetime,
) -> None:
    """Write the new seat with its parts of time, and give the old one back.

    Requested until `expires_at`, unless that is None or the time's own provider has proposed it.
    """
    left = booking.appointment_id
    appointment = joined or make_appointment(order, location, now)
    seat = 1 if joined is None else free_seat(joined)
    was_proposed = was_proposed_by_its_provider(booking, appointment, now)
    expires = None if was_proposed else expires_at
    change_seat(booking, appointment, seat, expires_at=expires, now=now)
    settle_appointment(left, now)
    if joined is None:
        providers_part(order, booking).save()
    else:
        settle_appointment(joined.pk, now)
