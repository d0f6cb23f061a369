"""From a confirmed review to a booking: one intention, one booking, and nothing typed is lost."""

import uuid
from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

from visavis.bookings.actions import Order, book, book_series
from visavis.bookings.answers import check_answers
from visavis.bookings.drafts import find_draft, finish_draft, given_answers, renew_key
from visavis.bookings.errors import InvalidAnswer
from visavis.bookings.models import Booking, Series
from visavis.bookings.orders import Made
from visavis.bookings.queries import booked_keys, find_booking_by_key, find_series_by_key
from visavis.bookings.weeks import keys_of_weeks
from visavis.core.history import Actor
from visavis.core.instants import write_instant
from visavis.people.models import User
from visavis.web.student.way import Way, chosen


def find_earlier(student: User, key: uuid.UUID) -> Booking | None:
    """The booking that this form has made already: a double tap, a resend, Back and again."""
    return find_booking_by_key(student, str(key))


def confirm(way: Way, key: uuid.UUID, *, by: Actor) -> Booking:
    """Book what the way leads to, with the draft's answers; the draft is forgotten after that.

    Raises InvalidAnswer, SlotTaken or Refused; then the draft stays.
    """
    return _confirm(way, key, find_booking_by_key, lambda order: book(order, by=by, now=way.now))


def confirm_series(way: Way, key: uuid.UUID, *, by: Actor) -> Series:
    """`confirm` of the weeks that the way leads to; raises InvalidSeries as well."""
    weeks, skipping = chosen(way.weeks), way.skipping

    def make(order: Order) -> Series:
        return book_series(order, weeks=weeks, skipping=skipping, by=by, now=way.now)

    return _confirm(way, key, find_series_by_key, make)


def _confirm(
    way: Way,
    key: uuid.UUID,
    find_earlier: Callable[[User, str], Made | None],
    make: Callable[[Order], Made],
) -> Made:
    draft = find_draft(way.student, way.format)
    try:
        answers = check_answers(way.format, given_answers(draft, way.format))
    except InvalidAnswer:
        # The first of two taps may have booked, and taken the draft along, in this very moment.
        earlier = find_earlier(way.student, str(key))
        if earlier is None:
            raise
        return earlier
    question = way.question(provider=way.provider, location=way.place)
    made = make(Order(question, chosen(way.start), str(key), answers))
    if draft is not None:
        finish_draft(draft)
    return made


def begin_anew(way: Way) -> None:
    """The key has had its booking: what is confirmed next is another intention."""
    draft = find_draft(way.student, way.format)
    if draft is not None:
        renew_key(draft)


def is_same_series(series: Series, wanted: Mapping[str, Any], skipping: Collection[date]) -> bool:
    """Whether the series is what the form wants, with these local dates skipped."""
    return bool(
        write_instant(series.first_start) == wanted["start"]
        and series.format_id == wanted["format"]
        and series.service_id == wanted["service"]
        and series.provider_id == wanted["provider"]
        and series.location_id == wanted["place"]
        and series.weeks == wanted["weeks"]
        and booked_keys(series) == keys_of_weeks(series, skipping)
    )
