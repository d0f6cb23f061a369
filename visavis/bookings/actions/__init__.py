"""Writes of bookings, one function per verb.

Each is one short transaction: lock the people in ascending id, then the place; look again; write;
and let the database's own guard have the last word (docs/concurrency.md).
"""

from visavis.bookings.actions.answering import accept
from visavis.bookings.actions.attendance import (
    MARK_DAYS,
    excuse,
    mark_attended,
    mark_missed,
    unmark,
)
from visavis.bookings.actions.booking import Order, book
from visavis.bookings.actions.ending import cancel, decline, expire_requests
from visavis.bookings.actions.holding import hold_time, release_hold
from visavis.bookings.actions.rescheduling import Target, reschedule
from visavis.bookings.actions.series import book_series, end_series
from visavis.bookings.actions.waiting import (
    Wish,
    join_waitlist,
    leave_waitlist,
    offer_times,
    run_waitlist,
)

__all__ = [
    "MARK_DAYS",
    "Order",
    "Target",
    "Wish",
    "accept",
    "book",
    "book_series",
    "cancel",
    "decline",
    "end_series",
    "excuse",
    "expire_requests",
    "hold_time",
    "join_waitlist",
    "leave_waitlist",
    "mark_attended",
    "mark_missed",
    "offer_times",
    "release_hold",
    "reschedule",
    "run_waitlist",
    "unmark",
]
