"""Writes with the fate of the meetings that they touch."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from visavis.bookings.actions import cancel
from visavis.bookings.enums import OPEN
from visavis.bookings.models import Appointment, Booking
from visavis.changes.queries import people_in
from visavis.core.history import Actor
from visavis.core.troubles import again_on_conflict
from visavis.people.queries import lock_people


@again_on_conflict
def cancel_meetings(
    appointments: Iterable[Appointment], *, by: Actor, reason: str, now: datetime
) -> int:
    """Cancel every open booking of these appointments, as one action that is told together.

    Answers how many. What has begun, or has expired, stays as it is. Lock the people first
    (`changes.queries.people_in`) when other locks are held.
    """
    meetings = list(appointments)
    with transaction.atomic():
        # All at once, ascending: `cancel` locks the two of one booking after the other.
        lock_people(people_in(meetings))
        bookings = list(_open_bookings(meetings, now).select_related("appointment__provider"))
        batch = uuid.uuid4()
        for booking in bookings:
            cancel(booking, by=by, reason=reason, now=now, batch=batch)
    return len(bookings)


def _open_bookings(meetings: list[Appointment], now: datetime) -> QuerySet[Booking]:
    return (
        Booking.objects.filter(appointment__in=meetings, appointment__start__gt=now, state__in=OPEN)
        .exclude(expires_at__lte=now)
        .order_by("pk")
    )
