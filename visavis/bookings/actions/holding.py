"""Hold a time for one student until an instant, and let it go again."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from visavis.bookings.actions.booking import Order, admit, find_joinable, own_hold
from visavis.bookings.enums import CommitmentPart, CommitmentStatus, HoldPurpose, HoldState
from visavis.bookings.errors import NotOpen, Refused
from visavis.bookings.freed import announce
from visavis.bookings.holds import end_hold
from visavis.bookings.models import Commitment, Hold
from visavis.bookings.openings import question_for_start
from visavis.bookings.taken import buffers
from visavis.core import history
from visavis.core.history import Actor
from visavis.people.actions import touch_time
from visavis.people.queries import lock_people


def hold_time(
    order: Order, *, until: datetime, purpose: HoldPurpose, by: Actor, now: datetime
) -> Hold:
    """Keep the start for the order's student until `until`; instants are aware UTC.

    Every rule is asked as for a booking, the student's own too, and the same locks are taken. The
    hold ends when the meeting would begin at the latest. For everybody else the time is taken until
    then; the student finds it offered in the format, service and place it is held for. What is held
    so for them already stays as it is, until when it was.

    Raises SlotTaken when the time is gone, Refused with the first rule that says no otherwise.
    """
    question_for_start(order.question, order.start)  # refuses what lies beyond all calendars
    until = min(until, order.start)
    if until <= now:
        raise Refused(_("A time can be held only until a later instant."), code="hold_over")
    with transaction.atomic():
        order, location, released = admit(order, now)
        if find_joinable(order, location, now) is not None:
            raise Refused(
                _("A seat in a group that meets already is not held: it can be booked at once."),
                code="seat_not_held",
            )
        held = own_hold(order, location, now)
        if held is not None:
            return held
        commitment = _commitment(order, until)
        hold = Hold.objects.create(
            student=order.student,
            provider=order.provider,
            service=order.question.service,
            format=order.question.format,
            location=location,
            commitment=commitment,
            start=order.start,
            end=order.end,
            expires_at=until,
            purpose=purpose,
            created_at=now,
            changed_at=now,
        )
        touch_time(*released, order.provider.user_id)
        history.record(
            by,
            "held a time",
            hold,
            community_id=order.question.community.pk,
            after={"until": until.isoformat(), "purpose": purpose.value},
        )
    return hold


def _commitment(order: Order, until: datetime) -> Commitment:
    before, after = buffers(order.question.community, order.question.format)
    return Commitment.objects.create(
        person=order.provider.user,
        community=order.question.community,
        part=CommitmentPart.HOLD,
        start=order.start,
        end=order.end,
        buffer_before_minutes=before,
        buffer_after_minutes=after,
        status=CommitmentStatus.HELD,
        expires_at=until,
    )


def release_hold(hold: Hold, *, by: Actor, now: datetime) -> Hold:
    """Give a held time back before it runs out. Raises NotOpen when it is no longer held."""
    with transaction.atomic():
        lock_people({hold.student_id, hold.provider.user_id})
        row = Hold.objects.select_related("provider", "student").get(pk=hold.pk)
        if row.state != HoldState.OPEN or row.expires_at <= now:
            raise NotOpen(_("This time is no longer held."))
        end_hold(row, HoldState.RELEASED, by=by, now=now)
        touch_time(row.provider.user_id)
        announce(row.provider.community_id)
    return row
