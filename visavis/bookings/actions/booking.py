"""Book: lock, look again, write, and let the database's own guard have the last word."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from visavis.availability.models import Location
from visavis.bookings.answers import GivenAnswer, keep_answers
from visavis.bookings.entries import end_by_booking
from visavis.bookings.enums import (
    SEATED,
    BookingState,
    CommitmentPart,
    EventKind,
    HoldState,
)
from visavis.bookings.errors import Refused, SlotTaken
from visavis.bookings.events import tell
from visavis.bookings.expiry import people_of_expired, release_expired, settle_appointment
from visavis.bookings.guards import comes_from_a_guard
from visavis.bookings.holds import end_hold
from visavis.bookings.models import Appointment, Booking, Commitment, Hold, Series
from visavis.bookings.openings import (
    Question,
    Verdict,
    ask,
    explain,
    question_for_start,
    reread,
)
from visavis.bookings.refusals import sentence
from visavis.bookings.taken import active_commitments, buffers, joinable_appointments
from visavis.core.history import Actor
from visavis.core.turns import turn_to_write
from visavis.engine.world import Reason, Refusal
from visavis.people.actions import touch_time
from visavis.people.models import Provider, User
from visavis.people.queries import lock_people

Made = TypeVar("Made", Booking, Series)
TAKEN = (Reason.PROVIDER_BUSY, Reason.LOCATION_FULL)


@dataclass(frozen=True)
class Order:
    """What a student wants booked: a question that names the provider, and a start (aware UTC).

    `idempotency_key` is one intention: booked again under the same key, the same booking comes.
    """

    question: Question
    start: datetime
    idempotency_key: str
    answers: Sequence[GivenAnswer] = ()

    @property
    def provider(self) -> Provider:
        if self.question.provider is None:
            raise ValueError("A booking needs its provider.")
        return self.question.provider

    @property
    def student(self) -> User:
        if self.question.student is None:
            raise ValueError("A booking needs its student.")
        return self.question.student

    @property
    def end(self) -> datetime:
        return self.start + timedelta(minutes=self.question.format.minutes)


def book(order: Order, *, by: Actor, now: datetime) -> Booking:
    """Book the start, confirmed at once or requested as the format says; `now` is aware.

    1. Lock provider and student, in ascending id; where the provider's time is gone, no more.
    2. Lock the places that can be full. Give back what has expired, read every row again, ask
       every rule of them.
    3. Write seat, commitments, answers, event and history in the same transaction.

    Raises SlotTaken, with the nearest other times, when the provider's or the place's time is gone,
    Refused with the first rule that says no otherwise, and NotFound for what was deleted
    meanwhile; then nothing is written.
    """
    question_for_start(order.question, order.start)  # refuses what lies beyond all calendars
    try:
        with turn_to_write(), transaction.atomic():
            return _book(order, by=by, now=now)
    except IntegrityError as error:
        return _after_collision(order, error)
    except SlotTaken as refusal:
        # Other times are looked for outside the transaction: nobody waits for them under a lock.
        raise with_alternatives(order, refusal) from None


def _book(order: Order, *, by: Actor, now: datetime) -> Booking:
    _lock(order, now)
    earlier = find_earlier(Booking, order)
    if earlier is not None:
        return earlier
    order, location, released = _admit(order, now)
    use_hold(order, location, by=by, now=now)
    joined = find_joinable(order, location, now)
    booking = _take_seat(order, joined or make_appointment(order, location, now), joined, now)
    keep_answers([booking], order.answers)
    kind = EventKind.REQUESTED if booking.expires_at else EventKind.CONFIRMED
    tell(booking, kind, by=by, now=now)
    end_by_booking(booking, by=by, now=now)
    touch_time(*released, order.provider.user_id, order.student.pk)
    return booking


def admit(order: Order, now: datetime) -> tuple[Order, Location, set[int]]:
    """Lock, and ask every rule of rows as they are now: what a hold and a booking both begin with.

    Returns the order over rows read anew, the place, and whose taken time has changed. Raises as
    `book` does, without other times. Call it in a transaction.
    """
    _lock(order, now)
    return _admit(order, now)


def _lock(order: Order, now: datetime) -> None:
    lock_people(people_of_expired({order.provider.user_id, order.student.pk}, now))


def _admit(order: Order, now: datetime) -> tuple[Order, Location, set[int]]:
    _refuse_taken(order, now)
    lock_places(order)
    released = release_expired({order.provider.user_id, order.student.pk}, now)
    order = replace(order, question=reread(order.question, now=now))
    return order, _admitted_location(order), released.people


def use_hold(order: Order, location: Location, *, by: Actor, now: datetime) -> None:
    """The time that was held for exactly this booking is held no more: it is being booked."""
    use_holds(order, location, [order.start], by=by, now=now)


def use_holds(
    order: Order, location: Location, starts: Sequence[datetime], *, by: Actor, now: datetime
) -> None:
    """`use_hold` at each of these starts, in one read."""
    for hold in _own_holds(order, location, starts, now):
        end_hold(hold, HoldState.USED, by=by, now=now)


def own_hold(order: Order, location: Location, now: datetime) -> Hold | None:
    """The hold by which exactly this is kept for the order's student at `now`."""
    return _own_holds(order, location, [order.start], now).first()


