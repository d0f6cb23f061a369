"""PostgreSQL is gone while pages are served, and comes back: nobody restarts anything."""

import os
from urllib.parse import urlsplit

import pytest

from bench.databases import POSTGRESQL, throwaway
from tests.faults.conftest import said, scene, wait_until
from tests.faults.cutting import Wire

pytestmark = [pytest.mark.race, pytest.mark.xdist_group("races")]


@pytest.fixture
def wired(monkeypatch):
    """A served school whose way to PostgreSQL is a wire."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        pytest.skip("SQLite is a file: it does not go away by itself")
    monkeypatch.setenv("POSTGRES", url)
    with throwaway(POSTGRESQL) as database:
        real = urlsplit(database.environment["DATABASE_URL"])
        with Wire(real.hostname or "127.0.0.1", real.port or 5432) as wire:
            who, at, _host = real.netloc.rpartition("@")
            there = real._replace(netloc=f"{who}{at}127.0.0.1:{wire.port}")
            with scene(database, there.geturl()) as made:
                yield made, wire


def test_pages_say_so_while_it_is_gone_and_the_same_button_books_when_it_is_back(wired):
    made, wire = wired
    wire.cut()
    assert said(made.press()) == (503, "The site takes a short break")
    answer = made.look(made.visit.learn)
    assert said(answer) == (503, "The site takes a short break")
    assert "nothing is booked twice" in answer.page
    assert made.look("/healthz").status == 200
    answer = made.look("/readyz")
    assert (answer.status, answer.page) == (503, "The database does not answer.\n")

    wire.mend()
    assert wait_until(lambda: made.look("/readyz").status == 200, 60)
    made.book_now()
    # The processes are those of before, and the worker has told of it.
    made.nothing_wrong()
