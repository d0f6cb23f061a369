"""How a waitlist entry changes: in the transaction of what happens to it, and told in it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from visavis.bookings.enums import WAITS, HoldState, WaitlistEventKind, WaitlistState
from visavis.bookings.models import Booking, Hold, WaitlistEntry, WaitlistEvent
from visavis.core import history
from visavis.core.history import SYSTEM, Actor
from visavis.core.prepared import Blank, prepared

ENDED_OFFERS = {
    HoldState.EXPIRED: WaitlistEventKind.OFFER_EXPIRED,
    HoldState.RELEASED: WaitlistEventKind.LET_GO,
    HoldState.WITHDRAWN: WaitlistEventKind.WITHDRAWN,
}
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


def read_entry(entry: WaitlistEntry) -> WaitlistEntry:
    """The entry's row as it is now, for whoever has locked its student."""
    return WaitlistEntry.objects.select_related(
        "community", "student", "service", "format", "provider__user", "hold"
    ).get(pk=entry.pk)


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
    kind = ENDED_OFFERS[HoldState(hold.state)]
    for entry in hold.waitlist_entries.filter(state=WaitlistState.OFFERED):
        change_entry(entry, WaitlistState.WAITING, now=now)
        tell_entry(entry, kind, by=by, now=now, hold=hold)


def end_by_booking(booking: Booking, *, by: Actor = SYSTEM, now: datetime) -> None:
    """Who has booked the service in the format within the days they named waits no more."""
    end_by_bookings([booking], by=by, now=now)


def end_by_heir(booking: Booking, *, by: Actor = SYSTEM, now: datetime) -> None:
    """Who waits for just the person who gives their meeting now waits no more.

    Who has it at the same time as before, and waits for anybody at another, goes on waiting.
    """
    end_by_bookings([booking], by=by, now=now, provider=booking.appointment.provider_id)


def _waiting_for() -> QuerySet[WaitlistEntry]:
    """How somebody waits for a service in a format on one of some days; of Blanks."""
    return WaitlistEntry.objects.filter(
        student_id=Blank("student"),
        service_id=Blank("service"),
        format_id=Blank("format"),
        first__lte=Blank("last"),
        last__gte=Blank("first"),
        state__in=WAITS,
    )


def end_by_bookings(
    bookings: Sequence[Booking],
    *,
    by: Actor = SYSTEM,
    now: datetime,
    provider: int | None = None,
) -> None:
    """`end_by_booking` of one student's bookings of one service and format, in one read.

    Or only of what they wait for with one `provider`, by id.
    """
    student, appointment = bookings[0].student_id, bookings[0].appointment
    zone = appointment.community.zone
    days = {row.appointment.start.astimezone(zone).date(): row for row in bookings}
    entries = prepared("waits for what is booked", _waiting_for).objects(
        student=student,
        service=appointment.service_id,
        format=appointment.format_id,
        first=min(days),
        last=max(days),
    )
    for entry in entries:
        within = [row for day, row in sorted(days.items()) if entry.first <= day <= entry.last]
        if not within or (provider is not None and entry.provider_id != provider):
            continue
        hold = entry.hold
        change_entry(entry, WaitlistState.BOOKED, now=now, hold=hold)
        data = {"booking": str(within[0].public_id)}
        tell_entry(entry, WaitlistEventKind.BOOKED, by=by, now=now, hold=hold, data=data)