def _own_holds(
    order: Order, location: Location, starts: Sequence[datetime], now: datetime
) -> QuerySet[Hold]:
    held = Hold.objects.filter(
        state=HoldState.OPEN,
        student=order.student,
        provider=order.provider,
        start__in=starts,
        service=order.question.service,
        format=order.question.format,
        location=location,
        expires_at__gt=now,
    )
    return held.select_related("provider", "student")


def _refuse_taken(order: Order, now: datetime) -> None:
    """Raises SlotTaken when the provider has something else then; a group's meeting may be joined.

    Of thirty who want one time all but the first come to this: each holds the lock for one query,
    and no other rule is asked.
    """
    if order.question.format.is_group:
        return
    community = order.question.community
    theirs = active_commitments(now).filter(
        Q(hold=None) | ~Q(hold__student=order.student), person_id=order.provider.user_id
    )
    then = theirs.filter(start__lt=order.end, end__gt=order.start)
    where = list(then.values_list("community_id", "part"))
    if where:
        here = [part for place, part in where if place == community.pk]
        data = {} if here else {"elsewhere": True}
        if here and set(here) == {CommitmentPart.HOLD}:
            data = {"held": True}
        refusal = Refusal(Reason.PROVIDER_BUSY, data)
        raise SlotTaken(sentence(refusal, community), refusals=[refusal])


def find_earlier(made: type[Made], order: Order) -> Made | None:
    """What was made under the order's key. Raises Refused when it is another student's."""
    found = made.objects.filter(idempotency_key=order.idempotency_key).first()
    if found is not None and found.student_id != order.student.pk:
        raise Refused(
            _("This form was sent by somebody else. Begin again."), code="idempotency_key_reused"
        )
    return found


