"""Connections to PostgreSQL, of which neither end waits for hours for one that is gone."""

import pytest
from django.db import connection

from visavis.config.databases import JOBS, complete, limits
from visavis.config.environment import ENGINES
from visavis.config.silence import as_client, as_server


def test_both_ends_are_told_when_to_give_up():
    assert as_client(15) == {
        "connect_timeout": 5,
        "tcp_user_timeout": 15_000,
        "keepalives_idle": 5,
        "keepalives_interval": 5,
        "keepalives_count": 2,
    }
    assert as_server(15) == [
        "-c tcp_user_timeout=15000",
        "-c tcp_keepalives_idle=5",
        "-c tcp_keepalives_interval=5",
        "-c tcp_keepalives_count=2",
    ]


def test_what_the_address_says_itself_stays():
    database = {"ENGINE": ENGINES[1], "OPTIONS": {"connect_timeout": 30}}
    complete(database)
    assert database["OPTIONS"]["connect_timeout"] == 30
    assert "-c tcp_user_timeout=15000" in database["OPTIONS"]["options"]


def test_nought_leaves_all_of_it_to_the_system(monkeypatch):
    monkeypatch.setenv("DATABASE_SILENCE", "0")
    database = {"ENGINE": ENGINES[1]}
    complete(database)
    assert "tcp_user_timeout" not in str(database)
    assert "tcp_" not in limits(JOBS)


@pytest.mark.django_db
def test_the_server_has_heard_of_it():
    if connection.vendor != "postgresql" or connection.settings_dict["HOST"].startswith("/"):
        pytest.skip("only a server that is reached over a network is asked after")
    with connection.cursor() as cursor:
        cursor.execute("SHOW tcp_keepalives_idle")
        assert cursor.fetchone() == ("5",)
        cursor.execute("SHOW tcp_user_timeout")
        assert cursor.fetchone() == ("15s",)
