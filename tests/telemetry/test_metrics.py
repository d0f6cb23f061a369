"""Figures for Prometheus: what is counted, and who may read it."""

import ast
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

import visavis
from tests.core import watched_jobs
from tests.factories.way import TEN
from tests.factories.world import make_world
from visavis.bookings.errors import SlotTaken
from visavis.bookings.openings import ask
from visavis.core import clock, jobs
from visavis.core.worker import StandingWorker, Worker, drain
from visavis.telemetry.metrics import COUNTED, TIMED

SAID = {f"measuring.{name}" for name in ("note", "timed", "outcomes")}
HOUSE = Path(visavis.__file__).parent


def sample(name, **labels):
    return REGISTRY.get_sample_value(name, labels) or 0.0


def said_in_code():
    """The first argument of every `measuring.note`, `.timed` and `.outcomes` in the house."""
    for file in HOUSE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in SAID:
                yield ast.literal_eval(node.args[0])


def test_everything_that_is_said_has_a_figure_and_the_other_way_round():
    assert set(said_in_code()) == set(COUNTED) | set(TIMED)


def test_metrics_are_text_that_prometheus_reads(client, db):
    client.get("/accounts/login/")
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    families = {family.name for family in text_string_to_metric_families(answer.text)}
    assert {
        "visavis_http_requests",
        "visavis_http_request_seconds",
        "visavis_slot_search_seconds",
        "visavis_bookings",
        "visavis_jobs",
        "visavis_import_rows",
        "visavis_calendar_fetches",
        "visavis_mails",
        "visavis_jobs_waiting",
        "visavis_oldest_job_age_seconds",
        "visavis_messages_undelivered",
        "visavis_database_up",
    } <= families


@pytest.fixture
def in_production(settings):
    settings.PRODUCTION = True
    settings.ALLOWED_HOSTS = ["booking.school.test"]


def test_where_people_are_served_nobody_reads_them_unless_it_is_said_who(
    client, db, in_production, settings
):
    assert client.get("/metrics").status_code == 404
    settings.METRICS_TOKEN = "let-me-read"
    assert client.get("/metrics").status_code == 404
    wrong = {"Authorization": "Bearer let-me-reaD"}
    assert client.get("/metrics", headers=wrong).status_code == 404
    right = {"Authorization": "Bearer let-me-read"}
    assert client.get("/metrics", headers=right).status_code == 200


@pytest.mark.parametrize(
    ("address", "forwarded", "proxies", "status"),
    [
        ("10.1.2.3", None, 1, 200),  # straight from inside
        ("127.0.0.1", "10.1.2.3", 1, 200),
        ("10.0.0.1", "203.0.113.9", 1, 404),  # our proxy speaks for somebody outside
        ("10.0.0.1", "10.1.2.3, 203.0.113.9", 1, 404),  # who claims to be inside
        ("203.0.113.9", None, 1, 404),
        ("10.0.0.1", "10.1.2.3", 2, 404),  # one of two proxies has not spoken
    ],
)
def test_networks_are_asked_of_the_address_that_our_proxies_vouch_for(
    client, db, in_production, settings, address, forwarded, proxies, status
):
    settings.METRICS_NETWORKS = [ip_network("10.0.0.0/8")]
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    answer = client.get("/metrics", headers=headers, REMOTE_ADDR=address)
    assert answer.status_code == status


@pytest.mark.django_db(transaction=True)
def test_bookings_are_counted_when_they_are_committed_and_refusals_by_their_reason():
    world = make_world()
    maya, won = world.provider("Maya"), {"action": "book", "outcome": "done"}
    lost = {"action": "book", "outcome": "slot_taken"}
    before = sample("visavis_bookings_total", **won), sample("visavis_bookings_total", **lost)
    searches = sample("visavis_slot_search_seconds_count")
    world.book(maya, world.student("Ann"), TEN)
    with pytest.raises(SlotTaken):
        world.book(maya, world.student("Ben"), TEN)
    ask(world.question())
    after = sample("visavis_bookings_total", **won), sample("visavis_bookings_total", **lost)
    assert after == (before[0] + 1, before[1] + 1)
    assert sample("visavis_slot_search_seconds_count") > searches


def test_jobs_that_wait_are_told_with_the_age_of_the_oldest(client, db, ran):
    watched_jobs.note.enqueue("one")
    watched_jobs.note.using(run_after=clock.now() + timedelta(hours=1)).enqueue("later")
    told = client.get("/metrics").text
    assert "\nvisavis_jobs_waiting 1.0\n" in told
    assert "\nvisavis_jobs_later 1.0\n" in told
    drain()
    told = client.get("/metrics").text
    assert "\nvisavis_jobs_waiting 0.0\n" in told
    assert "\nvisavis_oldest_job_age_seconds 0.0\n" in told


def test_jobs_are_counted_by_how_their_try_ended(db, ran):
    path = watched_jobs.note.module_path
    done = sample("visavis_jobs_total", job=path, outcome="done")
    failed = sample("visavis_jobs_total", job=path, outcome="failed")
    watched_jobs.failures.append("the first time")
    watched_jobs.note.enqueue("again")
    worker = Worker()
    worker.run_task(worker.take())
    assert sample("visavis_jobs_total", job=path, outcome="failed") == failed + 1
    watched_jobs.note.enqueue("well")
    worker.run_task(worker.take())
    assert sample("visavis_jobs_total", job=path, outcome="done") == done + 1


def test_a_worker_begins_with_no_job_given_up(db):
    """Or the first would be no rise, and nobody would be told."""
    StandingWorker().work(until=lambda: True)
    path = jobs.prune.module_path
    given_up = {"job": path, "outcome": "given_up"}
    assert REGISTRY.get_sample_value("visavis_jobs_total", given_up) is not None


def test_the_rows_are_asked_a_bounded_number_of_questions(client, db, django_assert_num_queries):
    with django_assert_num_queries(3):
        client.get("/metrics")
