"""Take a change of hours back, and what it did to meetings as far as it can be."""

from dataclasses import dataclass
from datetime import datetime

from visavis.availability.models import HoursChange
from visavis.availability.undoing import undo_change
from visavis.bookings.enums import BookingState, EventKind
from visavis.bookings.models import Booking
from visavis.bookings.queries import WITH_ALL
from visavis.changes.fates import HOURS, Decision, Scope, change_measured
from visavis.changes.rules import check_may_undo
from visavis.core.history import Actor


@dataclass(frozen=True)
class Undone:
    """What was taken back; whose meetings stay after all; which were cancelled, and stay so."""

    change: HoursChange
    withdrawn: list[Booking]
    lost: list[Booking]


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
    return Undone(outcome.result, outcome.withdrawn, cancelled_by(change, now))


def cancelled_by(change: HoursChange, now: datetime) -> list[Booking]:
    """The meetings that were cancelled with the change and would still be to come, by time."""
    rows = Booking.objects.filter(
        events__batch=change.batch,
        events__kind=EventKind.CANCELLED,
        state=BookingState.CANCELLED,
        appointment__start__gt=now,
    )
    return list(rows.select_related("student", *WITH_ALL).order_by("appointment__start", "pk"))
