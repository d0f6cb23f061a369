"""Jobs: in the caller's transaction, tried again, given back, and started by the clock."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import OperationalError, transaction
from django_tasks_db.models import DBTaskResult

from tests.core import watched_jobs
from visavis.core import clock, jobs
from visavis.core.models import PeriodicTick
from visavis.core.worker import StandingWorker, drain

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_periodic_jobs(monkeypatch):
    monkeypatch.setattr(jobs.register, "periodic", {})


@pytest.fixture
def hourly(monkeypatch):
    jobs.run_every(timedelta(hours=1), watched_jobs.note.using(), name="hourly")
    return jobs.register.periodic["hourly"]


def the_row():
    return DBTaskResult.objects.get()


def lost():
    """What PostgreSQL says to one of two transactions that wait for each other."""
    error = OperationalError("deadlock detected")
    error.__cause__ = psycopg.errors.DeadlockDetected()
    return error


def mark_running(row, *, since, tries=1):
    DBTaskResult.objects.filter(pk=row.id).update(
        status="RUNNING", started_at=since, worker_ids=["gone"] * tries
    )


def test_a_job_enqueued_in_a_rolled_back_transaction_never_runs(ran):
    with transaction.atomic():
        watched_jobs.note.enqueue("lost")
        transaction.set_rollback(True)
    watched_jobs.note.enqueue("kept")
    drain()
    assert ran == ["kept"]


def test_a_job_that_fails_once_runs_again_after_its_rest(ran):
    watched_jobs.failures.append("the first time")
    watched_jobs.note.enqueue("again")
    drain()
    row = the_row()
    assert row.status == "READY"
    rest = row.run_after - clock.now()
    assert timedelta(seconds=25) < rest <= timedelta(seconds=30)

    DBTaskResult.objects.update(run_after=NOON)
    drain()
    assert (ran, the_row().status) == (["again", "again"], "SUCCESSFUL")


def test_a_job_that_always_fails_ends_as_failed_after_its_last_try(ran):
    watched_jobs.failures.extend(["second", "first"])
    watched_jobs.note.enqueue("x")
    for _ in range(3):
        drain()
        DBTaskResult.objects.filter(status="READY").update(run_after=NOON)
    assert (ran, the_row().status) == (["x", "x", "x failed"], "FAILED")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("error", "said"),
    [
        (lost, ["x", "x failed"]),
        (RuntimeError, ["x"]),
    ],
    ids=["lost to another transaction", "broken"],
)
def test_last_words_that_cannot_be_said_stop_no_worker(ran, monkeypatch, caplog, error, said):
    say, errors = watched_jobs.say_that_it_failed, [error()]

    def stumble(word):
        if errors:
            raise errors.pop()
        say(word)

    monkeypatch.setitem(jobs.register.last_words, watched_jobs.note.module_path, stumble)
    watched_jobs.failures.append("the last time")
    watched_jobs.note.enqueue("x")
    DBTaskResult.objects.update(worker_ids=["before"])
    drain()
    assert (ran, the_row().status) == (said, "FAILED")
    assert ("could not say that it gave up" in caplog.text) == (error is RuntimeError)


def test_a_job_that_gives_up_is_not_tried_again(ran):
    watched_jobs.surrender.enqueue()
    drain()
    assert (ran, the_row().status) == (["surrender"], "FAILED")


def test_the_rest_doubles_up_to_the_longest():
    policy = jobs.Policy(first_delay=timedelta(seconds=10), longest_delay=timedelta(minutes=1))
    assert [policy.delay_after(n).seconds for n in (1, 2, 3, 4, 90)] == [10, 20, 40, 60, 60]


def test_a_job_whose_worker_was_killed_comes_back_when_its_lease_is_over(ran):
    mark_running(watched_jobs.note.enqueue("back"), since=NOON)
    assert jobs.reap(now=NOON + timedelta(seconds=59)) == 0
    assert jobs.reap(now=NOON + timedelta(seconds=61)) == 1
    drain()
    assert (ran, the_row().status) == (["back"], "SUCCESSFUL")


def test_a_job_that_kills_every_worker_ends_as_failed(ran):
    mark_running(watched_jobs.note.enqueue("poison"), since=NOON, tries=2)
    assert jobs.reap(now=NOON + timedelta(minutes=2)) == 1
    assert (ran, the_row().status) == (["poison failed"], "FAILED")


def test_the_only_worker_takes_lost_jobs_back_at_once():
    mark_running(watched_jobs.note.enqueue("mine"), since=NOON)
    assert jobs.reap_all(now=NOON) == 1
    assert the_row().status == "READY"


def test_a_late_reaper_leaves_the_next_try_alone():
    mark_running(watched_jobs.note.enqueue("x"), since=NOON)
    stale = the_row()
    mark_running(stale, since=NOON + timedelta(minutes=5))
    assert jobs._give_back_or_fail(stale, now=NOON + timedelta(minutes=5)) is False
    assert the_row().status == "RUNNING"


def test_a_periodic_job_is_enqueued_once_each_time_it_is_due(hourly):
    ticks = [jobs.tick(now=NOON + timedelta(minutes=m)) for m in (0, 0, 59, 60, 61)]
    assert ticks == [["hourly"], [], [], ["hourly"], []]
    assert DBTaskResult.objects.count() == 2


def test_missed_times_are_made_up_for_once(hourly):
    jobs.tick(now=NOON)
    assert jobs.tick(now=NOON + timedelta(hours=5, minutes=20)) == ["hourly"]
    assert PeriodicTick.objects.get().due_at == NOON + timedelta(hours=6)


def test_of_two_workers_that_saw_the_same_due_time_one_starts_the_job(hourly):
    jobs.tick(now=NOON)
    later = NOON + timedelta(hours=1)
    assert [jobs._start(hourly, later), jobs._start(hourly, later)] == [True, False]


def test_prune_keeps_what_is_fresh_and_what_is_unfinished(ran):
    with clock.frozen_at(NOON):
        for age, status in ((2, "SUCCESSFUL"), (0, "SUCCESSFUL"), (2, "FAILED"), (20, "FAILED")):
            watched_jobs.note.enqueue(f"{status} {age}")
            newest = DBTaskResult.objects.filter(status="READY")
            newest.update(status=status, finished_at=NOON - timedelta(days=age))
        watched_jobs.note.enqueue("READY")
        jobs.prune.call()
    left = {row.args_kwargs["args"][0] for row in DBTaskResult.objects.all()}
    assert left == {"SUCCESSFUL 0", "FAILED 2", "READY"}


def test_one_step_of_a_standing_worker_ticks_and_runs_one_job(hourly, ran):
    watched_jobs.note.enqueue("one")
    watched_jobs.note.enqueue("two")
    worker = StandingWorker()
    assert (worker.step(), ran) == (True, ["one"])
    assert PeriodicTick.objects.filter(name="hourly").exists()


def test_a_standing_worker_without_jobs_says_so():
    assert StandingWorker().step() is False
