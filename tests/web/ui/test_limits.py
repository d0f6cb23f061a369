"""Limits: counted a person and an address, in memory, answered with when to try again."""

import pytest
from allauth.core.internal.ratelimit import Rate
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLResolver, get_resolver, reverse

from visavis.config.environment import read_rates
from visavis.web.ui.limits import NAMES, Counter


@pytest.fixture
def student(cast):
    client = Client()
    client.force_login(cast.people["student"])
    return client


@pytest.fixture
def times(cast):
    world = cast.own.world
    return reverse("student:times", args=["mentoring", world.format.pk, world.service.pk])


def every_name(resolver=None, prefix=""):
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from every_name(pattern, space)
        else:
            yield f"{prefix}{pattern.name}"


def test_every_page_with_a_limit_is_there():
    assert {page for page, _method in NAMES} - set(every_name()) == set()


def test_who_asks_too_fast_is_told_when_to_try_again(student, times, settings):
    settings.LIMITS = settings.LIMITS | {"search": "2/m/user,100/m/ip"}
    assert [student.get(times).status_code for _ in range(3)] == [200, 200, 429]
    refused = student.get(times)
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert "Try again in" in refused.content.decode()
    assert "second" in refused.content.decode()
    # Others and other pages go on.
    assert student.get("/c/mentoring/learn/").status_code == 200


def test_one_person_does_not_use_up_what_another_may(cast, student, times, settings):
    settings.LIMITS = settings.LIMITS | {"search": "1/m/user,100/m/ip"}
    other = Client()
    other.force_login(cast.people["provider"])
    assert [student.get(times).status_code for _ in range(2)] == [200, 429]
    assert other.get(times).status_code == 200


def test_an_address_is_counted_whoever_comes_from_it(cast, student, times, settings):
    settings.LIMITS = settings.LIMITS | {"search": "100/m/user,2/m/ip"}
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    here = {"X-Forwarded-For": "192.0.2.7"}
    assert [student.get(times, headers=here).status_code for _ in range(3)] == [200, 200, 429]
    elsewhere = {"X-Forwarded-For": "192.0.2.7, 198.51.100.1"}
    assert student.get(times, headers=elsewhere).status_code == 200
    # Who pretends to be elsewhere is told by the last word, which our own proxy wrote.
    forged = {"X-Forwarded-For": "203.0.113.9, 192.0.2.7"}
    assert student.get(times, headers=forged).status_code == 429


def test_a_limit_costs_the_page_of_times_no_query(student, times, settings):
    costs = []
    for search in ("", "500/m/user,500/m/ip"):
        settings.LIMITS = settings.LIMITS | {"search": search}
        student.get(times)
        with CaptureQueriesContext(connection) as seen:
            assert student.get(times).status_code == 200
        costs.append(len(seen))
    assert costs[0] == costs[1]


def test_a_booking_that_came_too_fast_changes_nothing(student, settings):
    settings.LIMITS = settings.LIMITS | {"booking": "1/m/user"}
    assert student.post("/c/mentoring/bookings/").status_code == 422
    refused = student.post("/c/mentoring/bookings/")
    assert refused.status_code == 429
    assert "Nothing was changed" in refused.content.decode()


def test_a_script_that_asks_too_fast_gets_a_whole_page(student, times, settings):
    settings.LIMITS = settings.LIMITS | {"search": "1/m/user"}
    student.get(times)
    refused = student.get(times, headers={"HX-Request": "true"})
    assert (refused.status_code, refused.headers["HX-Redirect"]) == (429, times)


def test_a_flood_on_the_sign_in_ends_before_the_database(client, db, settings):
    settings.LIMITS = settings.LIMITS | {"sign_in": "1/m/ip"}
    client.post("/accounts/login/", {"email": "ann@x.test"})
    stranger = Client()
    with CaptureQueriesContext(connection) as seen:
        refused = stranger.post("/accounts/login/", {"email": "ann@x.test"})
    assert (refused.status_code, len(seen)) == (429, 0)


def test_the_counter_forgets_what_is_past_and_keeps_so_many():
    counter, rate = Counter(most=2), Rate(1, 60, "ip")
    assert counter.consume("a", rate, now=0.0) == 0
    assert counter.consume("a", rate, now=20.0) == 40
    assert counter.consume("a", rate, now=60.0) == 0
    counter.consume("b", rate, now=61.0)
    counter.consume("c", rate, now=61.0)
    assert counter.consume("a", rate, now=61.0) == 0


def test_the_counter_lets_go_of_whoever_came_and_stayed_away():
    counter, rate = Counter(), Rate(1, 60, "ip")
    for second in range(600):
        counter.consume(f"student {second}", rate, now=float(second))
    assert len(counter._times) == 60


def test_a_counter_of_different_times_still_remembers_the_longer():
    counter, minute, hour = Counter(), Rate(1, 60, "ip"), Rate(1, 3600, "ip")
    counter.consume("long", hour, now=0.0)
    counter.consume("short", minute, now=1.0)
    counter.consume("other", minute, now=100.0)
    assert counter.consume("long", hour, now=101.0) == 3499
    assert counter.consume("short", minute, now=102.0) == 0


@pytest.mark.parametrize("text", ["5", "0/m/user", "5/m/planet", "five/m/ip", "5/m/user;6/m/ip"])
def test_a_limit_that_is_none_is_refused_at_the_start(monkeypatch, text):
    monkeypatch.setenv("LIMIT_SEARCH", text)
    with pytest.raises(ImproperlyConfigured, match="LIMIT_SEARCH"):
        read_rates("LIMIT_SEARCH", default="120/m/user")


def test_a_limit_can_be_turned_off(monkeypatch):
    monkeypatch.setenv("LIMIT_SEARCH", "off")
    assert read_rates("LIMIT_SEARCH", default="120/m/user") == ""
