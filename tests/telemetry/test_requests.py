"""The edge of a request: its number, its line, its figures."""

import json
import logging

import pytest
from django.test import Client
from prometheus_client import REGISTRY

from tests.factories.cast import make_cast
from visavis.telemetry import logs

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines():
    """What the log says, as JSON."""
    told = []

    class Handler(logging.Handler):
        def emit(self, record):
            told.append(json.loads(self.format(record)))

    handler = Handler()
    handler.setFormatter(logs.formatter(as_json=True))
    root, ours = logging.getLogger(), logging.getLogger("visavis")
    root.addHandler(handler)
    level, propagates = ours.level, ours.propagate
    ours.setLevel(logging.INFO)
    yield told
    ours.setLevel(level)
    ours.propagate = propagates
    root.removeHandler(handler)


def test_a_request_has_a_number_that_the_answer_and_the_log_share(client, lines):
    answer = client.get("/accounts/login/")
    [told] = lines
    assert told["request_id"] == answer.headers["X-Request-ID"]
    assert len(told["request_id"]) == 12
    assert (told["event"], told["route"], told["status"]) == (
        "GET account_login 200",
        "account_login",
        200,
    )
    assert 0 < told["milliseconds"] < 60_000


def test_the_number_of_a_proxy_of_ours_is_kept(client, settings, lines):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    answer = client.get("/accounts/login/", headers={"X-Request-ID": "proxy-number-1"})
    assert answer.headers["X-Request-ID"] == "proxy-number-1"
    assert lines[0]["request_id"] == "proxy-number-1"


@pytest.mark.parametrize(
    ("proxies", "given"),
    [(0, "a-strangers-number"), (1, "x\\nforged"), (1, "a" * 65), (1, "short"), (1, "<b>bold</b>")],
)
def test_a_number_of_anybody_else_is_not(client, settings, proxies, given):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    answer = client.get("/accounts/login/", headers={"X-Request-ID": given})
    assert answer.headers["X-Request-ID"] != given


def test_a_path_with_a_token_is_told_by_its_page(client, lines):
    answer = client.get("/go/Sup3rSecretShortAddress/")
    [told] = [one for one in lines if one["logger"] == "visavis.access"]
    assert told["status"] == answer.status_code
    assert "Sup3r" not in json.dumps(lines)


def test_probes_and_files_are_not_told_at_info(client, lines):
    client.get("/healthz")
    client.get("/static/ui/mark.svg")
    assert lines == []


def counted(**labels):
    return REGISTRY.get_sample_value("visavis_http_requests_total", labels) or 0.0


def test_requests_are_counted_by_page_method_and_status(client):
    labels = {"route": "account_login", "method": "GET", "status": "200"}
    before = counted(**labels)
    client.get("/accounts/login/")
    assert counted(**labels) == before + 1
    odd = {"route": "unmatched", "method": "OTHER", "status": "404"}
    before = counted(**odd)
    client.generic("BREW", "/nowhere/at/all")
    assert counted(**odd) == before + 1


def test_nothing_of_a_whole_mornings_pages_names_anybody(lines):
    cast = make_cast()
    here = cast.own
    student = here.student
    client = Client()
    client.force_login(student)
    for path in (
        "/",
        f"/c/{here.community.slug}/learn/",
        "/accounts/profile/",
        f"/c/{here.community.slug}/book/",
        "/c/nowhere/learn/",
    ):
        client.get(path, {"q": student.email})
    told = json.dumps(lines)
    assert len(lines) >= 5
    for word in (student.email, student.first_name, student.last_name, here.community.slug):
        assert not word or word not in told
