"""Logs say what happened and nothing of whom, in JSON as on a terminal."""

import json
import logging
import sys

import pytest
from django.db import IntegrityError
from django.test import RequestFactory
from django.urls import resolve
from structlog.contextvars import bound_contextvars

from visavis.bookings.errors import Refused
from visavis.core import clock
from visavis.people.models import User
from visavis.telemetry import logs

PLANTED = ("Ann", "Example", "ann@school.test", "s3cr3tT0kenOfAFeed0123", "Kurt")


def line(record, *, as_json=True):
    return logs.formatter(as_json=as_json).format(record)


def record(message, *arguments, error=None, **extra):
    made = logging.LogRecord(
        "visavis.test", logging.WARNING, __file__, 1, message, arguments, error and raised(error)
    )
    vars(made).update(extra)
    return made


def raised(error):
    try:
        raise error
    except type(error):
        return sys.exc_info()


def test_a_line_is_one_json_document_with_what_is_known_of_the_moment():
    with bound_contextvars(request_id="abc123", job="visavis.x"):
        told = json.loads(line(record("Job %s done", "x", status=200, milliseconds=1.5)))
    assert told.pop("timestamp").endswith("Z")
    assert told == {
        "event": "Job x done",
        "request_id": "abc123",
        "job": "visavis.x",
        "level": "warning",
        "logger": "visavis.test",
        "status": 200,
        "milliseconds": 1.5,
    }


def test_on_a_terminal_it_reads_like_a_line():
    with bound_contextvars(request_id="abc123"):
        told = line(record("The worker waits"), as_json=False)
    assert "The worker waits" in told
    assert "request_id=abc123" in told
    assert "{" not in told


def test_values_that_nobody_has_chosen_are_left_out():
    told = json.loads(line(record("Hello", user="ann@school.test", request=None)))
    assert "user" not in told
    assert "request" not in told


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize(
    "message",
    [
        "could not reach ann@school.test today",
        "the answer was 'Ann Example'",
        'the answer was "Ann Example"',
        "read https://calendar.example/feeds/s3cr3tT0kenOfAFeed0123/basic.ics",
        "the key s3cr3tT0kenOfAFeed0123 is gone",
        "duplicate key\nDETAIL:  Key (name)=(Ann Example) already exists.",
        "bad input\nLINE 1: SELECT Ann\n               ^",
        "{'ann@school.test': (550, b'no Ann here')}",
    ],
)
def test_free_text_is_cut_down_to_what_names_nobody(message, as_json):
    for told in (
        line(record(message), as_json=as_json),
        line(record("It broke", error=ValueError(message)), as_json=as_json),
    ):
        assert not [word for word in PLANTED if word in told]


def test_a_file_of_the_program_is_named():
    told = line(record("Missing entry for 'dist/app.css', not for 'feeds/s3cr3tT0kenOfAFeed0123'"))
    assert "'dist/app.css'" in told
    assert "s3cr3t" not in told


def test_of_a_refusal_its_code_is_told_and_not_the_sentence_with_names():
    told = line(record("Refused", error=Refused("Ann Example is busy then.", code="busy")))
    assert "busy" in json.loads(told)["exception"].splitlines()[-1]
    assert "Ann" not in told


def test_an_exception_is_told_with_its_places_and_causes():
    try:
        try:
            {}["Ann"]
        except KeyError as cause:
            raise ValueError("no such person: Kurt's “Ann”") from cause
    except ValueError as error:
        made = record("It broke", error=error)
    told = json.loads(line(made))["exception"]
    assert "builtins.KeyError" in told
    assert "and then" in told
    assert f"{__file__}:" in told
    assert "Ann" not in told


@pytest.mark.django_db
def test_the_databases_own_words_about_a_row_stay_out(db):
    User.objects.create(email="ann@school.test", first_name="Ann", last_name="Example")
    with pytest.raises(IntegrityError) as caught:
        User.objects.create(email="ann@school.test")
    told = line(record("It broke", error=caught.value))
    assert "IntegrityError" in told
    assert not [word for word in PLANTED if word in told]


def test_django_names_the_page_and_not_the_path_of_a_request():
    request = RequestFactory().get("/go/s3cr3tT0kenOfAFeed0123/")
    made = record("Internal Server Error: %s", request.path, request=request)
    assert json.loads(line(made))["event"] == "Internal Server Error: unmatched"
    request = RequestFactory().get("/accounts/login/")
    request.resolver_match = resolve(request.path)
    made = record("Internal Server Error: %s", request.path, request=request)
    assert json.loads(line(made))["event"] == "Internal Server Error: account_login"


def test_now_is_told_in_utc():
    told = json.loads(line(record("x")))["timestamp"]
    assert told[:13] == f"{clock.now():%Y-%m-%dT%H}"
