"""What a person sees while the site does not do its part."""

import psycopg
import pytest
from django.db import DatabaseError, InterfaceError, OperationalError
from django.test import Client

from visavis.web.ui.views import home as home_page

pytestmark = pytest.mark.django_db


def caused(error, cause):
    error.__cause__ = cause
    return error


@pytest.fixture
def ask(monkeypatch):
    """The start page, whose view raises this."""

    def answered(error):
        def raising(*_arguments, **_named):
            raise error

        monkeypatch.setattr(home_page, "render", raising)
        return Client(raise_request_exception=False).get("/")

    return answered


@pytest.mark.parametrize(
    ("cause", "words", "seconds"),
    [
        (psycopg.OperationalError("gone"), "The site takes a short break", "30"),
        (psycopg.errors.AdminShutdown(), "The site takes a short break", "30"),
        (psycopg.errors.DeadlockDetected(), "Too many people at once", "5"),
        (psycopg.errors.LockNotAvailable(), "Too many people at once", "5"),
        (psycopg.errors.QueryCanceled(), "This took too long", "30"),
        (psycopg.errors.DiskFull(), "There is no room to keep anything", "300"),
    ],
)
def test_a_trouble_of_the_database_is_a_pause_with_a_sentence(ask, cause, words, seconds):
    answer = ask(caused(OperationalError("secret words"), cause))
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == seconds
    assert f"<h1>{words}</h1>" in answer.text
    assert answer.headers["X-Request-ID"] in answer.text
    assert "secret words" not in answer.text


def test_a_connection_that_was_closed_is_one_too(ask):
    assert ask(InterfaceError("connection already closed")).status_code == 503


@pytest.mark.parametrize("error", [ValueError("secret words"), DatabaseError("secret words")])
def test_everything_else_is_an_error_page_with_the_number_of_the_log(ask, error):
    answer = ask(error)
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert answer.headers["X-Request-ID"] in answer.text
    assert "Retry-After" not in answer.headers
    assert "secret words" not in answer.text
