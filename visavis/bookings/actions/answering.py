"""Answer a request, or all weeks of a weekly one."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from visavis.bookings.actions.series import lock_weeks
from visavis.bookings.enums import BookingState, EventKind
from visavis.bookings.errors import NotOpen
from visavis.bookings.events import ACCEPTED, tell, tell_all
from visavis.bookings.expiry import settle_appointment, settle_appointments
from visavis.bookings.freed import announce
from visavis.bookings.models import Booking, Series
from visavis.bookings.states import ENDED, change_state, change_states, lock_booking
from visavis.bookings.teaching import weeks_to_answer
from visavis.core import history, measuring
from visavis.core.history import Actor
from visavis.core.troubles import again_on_conflict
from visavis.people.actions import touch_time


@measuring.outcomes("bookings", action="accept")
@again_on_conflict
def accept(booking: Booking, *, by: Actor, now: datetime, seen: int | None = None) -> Booking:
    """Confirm a request. Raises NotOpen unless it still waits for an answer.

    `seen` is the appointment's id as whoever accepts last saw it; NotOpen if it moved since.
    """
    with transaction.atomic():
        row = lock_booking(booking)
        if seen is not None and row.appointment_id != seen:
            raise NotOpen(_("This meeting was moved meanwhile. Look at it again."))
        if row.state not in (BookingState.REQUESTED, *ENDED):
            # From what was noted after a meeting a way leads back; it is no answer to a request.
            raise NotOpen(_("This request no longer waits for an answer."))
        change_state(row, BookingState.CONFIRMED, now=now)
        settle_appointment(row.appointment_id, now)
        touch_time(row.student_id, row.appointment.provider.user_id)
        tell(row, EventKind.CONFIRMED, by=by, now=now, note=ACCEPTED)
    return row


@again_on_conflict
def accept_series(
    series: Series, *, by: Actor, now: datetime, seen: Collection[int] | None = None
) -> list[Booking]:
    """Confirm every week that still waits for an answer, as one action told in one message.

    Its provider answers only for the weeks that are theirs. Returns what is confirmed.
    `seen` are the appointments by id as whoever accepts last saw them. Raises NotOpen when none
    waits, and when one that waits takes place at another time than was seen.
    """
    with transaction.atomic():
        waiting = _lock_waiting(series, by, now)
        if seen is not None and not {row.appointment_id for row in waiting} <= set(seen):
            raise NotOpen(
                _(
                    "Some of these weeks have changed since you opened this page. Nothing was "
                    "accepted. Look at them as they are now, and accept them if they suit you."
                )
            )
        change_states(waiting, BookingState.CONFIRMED, now=now)
        _settle(series, waiting, now)
        tell_all(waiting, EventKind.CONFIRMED, by=by, now=now, note=ACCEPTED)
        history.record(
            by,
            "accepted series",
            series,
            community_id=series.community_id,
            after={"weeks": len(waiting)},
        )
    return waiting


@again_on_conflict
def decline_series(series: Series, *, by: Actor, reason: str = "", now: datetime) -> list[Booking]:
    """Turn down every week that still waits for an answer; as `accept_series`."""
    with transaction.atomic():
        waiting = _lock_waiting(series, by, now)
        ended = {"cancelled_by": by.label[:254], "cancel_reason": reason}
        change_states(waiting, BookingState.DECLINED, now=now, **ended)
        _settle(series, waiting, now)
        tell_all(waiting, EventKind.DECLINED, by=by, now=now, reason=reason)
        history.record(
            by,
            "declined series",
            series,
            community_id=series.community_id,
            after={"weeks": len(waiting)},
            reason=reason,
        )
        announce(series.community_id)
    return waiting


def _lock_waiting(series: Series, by: Actor, now: datetime) -> list[Booking]:
    return lock_weeks(
        series,
        weeks_to_answer(series, by_id=by.id, now=now),
        now=now,
        none_left=_("Nothing of this request waits for an answer any more."),
    )


def _settle(series: Series, answered: list[Booking], now: datetime) -> None:
    touched = settle_appointments([row.appointment_id for row in answered], now)
    touch_time(series.student_id, series.provider.user_id, *touched)
