"""Jobs: what tells of sessions that have run out goes."""

from datetime import timedelta

from visavis.core.jobs import job, run_every
from visavis.people.devices import forget_lost_devices


@job()
def forget_devices() -> None:
    """Delete what tells of sessions that have run out."""
    forget_lost_devices()


run_every(timedelta(hours=6), forget_devices, name="forget_devices")
