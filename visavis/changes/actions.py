"""Writes with the fate of the meetings that they touch."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from visavis.bookings.actions import cancel
from visavis.bookings.enums import OPEN
from visavis.bookings.models import Appointment, Booking
from visavis.core.history import Actor


def cancel_meetings(
    appointments: Iterable[Appointment], *, by: Actor, reason: str, now: datetime
) -> int:
    """Cancel every open booking of these appointments; their students are told as ever.

    Answers how many. Lock the people first (`changes.queries.people_in`) when other locks are held.
    """
    ids = [appointment.pk for appointment in appointments]
    with transaction.atomic():
        bookings = Booking.objects.filter(appointment_id__in=ids, state__in=OPEN).order_by("pk")
        for booking in bookings:
            cancel(booking, by=by, reason=reason, now=now)
    return len(bookings)
