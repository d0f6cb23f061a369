"""The worker: takes jobs one after another, and looks at the clock in between."""

import logging
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from types import FrameType

from django.db import InterfaceError, OperationalError, close_old_connections
from django.utils.crypto import get_random_string
from django.utils.module_loading import autodiscover_modules
from django_tasks import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker as BaseWorker
from django_tasks_db.models import DBTaskResult
from django_tasks_db.utils import exclusive_transaction
from structlog.contextvars import bound_contextvars

from visavis.core import clock, jobs, measuring

logger = logging.getLogger(__name__)

SHORTEST_INTERVAL = 1.0  # seconds
CLOCK_INTERVAL = timedelta(seconds=5)
PATIENCE = 5.0  # seconds until a database that went away is asked again
LONGEST_STEP = 120.0  # seconds that anything but a job may take


class Worker(BaseWorker):
    """django-tasks' worker, which gives failed jobs their next try."""

    def __init__(self, *, interval: float = SHORTEST_INTERVAL) -> None:
        super().__init__(
            queue_names=["*"],
            interval=max(interval, SHORTEST_INTERVAL),
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        )
        autodiscover_modules("tasks")

    def take(self) -> DBTaskResult | None:
        """Claim the next job that is ready, or None."""
        ready = DBTaskResult.objects.ready().filter(backend_name=self.backend_name)
        # Looking first leaves SQLite's one write lock to others while there is nothing to do.
        if not ready.exists():
            return None
        with exclusive_transaction():
            row = ready.get_locked()
            if row is not None:
                row.claim(self.worker_id)
        return row

    def run_task(self, db_task_result: DBTaskResult) -> None:
        path, began = db_task_result.task_path, time.perf_counter()
        attempt = len(db_task_result.worker_ids)
        with bound_contextvars(job=path, job_id=str(db_task_result.pk), attempt=attempt):
            super().run_task(db_task_result)
            seconds, outcome = time.perf_counter() - began, self._outcome(db_task_result)
            measuring.note("jobs", job=path, outcome=outcome)
            measuring.note("job", seconds, job=path)
            level = logging.INFO if outcome == "done" else logging.WARNING
            told = {"outcome": outcome, "milliseconds": round(seconds * 1000, 1)}
            why = db_task_result.exception_class_path
            logger.log(level, "Job %s %s %s", path, outcome, why, extra=told)

    def _outcome(self, row: DBTaskResult) -> str:
        """How the try ended; after one that failed, whether another comes."""
        if row.status != TaskResultStatus.FAILED:
            return "done"
        return "failed" if jobs.retry_failed(row, now=clock.now()) else "given_up"


class StandingWorker(Worker):
    """A worker that stays: it waits for jobs, starts periodic ones, takes lost ones back."""

    _looked_at_clock: datetime | None = None

    def __init__(self, *, interval: float = SHORTEST_INTERVAL) -> None:
        super().__init__(interval=interval)
        self._told_to_end = threading.Event()
        self._well_until = time.monotonic() + LONGEST_STEP

    def shutdown(self, signum: int, frame: FrameType | None) -> None:  # noqa: ARG002  (Python's)
        """End after the job that runs; told twice, at once."""
        if not self.running:
            self.reset_signals()
            sys.exit(1)
        self.running = False
        self._told_to_end.set()

    def is_well(self) -> bool:
        """Whether it goes on: a job may take as long as its lease, all else is short."""
        return time.monotonic() < self._well_until

    def run_task(self, db_task_result: DBTaskResult) -> None:
        lease = jobs.find_policy(db_task_result.task_path).lease.total_seconds()
        self._well_until = time.monotonic() + lease + LONGEST_STEP
        super().run_task(db_task_result)

    def work(self, *, until: Callable[[], bool] = lambda: False) -> None:
        """Run jobs until a signal arrives or `until` says so; a lost database is waited for."""
        for path in jobs.register.policies:
            # Whoever watches what is given up sees the first one only beside a nought.
            measuring.note("jobs", 0, job=path, outcome="given_up")
        while self.running and not until():
            self._well_until = time.monotonic() + LONGEST_STEP
            try:
                self.rest(0 if self.step() else self.interval)
            except (OperationalError, InterfaceError) as error:
                logger.warning("The database does not answer, the worker waits: %s", error)
                self.rest(PATIENCE)
            close_old_connections()

    def step(self) -> bool:
        """Look at the clock, run one job if there is one, and say whether there was."""
        self.look_at_clock(clock.now())
        row = self.take()
        if row is not None:
            self.run_task(row)
        return row is not None

    def look_at_clock(self, now: datetime) -> None:
        """Reap and tick, at most once each CLOCK_INTERVAL."""
        last = self._looked_at_clock
        # A clock that was put back must not keep it from looking until the old time has come again.
        if last is not None and timedelta(0) <= now - last < CLOCK_INTERVAL:
            return
        jobs.reap(now=now)
        jobs.tick(now=now)
        self._looked_at_clock = now

    def rest(self, seconds: float) -> None:
        if self.running and seconds:
            self._told_to_end.wait(seconds)


def drain() -> None:
    """Run every job that is ready now, in this process: for tests and one-off commands."""
    worker = Worker()
    while row := worker.take():
        worker.run_task(row)
