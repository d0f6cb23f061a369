"""How a waitlist entry changes: in the transaction of what happens to it, and told in it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from visavis.bookings.enums import WAITS, HoldState, WaitlistEventKind, WaitlistState
from visavis.bookings.models import Booking, Hold, WaitlistEntry, WaitlistEvent
from visavis.core import history
from visavis.core.history import SYSTEM, Actor

VERBS = {kind: f"waitlist: {kind.value.replace('_', ' ')}" for kind in WaitlistEventKind}


def tell_entry(
    entry: WaitlistEntry,
    kind: WaitlistEventKind,
    *,
    by: Actor,
    now: datetime,
    hold: Hold | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """One event for whoever listens, one history row for whoever asks later."""
    WaitlistEvent.objects.create(entry=entry, kind=kind, hold=hold, at=now, data=dict(data or {}))
    history.record(
        by,
        VERBS[kind],
        entry,
        community_id=entry.community_id,
        after={"state": entry.state, **(data or {})},
    )


def change_entry(
    entry: WaitlistEntry, state: WaitlistState, *, now: datetime, hold: Hold | None = None
) -> None:
    """Write the entry's state. The caller has locked its student."""
    entry.state, entry.hold, entry.changed_at = state, hold, now
    entry.save(update_fields=["state", "hold", "changed_at"])


def settle_offer(hold: Hold, *, by: Actor, now: datetime) -> None:
    """The offer behind this hold is over: the entry waits on, at its place in the order.

    What was booked ends the entry (`end_by_booking`), not this.
    """
    if hold.state == HoldState.USED:
        return
    expired = hold.state == HoldState.EXPIRED
    kind = WaitlistEventKind.OFFER_EXPIRED if expired else WaitlistEventKind.LET_GO
    for entry in hold.waitlist_entries.filter(state=WaitlistState.OFFERED):
        change_entry(entry, WaitlistState.WAITING, now=now)
        tell_entry(entry, kind, by=by, now=now, hold=hold)


def end_by_booking(booking: Booking, *, by: Actor = SYSTEM, now: datetime) -> None:
    """Who has booked the service in the format within the days they named waits no more."""
    end_by_bookings([booking], by=by, now=now)


def end_by_bookings(bookings: Sequence[Booking], *, by: Actor = SYSTEM, now: datetime) -> None:
    """`end_by_booking` of one student's bookings of one service and format, in one read."""
    student, appointment = bookings[0].student_id, bookings[0].appointment
    zone = appointment.community.zone
    days = {row.appointment.start.astimezone(zone).date(): row for row in bookings}
    entries = WaitlistEntry.objects.filter(
        student_id=student,
        service_id=appointment.service_id,
        format_id=appointment.format_id,
        first__lte=max(days),
        last__gte=min(days),
        state__in=WAITS,
    )
    for entry in entries.select_related("student", "service", "hold"):
        within = [row for day, row in sorted(days.items()) if entry.first <= day <= entry.last]
        if not within:
            continue
        hold = entry.hold
        change_entry(entry, WaitlistState.BOOKED, now=now, hold=hold)
        data = {"booking": str(within[0].public_id)}
        tell_entry(entry, WaitlistEventKind.BOOKED, by=by, now=now, hold=hold, data=data)
