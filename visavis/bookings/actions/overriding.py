"""What the centre books although rules say no, and what it writes down of meetings that were."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from django.db import transaction
from django.utils.translation import gettext as _

from visavis.bookings.actions.booking import book
from visavis.bookings.errors import Refused
from visavis.bookings.models import Booking
from visavis.bookings.orders import AHEAD, Order, Override
from visavis.core.history import Actor
from visavis.core.troubles import again_on_conflict
from visavis.people.actions import find_or_make_user
from visavis.people.models import User
from visavis.people.queries import find_user

REACH = timedelta(days=366)
"""So far back a meeting can be entered that has happened."""


def book_anyway(order: Order, *, reason: str, by: Actor, now: datetime) -> Booking:
    """Book, confirmed at once, although rules say no; which, and why, stands in the history.

    Nobody is in two meetings at a time even so, no place gets more than it holds, and what was
    archived stays so. The order names its place. Raises as `book` does, and Refused without a
    reason and for a start that is no longer to come, or years ahead.
    """
    _check(order, reason)
    if order.start <= now:
        raise Refused(
            _("This time has begun already. Enter it as a meeting that has happened."),
            code="has_begun",
        )
    if order.start > now + AHEAD:
        raise Refused(_("This is more than two years ahead. Check the date."), code="far_ahead")
    return book(replace(order, override=Override(reason.strip())), by=by, now=now)


def enter_afterwards(order: Order, *, reason: str, by: Actor, now: datetime) -> Booking:
    """Write down a meeting that has happened, as attended; nobody is sent a mail about it.

    Raises as `book_anyway` does, and Refused for a start that is to come or long past.
    """
    _check(order, reason)
    if order.start > now:
        raise Refused(_("This time is still to come. Book it instead."), code="has_not_begun")
    if order.start < now - REACH:
        raise Refused(_("This is more than a year ago. Check the date."), code="long_past")
    override = Override(reason.strip(), has_happened=True)
    return book(replace(order, override=override), by=by, now=now)


class Books(Protocol):
    """What makes a booking for whom it is told."""

    def __call__(self, student: User) -> Booking: ...


@again_on_conflict
def book_for_address(
    email: str, made: Books, *, first_name: str = "", last_name: str = "", by: Actor
) -> Booking:
    """Book for the person with this e-mail; somebody unknown becomes provisional with it.

    Who is refused is not made. Raises InvalidPerson for an e-mail that is none, and as `made` does.
    """
    known = find_user(email)
    if known is not None:
        return made(known)
    with transaction.atomic():
        person, _made = find_or_make_user(email, first_name=first_name, last_name=last_name, by=by)
        return made(person)


def _check(order: Order, reason: str) -> None:
    if not reason.strip():
        raise Refused(_("Say why: it is kept in the history."), code="no_reason")
    if order.question.location is None:
        raise Refused(_("Name the place."), code="no_place")
