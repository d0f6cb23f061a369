"""Jobs: tell what happened, remind of what comes, look after what is on its way."""

from datetime import timedelta

from visavis.core import clock
from visavis.core.jobs import job, run_every
from visavis.notifications import bookings, delivery, outbox, pauses, reminders, waitlist

# Told by these, which register themselves when they are read.
__all__ = ["bookings", "delivery", "pauses", "waitlist"]


@job()
def tell_events() -> None:
    """Turn what was written since into messages."""
    outbox.tell_all(now=clock.now())


@job()
def remind() -> None:
    """Queue the reminders that are due, and give a job to messages that have lost theirs."""
    reminders.remind(now=clock.now())
    delivery.send_off_stranded()


@job()
def settle_outbox() -> None:
    outbox.settle(now=clock.now())


run_every(timedelta(seconds=5), tell_events, name="tell_events", when=outbox.has_news)
run_every(timedelta(minutes=1), remind, name="remind")
run_every(timedelta(hours=1), settle_outbox, name="settle_outbox")
