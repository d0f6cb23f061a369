"""How a hold ends: booked, let go, or run out."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from visavis.availability.models import Location
from visavis.bookings.entries import settle_offer
from visavis.bookings.enums import CommitmentStatus, HoldState
from visavis.bookings.models import Commitment, Hold
from visavis.bookings.orders import Order
from visavis.core import history
from visavis.core.history import Actor
from visavis.core.prepared import Blank, prepared, prepared_for

ENDED_AS = {
    HoldState.USED: CommitmentStatus.CANCELLED,
    HoldState.RELEASED: CommitmentStatus.CANCELLED,
    HoldState.EXPIRED: CommitmentStatus.EXPIRED,
    HoldState.WITHDRAWN: CommitmentStatus.CANCELLED,
}
HOLD_VERBS = {
    HoldState.USED: "booked the held time",
    HoldState.RELEASED: "let the held time go",
    HoldState.EXPIRED: "held time expired",
    HoldState.WITHDRAWN: "withdrew the held time",
}


def end_hold(hold: Hold, state: HoldState, *, by: Actor, now: datetime) -> None:
    """Give the held time back and write down how it ended.

    The caller has locked the provider's and the student's person, touches the provider's time, and
    settles the appointment in which a seat was held.
    """
    hold.state, hold.changed_at = state, now
    hold.save(update_fields=["state", "changed_at"])
    Commitment.objects.filter(pk=hold.commitment_id).update(status=ENDED_AS[state], expires_at=None)
    history.record(
        by,
        HOLD_VERBS[state],
        hold,
        community_id=hold.provider.community_id,
        after={"state": state.value},
    )
    settle_offer(hold, by=by, now=now)


def use_hold(order: Order, location: Location, *, by: Actor, now: datetime) -> None:
    """The time that was held for exactly this booking is held no more: it is being booked."""
    use_holds(order, location, [order.start], by=by, now=now)


def use_holds(
    order: Order, location: Location, starts: Sequence[datetime], *, by: Actor, now: datetime
) -> None:
    """`use_hold` at each of these starts, in one read."""
    for hold in _own_holds(order, location, starts, now):
        end_hold(hold, HoldState.USED, by=by, now=now)
    if order.override is not None:
        let_holds_go(order, by=by, now=now)


def let_holds_go(order: Order, *, by: Actor, now: datetime) -> None:
    """What is held for the order's student of its provider's time is let go: they meet then."""
    held = Hold.objects.filter(
        student=order.student,
        provider=order.provider,
        state=HoldState.OPEN,
        start__lt=order.end,
        end__gt=order.start,
        expires_at__gt=now,
    )
    for hold in held.select_related("provider").order_by("pk"):
        end_hold(hold, HoldState.RELEASED, by=by, now=now)


def own_hold(order: Order, location: Location, now: datetime) -> Hold | None:
    """The hold by which exactly this is kept for the order's student at `now`."""
    return next(iter(_own_holds(order, location, [order.start], now)), None)


def _own_holds(
    order: Order, location: Location, starts: Sequence[datetime], now: datetime
) -> list[Hold]:
    asked = prepared(prepared_for("own holds", len(starts)), lambda: _open_holds(len(starts)))
    return asked.objects(
        student=order.student.pk,
        provider=order.provider.pk,
        starts=starts,
        service=order.question.service.pk,
        format=order.question.format.pk,
        location=location.pk,
        now=now,
    )


def _open_holds(count: int) -> QuerySet[Hold]:
    """What is held for somebody with somebody at one of so many starts; of Blanks."""
    return Hold.objects.filter(
        Blank.any_of("start", "starts", count),
        state=HoldState.OPEN,
        student_id=Blank("student"),
        provider_id=Blank("provider"),
        service_id=Blank("service"),
        format_id=Blank("format"),
        location_id=Blank("location"),
        expires_at__gt=Blank("now"),
    )
