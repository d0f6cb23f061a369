"""Connections to PostgreSQL, of which neither end waits for hours for one that is gone."""

import pytest
from django.db import connection

from visavis.config.databases import JOBS, PAGES, complete, limits
from visavis.config.silence import our_end, their_end

POSTGRES = "django.db.backends.postgresql"


@pytest.fixture(autouse=True)
def nothing_said(monkeypatch):
    monkeypatch.delenv("DATABASE_SILENCE", raising=False)


def test_both_ends_give_up_after_fifteen_seconds():
    rhythm = {"keepalives_idle": 5, "keepalives_interval": 5, "keepalives_count": 2}
    assert our_end() == {"connect_timeout": 5, "tcp_user_timeout": 15_000, **rhythm}
    assert their_end() == {
        "tcp_user_timeout": 15_000,
        "tcp_keepalives_idle": 5,
        "tcp_keepalives_interval": 5,
        "tcp_keepalives_count": 2,
    }


@pytest.mark.parametrize("who", [PAGES, JOBS])
def test_the_server_hears_it_with_its_other_limits_from_pages_and_from_jobs(who):
    assert limits(who).endswith(
        " -c tcp_user_timeout=15000 -c tcp_keepalives_idle=5"
        " -c tcp_keepalives_interval=5 -c tcp_keepalives_count=2"
    )


def test_what_the_address_says_itself_stays():
    database = {"ENGINE": POSTGRES, "OPTIONS": {"connect_timeout": 30}}
    complete(database)
    assert database["OPTIONS"]["connect_timeout"] == 30
    assert database["OPTIONS"]["tcp_user_timeout"] == 15_000


def test_nought_leaves_all_of_it_to_the_system(monkeypatch):
    monkeypatch.setenv("DATABASE_SILENCE", "0")
    assert our_end() == their_end() == {}
    assert "tcp" not in limits(PAGES)


@pytest.mark.parametrize("who", [PAGES, JOBS])
def test_beside_them_the_server_hears_what_its_disk_is_like(who):
    assert limits(who).startswith("-c random_page_cost=1.1 -c statement_timeout=")


@pytest.mark.parametrize("who", [PAGES, JOBS])
def test_a_pooler_that_knows_no_parameters_is_sent_none(who, monkeypatch):
    monkeypatch.setenv("DATABASE_SILENCE", "0")
    for name in ("STATEMENT_TIMEOUT", "LOCK_TIMEOUT", "IDLE_TRANSACTION_TIMEOUT"):
        monkeypatch.setenv(f"{who}{name}", "0")
    assert limits(who) == ""


def test_what_the_address_says_to_the_server_comes_last():
    database = {"ENGINE": POSTGRES, "OPTIONS": {"options": "-c random_page_cost=4"}}
    complete(database)
    assert database["OPTIONS"]["options"].startswith("-c random_page_cost=1.1 -c ")
    assert database["OPTIONS"]["options"].endswith(" -c random_page_cost=4")


@pytest.mark.django_db
def test_the_server_has_heard_of_it():
    if connection.vendor != "postgresql" or connection.settings_dict["HOST"].startswith("/"):
        pytest.skip("only a server that is reached over a network is asked after")
    with connection.cursor() as cursor:
        cursor.execute("SHOW tcp_keepalives_idle")
        assert cursor.fetchone() == ("5",)
        cursor.execute("SHOW tcp_user_timeout")
        assert cursor.fetchone() == ("15000",)
