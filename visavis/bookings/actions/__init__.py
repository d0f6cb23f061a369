"""Writes of bookings, one function per verb.

Each is one short transaction: lock the people in ascending id, then the place; look again; write;
and let the database's own guard have the last word (docs/concurrency.md).
"""

from visavis.bookings.actions.answering import accept, accept_series, decline_series
from visavis.bookings.actions.attendance import (
    excuse,
    mark_attended,
    mark_missed,
    unmark,
)
from visavis.bookings.actions.booking import book
from visavis.bookings.actions.ending import cancel, cancel_meeting, decline, expire_requests
from visavis.bookings.actions.handing import hand_over, move_place
from visavis.bookings.actions.holding import hold_time, release_hold, withdraw_hold
from visavis.bookings.actions.offering import offer_times, offer_unseen, run_waitlist
from visavis.bookings.actions.overriding import book_anyway, book_for_address, enter_afterwards
from visavis.bookings.actions.proposing import (
    Offer,
    decline_times,
    expire_proposals,
    propose_others,
    propose_times,
    search_times,
    take_time,
)
from visavis.bookings.actions.rescheduling import Target, reschedule
from visavis.bookings.actions.series import book_series, end_series
from visavis.bookings.actions.session_log import LogEntry, can_log, write_log
from visavis.bookings.actions.waiting import Wish, join_waitlist, leave_waitlist
from visavis.bookings.actions.withdrawing import renew_empty, withdraw_offers, withdraw_times
from visavis.bookings.heirs import Heir
from visavis.bookings.orders import Order, Override

__all__ = [
    "Heir",
    "LogEntry",
    "Offer",
    "Order",
    "Override",
    "Target",
    "Wish",
    "accept",
    "accept_series",
    "book",
    "book_anyway",
    "book_for_address",
    "book_series",
    "can_log",
    "cancel",
    "cancel_meeting",
    "decline",
    "decline_series",
    "decline_times",
    "end_series",
    "enter_afterwards",
    "excuse",
    "expire_proposals",
    "expire_requests",
    "hand_over",
    "hold_time",
    "join_waitlist",
    "leave_waitlist",
    "mark_attended",
    "mark_missed",
    "move_place",
    "offer_times",
    "offer_unseen",
    "propose_others",
    "propose_times",
    "release_hold",
    "renew_empty",
    "reschedule",
    "run_waitlist",
    "search_times",
    "take_time",
    "unmark",
    "withdraw_hold",
    "withdraw_offers",
    "withdraw_times",
    "write_log",
]
