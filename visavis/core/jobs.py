"""Jobs: work that a worker does after the page has answered.

A job is a row in the caller's transaction: a rolled-back action leaves none. On top of
django-tasks this adds what it lacks: a second try, a way back for jobs whose worker was killed,
and jobs that run by the clock. Every job must be safe to run twice.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.management import call_command
from django.db import transaction
from django_tasks import TaskResultStatus, task
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from visavis.core import clock
from visavis.core.models import PeriodicTick
from visavis.core.troubles import again_on_conflict

logger = logging.getLogger(__name__)

KEEP_SUCCESSFUL = timedelta(days=1)  # rows hold whole mails, sign-in codes among them
KEEP_FAILED = timedelta(days=14)
# Clocks of two hosts may differ by so much; by more, one of them is wrong.
SKEW = timedelta(minutes=5)


class GiveUp(Exception):
    """Raised by a job that no further try can help."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How often a job is tried, how long it rests in between, how long one try may take."""

    attempts: int = 5
    first_delay: timedelta = timedelta(seconds=10)
    longest_delay: timedelta = timedelta(hours=1)
    lease: timedelta = timedelta(minutes=10)

    def delay_after(self, attempt: int) -> timedelta:
        """The rest after try number `attempt` (from 1): doubled each time, up to the longest."""
        doubled: timedelta = self.first_delay * 2 ** min(attempt - 1, 30)
        return min(doubled, self.longest_delay)


@dataclass(frozen=True, slots=True)
class Periodic:
    name: str
    every: timedelta
    task: Task[..., Any]
    when: Callable[[], bool] | None = None


@dataclass(slots=True)
class Register:
    """What the running code has declared: by task path, and periodic jobs by name."""

    policies: dict[str, Policy] = field(default_factory=dict)
    last_words: dict[str, Callable[..., Any]] = field(default_factory=dict)
    periodic: dict[str, Periodic] = field(default_factory=dict)


register = Register()


def job(
    policy: Policy | None = None,
    *,
    priority: int = 0,
    last_words: Callable[..., Any] | None = None,
) -> Callable[[Callable[..., Any]], Task[..., Any]]:
    """Make a function of JSON arguments a job; `.enqueue(…)` writes it into the transaction.

    `last_words` is called with the same arguments when no further try comes: there the job says so
    to those who wait for it.
    """

    def declare(function: Callable[..., Any]) -> Task[..., Any]:
        made: Task[..., Any] = task(priority=priority)(function)
        register.policies[made.module_path] = policy or Policy()
        if last_words is not None:
            register.last_words[made.module_path] = last_words
        return made

    return declare


def run_every(
    every: timedelta,
    made: Task[..., Any],
    *,
    name: str = "",
    when: Callable[[], bool] | None = None,
) -> None:
    """Have `made` enqueued once each `every`, by whichever worker comes first.

    With `when`, only if it says that there is something to do: that costs a read, where a job
    costs several writes.
    """
    name = name or made.module_path
    register.periodic[name] = Periodic(name, every, made, when)


def find_policy(task_path: str) -> Policy:
    """The job's policy; of one that this version does not know any more, the usual one."""
    return register.policies.get(task_path, Policy())


# --- A second try -----------------------------------------------------------------------------


def retry_failed(row: DBTaskResult, *, now: datetime) -> bool:
    """Give a row that has just failed its next try; False when it has had them all."""
    policy, attempt = find_policy(row.task_path), len(row.worker_ids)
    if attempt >= policy.attempts or row.exception_class_path == _path_of(GiveUp):
        logger.error("Job %s gave up after try %s.", row.task_path, attempt)
        _say_last_words(row)
        return False
    return _give_back(row, TaskResultStatus.FAILED, run_after=now + policy.delay_after(attempt))


def reap(*, now: datetime) -> int:
    """Give back the jobs whose worker went silent; a job that ends its workers ends as failed."""
    running = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING)
    lost = [row for row in running if _is_lost(row, now)]
    return sum(_give_back_or_fail(row, now=now) for row in lost)


