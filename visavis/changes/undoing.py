"""Take a change of hours back, and what it did to meetings as far as it can be."""

from dataclasses import dataclass
from datetime import datetime

from visavis.availability.models import HoursChange
from visavis.availability.undoing import undo_change
from visavis.bookings.enums import OPEN, BookingState, EventKind
from visavis.bookings.models import Booking
from visavis.bookings.queries import WITH_ALL
from visavis.changes.fates import HOURS, Decision, Scope, change_measured
from visavis.changes.rules import check_may_undo
from visavis.core.history import Actor


@dataclass(frozen=True)
class Undone:
    """What was taken back, and whose meetings stay after all.

    `lost` were cancelled, and `handed_over` given to somebody else, with it; they stay so.
    """

    change: HoursChange
    withdrawn: list[Booking]
    lost: list[Booking]
    handed_over: list[Booking]


def undo_hours(change: HoursChange, decision: Decision, *, by: Actor, now: datetime) -> Undone:
    """Make the hours as they were, and withdraw the other times that were offered for them.

    Raises as `change_hours` does, and ChangedMeanwhile when they were changed again since.
    """
    provider = change.provider
    check_may_undo(change, by)
    outcome = change_measured(
        Scope(provider.community, provider),
        lambda: undo_change(change, by=by, now=now),
        decision,
        HOURS,
        by=by,
        now=now,
        takes_back=change.batch,
    )
    return Undone(
        outcome.result, outcome.withdrawn, cancelled_by(change, now), handed_over_by(change, now)
    )


def cancelled_by(change: HoursChange, now: datetime) -> list[Booking]:
    """The meetings that were cancelled with the change and would still be to come, by time."""
    rows = Booking.objects.filter(
        events__batch=change.batch,
        events__kind=EventKind.CANCELLED,
        state=BookingState.CANCELLED,
        appointment__start__gt=now,
    )
    return list(rows.select_related("student", *WITH_ALL).order_by("appointment__start", "pk"))


def handed_over_by(change: HoursChange, now: datetime) -> list[Booking]:
    """The meetings to come that somebody else was given with the change, and still gives, by time.

    What was only moved to another place is still given by the same person.
    """
    rows = Booking.objects.filter(
        events__batch=change.batch,
        events__kind=EventKind.MOVED,
        events__data__from_provider_id=change.provider_id,
        state__in=OPEN,
        appointment__start__gt=now,
    ).exclude(appointment__provider=change.provider_id)
    return list(rows.select_related("student", *WITH_ALL).order_by("appointment__start", "pk"))
