"""Connections to PostgreSQL, of which neither end waits for hours for one that is gone."""

import pytest
from django.db import connection

from visavis.config.silence import give_up_silent


def test_both_ends_are_told_when_to_give_up():
    options = {}
    give_up_silent(options, 15)
    assert options == {
        "connect_timeout": 5,
        "tcp_user_timeout": 15_000,
        "keepalives_idle": 5,
        "keepalives_interval": 5,
        "keepalives_count": 2,
        "options": (
            "-c tcp_user_timeout=15000 -c tcp_keepalives_idle=5 "
            "-c tcp_keepalives_interval=5 -c tcp_keepalives_count=2"
        ),
    }


def test_what_the_address_says_itself_stays():
    options = {"connect_timeout": 30, "options": "-c statement_timeout=1000"}
    give_up_silent(options, 3)
    assert options["connect_timeout"] == 30
    assert options["options"].startswith("-c statement_timeout=1000 -c tcp_user_timeout=3000 ")


def test_nought_leaves_all_of_it_to_the_system():
    options = {}
    give_up_silent(options, 0)
    assert options == {}


@pytest.mark.django_db
def test_the_server_has_heard_of_it():
    if connection.vendor != "postgresql" or connection.settings_dict["HOST"].startswith("/"):
        pytest.skip("only a server that is reached over a network is asked after")
    with connection.cursor() as cursor:
        cursor.execute("SHOW tcp_keepalives_idle")
        assert cursor.fetchone() == ("5",)
        cursor.execute("SHOW tcp_user_timeout")
        assert cursor.fetchone() == ("15000",)
