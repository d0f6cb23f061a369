"""Turns to write: one at a time beside a SQLite file, and no way for the dead to keep theirs."""

import fcntl
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import connection

from visavis.core import turns
from visavis.core.turns import turn_to_write

HOLD = """
import fcntl, sys, time
file = open(sys.argv[1], "a")
print("here", flush=True)
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


def take_turn(order, name):
    """A thread that waits for its turn and says so when it had it."""

    def come():
        with turn_to_write():
            order.append(name)

    thread = threading.Thread(target=come)
    thread.start()
    return thread


@contextmanager
def other_process(turn_file):
    """A process that waits for the turn, says that it is its own, and keeps it."""
    command = [sys.executable, "-c", HOLD, str(turn_file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "here\n"
        yield other
        other.kill()


def wait_until_asleep(process):
    """What is left to it is to wait for the lock."""
    while Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0] != "S":
        time.sleep(0.01)


def test_after_some_turns_of_one_process_it_is_anothers(turn_file, monkeypatch):
    monkeypatch.setattr(turns, "IN_A_ROW", 2)
    order = []
    with ExitStack() as stack:
        with turn_to_write():
            other = stack.enter_context(other_process(turn_file))
            wait_until_asleep(other)
            threads = [take_turn(order, number) for number in range(2)]
            while turns._queues[str(turn_file)]._waiting < len(threads):
                time.sleep(0.01)
        assert other.stdout.readline() == "mine\n"
        assert len(order) == 1
    for thread in threads:
        thread.join(10)
    assert sorted(order) == [0, 1]


def test_a_turn_that_nobody_here_waits_for_is_given_back_at_once(turn_file):
    with turn_to_write():
        pass
    with turn_file.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_turn_is_given_back_by_whoever_fails(turn_file):
    with pytest.raises(ZeroDivisionError), turn_to_write():
        1 / 0  # noqa: B018  (it fails)
    with turn_to_write():
        pass


def test_a_turn_ends_with_the_process_that_had_it(turn_file):
    with other_process(turn_file) as holder:
        assert holder.stdout.readline() == "mine\n"
        holder.kill()
        with turn_to_write():
            pass


@pytest.mark.django_db
def test_inside_a_transaction_nobody_waits_for_a_turn():
    assert connection.in_atomic_block
    with turn_to_write(), turn_to_write():
        pass
