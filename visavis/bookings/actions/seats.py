"""The seat of a booking: on a new appointment or a group's, with the time that both people give."""

from datetime import datetime, timedelta

from visavis.availability.models import Location
from visavis.bookings.enums import BookingState, CommitmentPart
from visavis.bookings.expiry import settle_appointment
from visavis.bookings.models import Appointment, Booking, Commitment
from visavis.bookings.orders import Order
from visavis.bookings.seats import begun_appointments, free_seat, joinable_appointments
from visavis.bookings.taken import buffers
from visavis.core.inserting import insert
from visavis.people.models import User


def find_joinable(order: Order, location: Location, now: datetime) -> Appointment | None:
    """The appointment of a group that begins then and there and has a seat left for the student.

    What is entered afterwards joins the group that has met. Look before a hold is used: who books
    the only seat that was held joins that meeting.
    """
    question = order.question
    if not question.format.is_group:
        return None
    groups = begun_appointments if order.has_happened else joinable_appointments
    found: Appointment | None = (
        groups(question.format, [order.provider.pk], now, student=order.student)
        .filter(start=order.start, service=question.service, location=location)
        .first()
    )
    return found


def make_appointment(order: Order, location: Location, now: datetime) -> Appointment:
    """A new appointment for the order, without anybody on it yet."""
    question = order.question
    made = Appointment(
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
    insert(made)
    return made


def take_seat(
    order: Order, appointment: Appointment, joined: Appointment | None, now: datetime
) -> Booking:
    """Write the seat with the student's part; with a new appointment, the provider's part too.

    Under an override nobody is asked: it is confirmed.
    """
    confirmed = order.question.format.auto_confirm or order.override is not None
    booking = Booking(
        appointment=appointment,
        student=order.student,
        seat=1 if joined is None else free_seat(joined),
        state=BookingState.CONFIRMED if confirmed else BookingState.REQUESTED,
        expires_at=None if confirmed else request_expiry(order, now),
        idempotency_key=order.idempotency_key,
        created_at=now,
        changed_at=now,
    )
    insert(booking)
    students = part_of(booking, order.student, CommitmentPart.STUDENT)
    if joined is None:
        insert(providers_part(order, booking), students)
    else:
        insert(students)
        settle_appointment(joined.pk, now)
    return booking


def request_expiry(order: Order, now: datetime) -> datetime:
    """When an unanswered request runs out: after the community's hours, or when it would begin."""
    hours = order.question.community.request_expires_hours
    return min(now + timedelta(hours=hours), order.start)


def part_of(booking: Booking, person: User, part: CommitmentPart) -> Commitment:
    """A person's part in the booking's appointment, not yet saved."""
    appointment = booking.appointment
    is_students = part == CommitmentPart.STUDENT
    return Commitment(
        person_id=person.pk,
        community_id=appointment.community_id,
        part=part,
        start=appointment.start,
        end=appointment.end,
        status=booking.state,
        expires_at=booking.expires_at,
        appointment_id=appointment.pk,
        booking_id=booking.pk if is_students else None,
        seat=booking.seat if is_students else None,
    )


def providers_part(order: Order, booking: Booking) -> Commitment:
    """The provider's part: written once for an appointment, by whoever comes first."""
    part = part_of(booking, order.provider.user, CommitmentPart.PROVIDER)
    before, after = buffers(order.question.community, order.question.format)
    part.buffer_before_minutes, part.buffer_after_minutes = before, after
    return part
