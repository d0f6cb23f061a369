"""Hold a time for one student until an instant, and let it go again."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from visavis.availability.models import Location
from visavis.bookings.actions.admitting import admit
from visavis.bookings.actions.seats import find_joinable, make_appointment
from visavis.bookings.enums import CommitmentPart, CommitmentStatus, HoldPurpose, HoldState
from visavis.bookings.errors import NotOpen, Refused
from visavis.bookings.expiry import settle_appointment
from visavis.bookings.freed import announce
from visavis.bookings.holds import end_hold, own_hold
from visavis.bookings.models import Appointment, Commitment, Hold
from visavis.bookings.openings import question_for_start
from visavis.bookings.orders import Order
from visavis.bookings.seats import free_seat
from visavis.bookings.taken import buffers
from visavis.core import history, measuring
from visavis.core.history import Actor
from visavis.core.troubles import again_on_conflict
from visavis.people.actions import touch_time
from visavis.people.queries import lock_people


@measuring.outcomes("bookings", action="hold")
@again_on_conflict
def hold_time(
    order: Order, *, until: datetime, purpose: HoldPurpose, by: Actor, now: datetime
) -> Hold:
    """Keep the start for the order's student until `until`; instants are aware UTC.

    Every rule is asked as for a booking, the student's own too, and the same locks are taken. The
    hold ends when the meeting would begin at the latest. For everybody else the time is taken until
    then; the student finds it offered in the format, service and place it is held for. Of a group a
    seat is held, in a meeting that is made if nobody meets then yet: the other seats stay free.
    What is held so for them already stays as it is, until when it was.

    Raises SlotTaken when the time is gone, Refused with the first rule that says no otherwise.
    """
    question_for_start(order.question, order.start)  # refuses what lies beyond all calendars
    until = min(until, order.start)
    if until <= now:
        raise Refused(_("A time can be held only until a later instant."), code="hold_over")
    with transaction.atomic():
        admitted = admit(order, now)
        order, location = admitted.order, admitted.location
        hold = own_hold(order, location, now)
        if hold is None:
            commitment = _keep(order, location, until, now)
            hold = _write(order, location, commitment, purpose=purpose, by=by, now=now)
        touch_time(*admitted.touched, order.provider.user_id)
    return hold


def _keep(order: Order, location: Location, until: datetime, now: datetime) -> Commitment:
    """Take the provider's time, or a seat of a group, until then; nobody else's."""
    if order.question.format.is_group:
        return _keep_seat(order, location, until, now)
    return _keep_provider(order, until, CommitmentPart.HOLD)


def _keep_provider(
    order: Order, until: datetime, part: CommitmentPart, appointment: Appointment | None = None
) -> Commitment:
    before, after = buffers(order.question.community, order.question.format)
    return Commitment.objects.create(
        person=order.provider.user,
        community=order.question.community,
        part=part,
        start=order.start,
        end=order.end,
        buffer_before_minutes=before,
        buffer_after_minutes=after,
        status=CommitmentStatus.HELD,
        expires_at=until,
        appointment=appointment,
    )


def _keep_seat(order: Order, location: Location, until: datetime, now: datetime) -> Commitment:
    joined = find_joinable(order, location, now)
    appointment = joined or make_appointment(order, location, now)
    seat = Commitment.objects.create(
        person=order.student,
        community=order.question.community,
        part=CommitmentPart.HOLD,
        start=appointment.start,
        end=appointment.end,
        status=CommitmentStatus.SEAT_HELD,
        expires_at=until,
        appointment=appointment,
        seat=1 if joined is None else free_seat(joined),
    )
    if joined is None:
        _keep_provider(order, until, CommitmentPart.PROVIDER, appointment)
    else:
        settle_appointment(joined.pk, now)
    return seat


def _write(
    order: Order,
    location: Location,
    commitment: Commitment,
    *,
    purpose: HoldPurpose,
    by: Actor,
    now: datetime,
) -> Hold:
    question, until = order.question, commitment.expires_at or order.start
    hold = Hold.objects.create(
        student=order.student,
        provider=order.provider,
        service=question.service,
        format=question.format,
        location=location,
        commitment=commitment,
        start=commitment.start,
        end=commitment.end,
        expires_at=until,
        purpose=purpose,
        created_at=now,
        changed_at=now,
    )
    history.record(
        by,
        "held a time",
        hold,
        community_id=question.community.pk,
        after={"until": until.isoformat(), "purpose": purpose.value},
    )
    return hold


def release_hold(hold: Hold, *, by: Actor, now: datetime) -> Hold:
    """Give a held time back before it runs out. Raises NotOpen when it is no longer held."""
    return _give_back(hold, HoldState.RELEASED, by=by, now=now)


def withdraw_hold(hold: Hold, *, by: Actor, now: datetime) -> Hold:
    """Give back a held time that cannot be booked any more; who waits for it is told.

    Raises NotOpen when it is no longer held.
    """
    return _give_back(hold, HoldState.WITHDRAWN, by=by, now=now)


@again_on_conflict
def _give_back(hold: Hold, state: HoldState, *, by: Actor, now: datetime) -> Hold:
    with transaction.atomic():
        lock_people({hold.student_id, hold.provider.user_id})
        row = Hold.objects.select_related("provider", "student", "commitment").get(pk=hold.pk)
        if row.state != HoldState.OPEN or row.expires_at <= now:
            raise NotOpen(_("This time is no longer held."))
        end_hold(row, state, by=by, now=now)
        if row.commitment.appointment_id is not None:
            settle_appointment(row.commitment.appointment_id, now)
        touch_time(row.provider.user_id)
        announce(row.provider.community_id)
    return row
