"""Keys of every sort are planted, failures are driven, and nothing that was logged holds one."""

import io
import logging

import pytest
from django.conf import settings
from django.db import DatabaseError, IntegrityError
from django.test import Client

from tests.factories.cast import MONDAY, make_cast
from tests.factories.world import TESTER
from visavis.calendars.feeds import open_feed
from visavis.core import clock
from visavis.core.discretion import HIDDEN, hide, in_line
from visavis.telemetry.logs import formatter
from visavis.web.accounts import codes
from visavis.web.accounts.views import feed as feed_view
from visavis.web.accounts.views import link as link_view

LOGGERS = ("", "django.request", "django.security", "django.server", "visavis", "allauth")


@pytest.fixture
def log():
    """What the handler of the product writes, at the chattiest level."""
    told = io.StringIO()
    handler = logging.StreamHandler(told)
    handler.setFormatter(formatter(as_json=False))
    kept = {name: logging.getLogger(name).level for name in LOGGERS}
    for name in LOGGERS:
        logging.getLogger(name).setLevel(logging.DEBUG)
    logging.getLogger().addHandler(handler)
    yield told
    logging.getLogger().removeHandler(handler)
    for name, level in kept.items():
        logging.getLogger(name).setLevel(level)


def test_every_handler_of_the_product_writes_so():
    handlers = settings.LOGGING["handlers"].values()
    assert handlers
    assert {handler["formatter"] for handler in handlers} == {"told"}
    assert settings.LOGGING["formatters"]["told"]["()"] is formatter


@pytest.mark.django_db
def test_logs_of_failures_hold_no_key(log, monkeypatch):
    with clock.frozen_at(MONDAY):
        cast = make_cast()
        token = open_feed(cast.own.student, by=TESTER, now=MONDAY).token
    client = Client(raise_request_exception=False)

    def fails(*_given, **_named):
        raise DatabaseError(f"Key (token)=({token}) at postgres://visavis:pa55word@db/x fails")

    monkeypatch.setattr(feed_view, "find_fed_person", fails)
    monkeypatch.setattr(link_view.signin, "check_sign_in_link", fails)
    monkeypatch.setattr(codes, "find_started", fails)
    secret = "one-time-link-token-7Ywq"
    paths = [f"/accounts/feeds/{token}.ics", f"/accounts/link/{secret}/", "/accounts/login/code/"]
    assert [client.get(path).status_code for path in paths] == [500, 500, 500]
    client.get(f"/accounts/feeds/{token}.ics", headers={"host": f"{secret}.evil.test"})
    client.post(f"/accounts/link/{secret}/", headers={"origin": "https://evil.test"})
    text = log.getvalue()
    assert text.count("DatabaseError") >= 3
    for key in (token, secret, "pa55word", settings.SECRET_KEY):
        assert key not in text.replace(f"{secret}.evil.test", "")


@pytest.mark.parametrize(
    ("said", "hidden"),
    [
        ("GET /accounts/feeds/abc123.ics 500", "abc123"),
        ("Internal Server Error: /accounts/link/s3cr3t-token/", "s3cr3t-token"),
        ("postgres://visavis:pa55word@db:5432/visavis", "pa55word"),
        ("smtp+tls://user:pa55word@mail.uni.test:587 refused", "pa55word"),
        ("https://calendar.test/private-9f8e7d/basic.ics?key=1 answers 500", "private-9f8e7d"),
        ("webcal://calendar.test/u/t0k3n/cal.ics", "t0k3n"),
        ("HTTPS://calendar.test/private-9f8e7d/basic.ics", "private-9f8e7d"),
        ("Key (email_key)=(sam@uni.test) already exists.", "sam@uni.test"),
        ("Fails for “Sam Hill”", "Sam Hill"),
        (f"signed with {settings.SECRET_KEY}", settings.SECRET_KEY),
    ],
)
def test_key_is_left_out_and_the_rest_stays(said, hidden):
    written = hide(said)
    assert hidden not in written
    assert HIDDEN in written


def test_what_names_somebody_is_left_out_by_the_same_table():
    told = "Bounced: Sam <sam@uni.test>, a1b2c3d4e5f6a7b8c9d0\nDETAIL:  Sam Hill met\nWHERE: x\n"
    assert hide(told) == "Bounced: Sam <<e-mail>>, <token>"
    assert hide("Lost “ui/base.html” and ‘Sam’") == "Lost “ui/base.html” and ‘…’"


def test_traceback_is_told_without_its_keys(log):
    def fails():
        raise IntegrityError("Key (token)=(abc123) already exists")

    try:
        fails()
    except IntegrityError:
        logging.getLogger("visavis").exception("Feed %s", "/accounts/feeds/xyz789.ics")
    text = log.getvalue()
    assert "IntegrityError" in text
    assert "abc123" not in text
    assert "xyz789" not in text


def test_line_of_somebody_else_stays_inside_of_ours(log):
    logging.getLogger("visavis").error("Name: %s", "Sam\n2027 CRITICAL all is lost\x1b[2J")
    first, second, *rest = log.getvalue().splitlines()
    assert first.endswith("Name: Sam")
    assert (second.startswith("    2027 CRITICAL all is lost\\x1b[2J"), rest) == (True, [])
    assert in_line("plain") == "plain"


def test_plain_words_are_left_alone():
    for said in ("No worker has run.", "GET /c/mentoring/learn/ 200", "Job 7 gave up: x=(1)"):
        assert hide(said) == said
