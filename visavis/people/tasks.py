"""Jobs: what is kept of accounts is kept for a time."""

from datetime import timedelta

from visavis.core import clock
from visavis.core.jobs import job, run_every
from visavis.people.account_events import forget_old_events
from visavis.people.devices import forget_lost_devices


@job()
def forget_old_account_events() -> None:
    """Delete what the record of accounts has kept long enough."""
    forget_old_events(now=clock.now())


@job()
def forget_devices() -> None:
    """Delete what tells of sessions that have run out."""
    forget_lost_devices()


run_every(timedelta(days=1), forget_old_account_events, name="forget_old_account_events")
run_every(timedelta(hours=6), forget_devices, name="forget_devices")
