"""A person's coming meetings end before their data go, each by the house's own action."""

import uuid
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from visavis.bookings.actions import cancel, leave_waitlist, release_hold, withdraw_hold
from visavis.bookings.enums import OPEN, WAITS, HoldState
from visavis.bookings.errors import NotOpen
from visavis.bookings.models import Booking, Hold, WaitlistEntry
from visavis.bookings.states import unexpired
from visavis.catalogue.services import close_own_services
from visavis.core.history import Actor
from visavis.people.actions import retire_provider
from visavis.people.models import Provider, User


def coming_meetings(person: User, now: datetime) -> QuerySet[Booking]:
    """The open bookings of meetings to come, as the student or with the person."""
    either = Q(student=person) | Q(appointment__provider__user=person)
    rows = Booking.objects.filter(
        either, unexpired(now), state__in=OPEN, appointment__start__gt=now
    )
    return rows.select_related("student", "appointment__provider__user", "appointment__community")


def open_holds(person: User, now: datetime) -> QuerySet[Hold]:
    """Times that are held for the person, or of theirs for somebody."""
    either = Q(student=person) | Q(provider__user=person)
    rows = Hold.objects.filter(either, state=HoldState.OPEN, expires_at__gt=now)
    return rows.select_related("student", "provider__user", "commitment")


def open_waits(person: User) -> QuerySet[WaitlistEntry]:
    """What the person waits for, or others wait for with them."""
    either = Q(student=person) | Q(provider__user=person)
    return WaitlistEntry.objects.filter(either, state__in=WAITS)


def people_touched(person: User, now: datetime) -> set[int]:
    """Everybody who must be locked before the person leaves."""
    pairs = [
        *coming_meetings(person, now).values_list("student_id", "appointment__provider__user_id"),
        *open_holds(person, now).values_list("student_id", "provider__user_id"),
        *open_waits(person).values_list("student_id", "hold__provider__user_id"),
    ]
    return {pk for pair in pairs for pk in pair if pk is not None} | {person.pk}


def leave(person: User, *, by: Actor, now: datetime) -> Counter[str]:
    """End everything that is to come; others are told as always. How many of each.

    In a transaction that holds the locks of `people_touched`. `by` is not the person themselves:
    no deadline of students is in the way.
    """
    done: Counter[str] = Counter()
    batch = uuid.uuid4()
    for entry in open_waits(person).order_by("pk"):
        done["waits"] += _try(leave_waitlist, entry, by=by, now=now)
    for hold in open_holds(person, now).order_by("pk"):
        give_back = release_hold if hold.student_id == person.pk else withdraw_hold
        done["held times"] += _try(give_back, hold, by=by, now=now)
    for booking in coming_meetings(person, now).order_by("pk"):
        done["coming meetings"] += _try(cancel, booking, by=by, now=now, batch=batch)
    for provider in Provider.objects.filter(user=person, retired_at=None).order_by("pk"):
        close_own_services(provider, now=now)
        done["places as provider"] += retire_provider(provider, by=by, now=now)
    return done


def _try(end: Callable[..., Any], row: Any, **how: Any) -> int:
    try:
        end(row, **how)
    except NotOpen:
        return 0
    return 1
