"""Jobs: read the outside calendars that are due."""

from datetime import timedelta

from visavis.calendars import reading
from visavis.core import clock
from visavis.core.jobs import Policy, job, run_every

# Behind mails. A reading that failed says itself when it is tried again.
BEHIND = -50


@job(Policy(attempts=1), priority=BEHIND)
def read_calendars() -> None:
    """Read what is due for a few seconds; what is left is due at the next tick."""
    reading.read_due(clock=clock.now)


run_every(
    timedelta(seconds=5),
    read_calendars,
    name="read_calendars",
    when=lambda: reading.has_due(clock.now()),
)
