"""Turns to write: one at a time beside a SQLite file, and no way for the dead to keep theirs."""

import subprocess
import sys
import threading
from types import SimpleNamespace

import pytest
from django.db import connection

from visavis.core import turns
from visavis.core.turns import turn_to_write

HOLD = """
import fcntl, sys, time
file = open(sys.argv[1], "a")
fcntl.flock(file, fcntl.LOCK_EX)
print("mine", flush=True)
time.sleep(60)
"""


@pytest.fixture
def turn_file(tmp_path, monkeypatch):
    """The connection is one to a SQLite file, outside any transaction."""
    name = tmp_path / "school.sqlite3"
    on_file = SimpleNamespace(
        vendor="sqlite",
        in_atomic_block=False,
        settings_dict={"NAME": str(name)},
    )
    monkeypatch.setattr(turns, "connection", on_file)
    return tmp_path / "school.sqlite3-turn"


def test_whoever_comes_second_waits_for_the_first(turn_file):
    order = []

    def come_second():
        with turn_to_write():
            order.append("second")

    with turn_to_write():
        thread = threading.Thread(target=come_second)
        thread.start()
        thread.join(0.2)
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"]


def test_a_turn_ends_with_the_process_that_had_it(turn_file):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(turn_file)], stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout.readline() == "mine\n"
        holder.kill()
        with turn_to_write():
            pass


@pytest.mark.django_db
def test_inside_a_transaction_nobody_waits_for_a_turn():
    assert connection.in_atomic_block
    with turn_to_write(), turn_to_write():
        pass
