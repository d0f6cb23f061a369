"""The machine's clock jumps ahead and is put back: what goes by the clock goes on, and once."""

from datetime import UTC, datetime, timedelta

import pytest
from django_tasks_db.models import DBTaskResult

from tests.core import watched_jobs
from visavis.core import jobs
from visavis.core.models import PeriodicTick
from visavis.core.worker import StandingWorker

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR, YEAR = timedelta(hours=1), timedelta(days=365)


@pytest.fixture
def hourly(monkeypatch):
    monkeypatch.setattr(jobs.register, "periodic", {})
    jobs.run_every(HOUR, watched_jobs.note.using(), name="hourly")


def test_a_worker_looks_at_the_clock_again_at_once_when_it_was_put_back(hourly):
    worker = StandingWorker()
    worker.look_at_clock(NOON + YEAR)
    worker.look_at_clock(NOON)
    assert PeriodicTick.objects.get(name="hourly").due_at == NOON + HOUR


def test_what_was_due_by_a_clock_that_ran_ahead_does_not_wait_for_that_year(hourly):
    assert jobs.tick(now=NOON + YEAR) == ["hourly"]
    assert jobs.tick(now=NOON) == ["hourly"]
    assert jobs.tick(now=NOON) == []
    assert PeriodicTick.objects.get().due_at == NOON + HOUR


def test_a_host_whose_clock_is_a_little_behind_starts_nothing_a_second_time(hourly):
    jobs.tick(now=NOON)
    assert jobs.tick(now=NOON - timedelta(seconds=30)) == []


def test_a_job_that_a_clock_ahead_has_seen_begin_is_given_back(hourly):
    watched_jobs.note.enqueue("x")
    DBTaskResult.objects.update(status="RUNNING", started_at=NOON + YEAR, worker_ids=["gone"])
    assert jobs.reap(now=NOON) == 1
    assert DBTaskResult.objects.get().status == "READY"


def test_a_job_that_runs_stays_when_the_clock_is_put_back_a_little(hourly):
    watched_jobs.note.enqueue("x")
    DBTaskResult.objects.update(status="RUNNING", started_at=NOON, worker_ids=["here"])
    assert jobs.reap(now=NOON - timedelta(seconds=30)) == 0
