"""Jobs that tidy up: requests that ran out, drafts that nobody came back to."""

from datetime import timedelta

from visavis.bookings import actions, drafts
from visavis.core import clock
from visavis.core.jobs import job, run_every


@job()
def expire_requests() -> None:
    """Write down what has expired already; the time itself was free at once."""
    actions.expire_requests(now=clock.now())


@job()
def purge_drafts() -> None:
    drafts.purge_drafts(now=clock.now())


@job()
def run_waitlist() -> None:
    """Offer what has come free, however it came free, to those who wait."""
    actions.run_waitlist(now=clock.now())


run_every(timedelta(minutes=1), run_waitlist, name="run_waitlist")
run_every(timedelta(minutes=3), expire_requests, name="expire_requests")
run_every(timedelta(hours=1), purge_drafts, name="purge_drafts")