def reap_all(*, now: datetime) -> int:
    """The same without waiting for a lease: for a worker that knows that it is the only one."""
    running = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING)
    return sum(_give_back_or_fail(row, now=now) for row in running)


def _is_lost(row: DBTaskResult, now: datetime) -> bool:
    lease = find_policy(row.task_path).lease
    # Begun in what is the future by now: the clock has been put back since.
    return row.started_at is None or abs(now - row.started_at) > lease


def _give_back_or_fail(row: DBTaskResult, *, now: datetime) -> bool:
    if len(row.worker_ids) < find_policy(row.task_path).attempts:
        return _give_back(row, TaskResultStatus.RUNNING, run_after=now)
    logger.error("Job %s lost its worker %s times.", row.task_path, len(row.worker_ids))
    failed = _change(
        row,
        TaskResultStatus.RUNNING,
        status=TaskResultStatus.FAILED,
        finished_at=now,
        traceback="The worker ended before the job did.",
    )
    if failed:
        _say_last_words(row)
    return failed


def _say_last_words(row: DBTaskResult) -> None:
    words = register.last_words.get(row.task_path)
    if words is None:
        return
    try:
        # Nobody says them later: whoever waits for the job would wait for good.
        again_on_conflict(words)(*row.args_kwargs["args"], **row.args_kwargs["kwargs"])
    except Exception:  # one job's last words must not stop the worker of all
        logger.exception("Job %s could not say that it gave up.", row.task_path)


def _give_back(row: DBTaskResult, seen: TaskResultStatus, *, run_after: datetime) -> bool:
    return _change(row, seen, status=TaskResultStatus.READY, finished_at=None, run_after=run_after)


def _change(row: DBTaskResult, seen: TaskResultStatus, **values: Any) -> bool:
    # Compare and set: of two that saw the same lost row, one changes it. started_at tells one
    # try from the next.
    same = DBTaskResult.objects.filter(pk=row.pk, status=seen, started_at=row.started_at)
    return same.update(**values) == 1


def _path_of(exception: type[BaseException]) -> str:
    return f"{exception.__module__}.{exception.__qualname__}"


# --- By the clock -----------------------------------------------------------------------------


def tick(*, now: datetime) -> list[str]:
    """Enqueue every periodic job that is due, and answer their names.

    The row's due time is moved on by compare-and-set in the transaction that enqueues, so any
    number of workers may tick: one enqueues. Missed times are made up for once, not many times.
    A time further ahead than a whole round was written by a clock that ran ahead: it is due.
    """
    due = dict(PeriodicTick.objects.values_list("name", "due_at"))
    return [
        periodic.name
        for periodic in list(register.periodic.values())
        if _is_due(due.get(periodic.name, now), periodic, now)
        and (periodic.when is None or periodic.when())
        and _start(periodic, now)
    ]


def _start(periodic: Periodic, now: datetime) -> bool:
    with transaction.atomic():
        row, _ = PeriodicTick.objects.get_or_create(name=periodic.name, defaults={"due_at": now})
        if not _is_due(row.due_at, periodic, now):
            return False
        later = next_due(min(row.due_at, now), periodic.every, now=now)
        if PeriodicTick.objects.filter(pk=row.pk, due_at=row.due_at).update(due_at=later) != 1:
            return False
        periodic.task.enqueue()
    return True


def _is_due(due: datetime, periodic: Periodic, now: datetime) -> bool:
    return not now < due <= now + periodic.every + SKEW


def next_due(due: datetime, every: timedelta, *, now: datetime) -> datetime:
    """The first of due, due + every, due + 2 every, … that lies after `now`."""
    return due + every * max((now - due) // every + 1, 0)


# --- Housekeeping -----------------------------------------------------------------------------


@job()
def prune() -> None:
    """Remove finished jobs that nobody will look at, and sessions that have run out."""
    now = clock.now()
    finished = DBTaskResult.objects
    finished.successful().filter(finished_at__lt=now - KEEP_SUCCESSFUL).delete()
    finished.failed().filter(finished_at__lt=now - KEEP_FAILED).delete()
    call_command("clearsessions")


run_every(timedelta(hours=1), prune, name="prune")
