"""Figures that the rows know, asked for when somebody wants the metrics; the same on each host."""

from collections.abc import Iterator
from datetime import datetime

from django.db import DatabaseError, InterfaceError
from django.db.models import Case, Count, F, Min, Q, When
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from visavis.availability.models import OutsideCalendar
from visavis.core import clock
from visavis.notifications.enums import MessageState
from visavis.notifications.models import Message


class RowsCollector(Collector):
    """Jobs, messages and calendars that wait; nothing but that it is away while the database is."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            found = [*_jobs(clock.now()), *_messages(), *_calendars()]
        except (DatabaseError, InterfaceError):
            found = []
        yield _gauge("visavis_database_up", "Whether the database answers.", float(bool(found)))
        yield from found

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing, so that registering asks the database nothing."""
        return []


def _gauge(name: str, told: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, told, value=value)


def _jobs(now: datetime) -> Iterator[GaugeMetricFamily]:
    # A job that may run at once has the last of all dates instead of one of its own.
    since = Case(When(run_after=get_date_max(), then=F("enqueued_at")), default=F("run_after"))
    at_once = Q(run_after=get_date_max()) | Q(run_after__lte=now)
    waits = Q(status=TaskResultStatus.READY)
    told = DBTaskResult.objects.filter(
        status__in=(TaskResultStatus.READY, TaskResultStatus.RUNNING, TaskResultStatus.FAILED)
    ).aggregate(
        waiting=Count("pk", filter=waits & at_once),
        later=Count("pk", filter=waits & ~at_once),
        running=Count("pk", filter=Q(status=TaskResultStatus.RUNNING)),
        failed=Count("pk", filter=Q(status=TaskResultStatus.FAILED)),
        oldest=Min(since, filter=waits & at_once),
    )
    age = max((now - told["oldest"]).total_seconds(), 0.0) if told["oldest"] else 0.0
    yield _gauge("visavis_jobs_waiting", "Jobs that a worker could begin now.", told["waiting"])
    yield _gauge("visavis_jobs_later", "Jobs that rest before their next try.", told["later"])
    yield _gauge("visavis_jobs_running", "Jobs that a worker has taken.", told["running"])
    yield _gauge("visavis_jobs_given_up", "Jobs that ended in failure.", told["failed"])
    yield _gauge(
        "visavis_oldest_job_age_seconds", "How long the first of those that wait has waited.", age
    )


def _messages() -> Iterator[GaugeMetricFamily]:
    count = Message.objects.filter(state=MessageState.GIVEN_UP).count()
    yield _gauge("visavis_messages_undelivered", "Messages that could not be delivered.", count)


def _calendars() -> Iterator[GaugeMetricFamily]:
    count = OutsideCalendar.objects.filter(paused_at=None, failures__gt=0).count()
    yield _gauge("visavis_calendars_failing", "Calendars whose last reading failed.", count)
