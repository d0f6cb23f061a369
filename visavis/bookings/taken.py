"""Time and seats that are given away, as rows tell it at an instant. Reads only."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from visavis.bookings.enums import ACTIVE, OPEN, SEATED, AppointmentState
from visavis.bookings.models import Appointment, Booking, Commitment
from visavis.catalogue.models import AppointmentFormat
from visavis.communities.models import Community
from visavis.people.models import User


def buffers(community: Community, format_: AppointmentFormat) -> tuple[int, int]:
    """The minutes kept free before and after a meeting: the format's own, else the community's."""
    before, after = format_.buffer_before_minutes, format_.buffer_after_minutes
    return (
        community.buffer_before_minutes if before is None else before,
        community.buffer_after_minutes if after is None else after,
    )


def active_commitments(now: datetime) -> QuerySet[Commitment]:
    """Commitments that count at `now`: a request or hold that has run out is free at once."""
    return Commitment.objects.filter(
        Q(expires_at=None) | Q(expires_at__gt=now), status__in=ACTIVE
    ).order_by()


def open_bookings(student: User, community: Community, now: datetime) -> int:
    """How many coming bookings the student has here, requests that still stand counted."""
    return Booking.objects.filter(
        Q(expires_at=None) | Q(expires_at__gt=now),
        student=student,
        appointment__community=community,
        appointment__end__gt=now,
        state__in=OPEN,
    ).count()


def seats_taken(now: datetime) -> Count:
    """The seats of an appointment that are given away at `now`, to annotate appointments with."""
    return Count(
        "bookings",
        filter=Q(bookings__state__in=SEATED)
        & (Q(bookings__expires_at=None) | Q(bookings__expires_at__gt=now)),
    )


def joinable_appointments(
    format_: AppointmentFormat, provider_ids: Sequence[int], now: datetime
) -> QuerySet[Any]:
    """Planned appointments of a group format with someone on them and seats left at `now`."""
    return (
        Appointment.objects.filter(
            format=format_,
            provider_id__in=provider_ids,
            state=AppointmentState.PLANNED,
            start__gt=now,
        )
        .annotate(taken_seats=seats_taken(now))
        .filter(taken_seats__gt=0, taken_seats__lt=F("capacity"))
    )
