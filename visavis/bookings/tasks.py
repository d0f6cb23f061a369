"""Jobs that tidy up: what has run out, who waits."""

from datetime import timedelta

from visavis.bookings import actions, expiry, freed
from visavis.core import clock
from visavis.core.jobs import job, run_every

SOON = timedelta(seconds=5)


@job()
def expire_requests() -> None:
    """Write down what has expired already; the time itself was free at once."""
    actions.expire_requests(now=clock.now())


@job()
def offer_unseen() -> None:
    """Offer what has come free, however it came free, to those who wait."""
    actions.offer_unseen(now=clock.now())


@job()
def run_waitlist() -> None:
    """The same by the clock alone: the net for what a killed worker has left undone."""
    actions.run_waitlist(now=clock.now())


def something_has_run_out() -> bool:
    return expiry.expired_commitments(clock.now()).exists()


run_every(SOON, expire_requests, name="expire_requests", when=something_has_run_out)
run_every(SOON, offer_unseen, name="offer_unseen", when=freed.has_unseen)


@job()
def expire_proposals() -> None:
    """End the proposals that nobody has answered in time, and let go what is held for nothing.

    Those that have no time left get others.
    """
    now = clock.now()
    actions.expire_proposals(now=now)
    actions.renew_empty(now=now)


run_every(timedelta(minutes=1), expire_proposals, name="expire_proposals")
run_every(timedelta(minutes=1), run_waitlist, name="run_waitlist")
