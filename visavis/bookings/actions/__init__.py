"""Writes of bookings, one function per verb.

Each is one short transaction: lock the people in ascending id, then the place; look again; write;
and let the database's own guard have the last word (docs/concurrency.md).
"""

from visavis.bookings.actions.answering import accept
from visavis.bookings.actions.booking import Order, book
from visavis.bookings.actions.ending import cancel, decline, expire_requests
from visavis.bookings.actions.rescheduling import Target, reschedule

__all__ = [
    "Order",
    "Target",
    "accept",
    "book",
    "cancel",
    "decline",
    "expire_requests",
    "reschedule",
]