def lock_places(order: Order) -> None:
    """Lock, in ascending id, the places whose room must be counted; others need no lock."""
    question = order.question
    # Asked of the rows: one that was read before may have become limited since.
    limited = Location.objects.filter(capacity__isnull=False)
    if question.location is not None:
        limited = limited.filter(pk=question.location.pk)
    else:
        kinds = question.format.meeting_kinds
        limited = limited.filter(community=question.community, archived_at=None, kind__in=kinds)
    list(limited.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def _admitted_location(order: Order) -> Location:
    """The place where the meeting can be: the one asked for, or the first that admits it."""
    verdicts = explain(question_for_start(order.question, order.start), order.start)
    for verdict in verdicts:
        if not verdict.refusals:
            return verdict.location
    raise _refusal(order, verdicts)


def _refusal(order: Order, verdicts: Sequence[Verdict]) -> Refused:
    """The refusal that helps most: of the place at which the fewest rules say no."""
    community = order.question.community
    if not verdicts:
        return Refused(
            _("%(community)s has no place for “%(format)s” yet.")
            % {"community": community.name, "format": order.question.format.name},
            code=Reason.LOCATION_NOT_ADMITTED,
        )
    refusals = min((verdict.refusals for verdict in verdicts), key=len)
    for refusal in refusals:
        if refusal.code in TAKEN:
            return SlotTaken(sentence(refusal, community), refusals=refusals)
    first = refusals[0]
    return Refused(sentence(first, community), code=first.code, refusals=refusals)


def find_joinable(order: Order, location: Location, now: datetime) -> Appointment | None:
    """The appointment of a group that begins then and there and has a seat left."""
    question = order.question
    if not question.format.is_group:
        return None
    found: Appointment | None = (
        joinable_appointments(question.format, [order.provider.pk], now)
        .filter(start=order.start, service=question.service, location=location)
        .first()
    )
    return found


def make_appointment(order: Order, location: Location, now: datetime) -> Appointment:
    """A new appointment for the order, without anybody on it yet."""
    question = order.question
    return Appointment.objects.create(
        community=question.community,
        provider=order.provider,
        service=question.service,
        format=question.format,
        location=location,
        start=order.start,
        end=order.end,
        capacity=question.format.capacity,
        created_at=now,
    )


def _take_seat(
    order: Order, appointment: Appointment, joined: Appointment | None, now: datetime
) -> Booking:
    """Write the seat with the student's part; with a new appointment, the provider's part too."""
    confirmed = order.question.format.auto_confirm
    booking = Booking.objects.create(
        appointment=appointment,
        student=order.student,
        seat=1 if joined is None else free_seat(joined),
        state=BookingState.CONFIRMED if confirmed else BookingState.REQUESTED,
        expires_at=None if confirmed else request_expiry(order, now),
        idempotency_key=order.idempotency_key,
        created_at=now,
        changed_at=now,
    )
    students = part_of(booking, order.student, CommitmentPart.STUDENT)
    if joined is None:
        Commitment.objects.bulk_create([providers_part(order, booking), students])
    else:
        students.save()
        settle_appointment(joined.pk, now)
    return booking


def request_expiry(order: Order, now: datetime) -> datetime:
    """When an unanswered request runs out: after the community's hours, or when it would begin."""
    hours = order.question.community.request_expires_hours
    return min(now + timedelta(hours=hours), order.start)


def free_seat(appointment: Appointment) -> int:
    """The first seat that nobody has."""
    taken = set(
        Booking.objects.filter(appointment=appointment, state__in=SEATED).values_list(
            "seat", flat=True
        )
    )
    return next(seat for seat in range(1, appointment.capacity + 2) if seat not in taken)


def part_of(booking: Booking, person: User, part: CommitmentPart) -> Commitment:
    """A person's part in the booking's appointment, not yet saved."""
    appointment = booking.appointment
    return Commitment(
        person=person,
        community_id=appointment.community_id,
        part=part,
        start=appointment.start,
        end=appointment.end,
        status=booking.state,
        expires_at=booking.expires_at,
        appointment=appointment,
        booking=booking if part == CommitmentPart.STUDENT else None,
    )


def providers_part(order: Order, booking: Booking) -> Commitment:
    """The provider's part: written once for an appointment, by whoever comes first."""
    part = part_of(booking, order.provider.user, CommitmentPart.PROVIDER)
    before, after = buffers(order.question.community, order.question.format)
    part.buffer_before_minutes, part.buffer_after_minutes = before, after
    return part


def _after_collision(order: Order, error: IntegrityError) -> Booking:
    """The database's guard has refused: find out for whom, and say it as a domain error.

    Raises the error itself when it comes from anything but our guards.
    """
    earlier = find_earlier(Booking, order)
    if earlier is not None:
        return earlier
    if not comes_from_a_guard(error):
        raise error
    raise _why_lost(order) from error


def _why_lost(order: Order) -> Refused:
    """Why a time that somebody else has got is not offered, with the nearest others."""
    verdicts = explain(question_for_start(order.question, order.start), order.start)
    if verdicts and all(verdict.refusals for verdict in verdicts):
        refusal = _refusal(order, verdicts)
    else:
        refusal = SlotTaken(_("That time was just taken."))
    return with_alternatives(order, refusal) if isinstance(refusal, SlotTaken) else refusal


def find_seat(
    order: Order, *, by: Actor, now: datetime
) -> tuple[Order, Location, Appointment | None]:
    """The order over rows read anew, its place, and the meeting of a group that it would join.

    Under the people's locks, for a booking that takes another seat. Raises as `book` does.
    """
    lock_places(order)
    order = replace(order, question=reread(order.question, now=now))
    location = _admitted_location(order)
    use_hold(order, location, by=by, now=now)
    return order, location, find_joinable(order, location, now)


def with_alternatives(order: Order, refusal: SlotTaken) -> SlotTaken:
    """The refusal with the nearest other times."""
    near = ask(question_for_start(order.question, order.start, around=7)).nearest(order.start)
    return SlotTaken(refusal.message, refusals=refusal.refusals, alternatives=near)
