"""Turns to write: one at a time beside a SQLite file, and no way for the dead to keep theirs."""

import errno
import fcntl
import os
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
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
    """A process that has the turn, and keeps it."""
    command = [sys.executable, "-c", HOLD, str(turn_file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        try:
            assert other.stdout.readline() == "mine\n"
            yield other
        finally:
            other.kill()


@pytest.mark.parametrize(("in_a_row", "given_back"), [(1, 3), (2, 2), (3, 1)])
def test_after_some_turns_in_a_row_other_processes_may_have_it(
    turn_file, monkeypatch, in_a_row, given_back
):
    monkeypatch.setattr(turns, "IN_A_ROW", in_a_row)
    taken = []
    lock = fcntl.flock
    monkeypatch.setattr(fcntl, "flock", lambda *how: taken.append(how) or lock(*how))
    order = []
    with turn_to_write():
        threads = [take_turn(order, number) for number in range(2)]
        deadline = time.monotonic() + 10
        while turns._queues[str(turn_file)]._waiting < len(threads) and time.monotonic() < deadline:
            time.sleep(0.01)
    for thread in threads:
        thread.join(10)
    assert (sorted(order), len(taken)) == ([0, 1], given_back)


def test_a_turn_that_cannot_be_given_back_does_not_stop_this_process(turn_file, monkeypatch):
    def break_off(file):
        close(file)
        raise OSError(errno.EIO, "The disk is gone.")

    close = os.close
    with monkeypatch.context() as broken:
        broken.setattr(os, "close", break_off)
        with pytest.raises(OSError, match="disk"), turn_to_write():
            pass
    with turn_to_write():
        pass


def test_a_turn_is_not_kept_for_who_gave_up_waiting(turn_file):
    queue = turns._Queue(str(turn_file))
    queue.come()
    queue.take()
    queue._own, own = Impatient(queue), queue._own
    with pytest.raises(KeyboardInterrupt):
        queue.come()
    queue._own = own
    with turn_file.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


class Impatient:
    """A lock whose holder leaves while somebody waits, who is interrupted just then."""

    def __init__(self, queue):
        self.queue, self.own = queue, queue._own

    def acquire(self, *, blocking=True):
        if not blocking:
            return self.own.acquire(blocking=False)
        self.queue.leave()
        raise KeyboardInterrupt

    def release(self):
        self.own.release()


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
        holder.kill()
        with turn_to_write():
            pass


@pytest.mark.django_db
def test_inside_a_transaction_nobody_waits_for_a_turn():
    assert connection.in_atomic_block
    with turn_to_write(), turn_to_write():
        pass
