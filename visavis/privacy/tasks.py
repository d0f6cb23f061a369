"""Jobs: let go of what was kept long enough."""

from datetime import timedelta

from visavis.core import clock
from visavis.core.jobs import Policy, job, run_every
from visavis.privacy import actions

LONG = Policy(lease=timedelta(minutes=30))


@job(LONG)
def let_go() -> None:
    """Let go of what is due: a bounded part, each hour the next."""
    actions.let_go(now=clock.now())


run_every(timedelta(hours=1), let_go, name="let_go")
