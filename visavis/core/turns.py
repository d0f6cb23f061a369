"""Turns to write on SQLite, which lets one transaction write and has the others ask again.

SQLite's own waiting is polling: who finds the database locked sleeps, for longer each time, and of
many who want it some sleep through every gap. A lock on a file beside the database wakes the next
at once (figures in docs/adr/0007). PostgreSQL queues by itself.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from django.db import connection

MODE = 0o666  # as Python opens files: the system's mask takes off what others may not
# Another process begins with cold caches: so many times the threads of one come after each other,
# then any process may be the first.
IN_A_ROW = 8


@contextmanager
def turn_to_write() -> Iterator[None]:
    """Wait until it is one's turn, and keep it: put it around a short transaction that many want.

    It orders those who wait and guards nothing: a writer that takes no turn only meets SQLite's own
    lock. The system gives the turn back when its process is killed.
    """
    if not _takes_turns():
        yield
        return
    path = f"{connection.settings_dict['NAME']}-turn"
    queue = _queues.setdefault(path, _Queue(path))
    queue.come()
    try:
        queue.take()
        yield
    finally:
        queue.leave()


class _Queue:
    """The threads of this process that want to write; the process waits among the others."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._own, self._counting = Lock(), Lock()
        self._waiting = self._taken = 0
        self._file: int | None = None

    def come(self) -> None:
        self._count(1)
        try:
            self._own.acquire()
        except BaseException:
            self._count(-1)
            # The turn may have been kept for this thread alone.
            if self._own.acquire(blocking=False):
                self.leave()
            raise
        self._count(-1)

    def _count(self, more: int) -> None:
        with self._counting:
            self._waiting += more

    def take(self) -> None:
        """Among threads it is one's turn; so it is among processes when the last one left it."""
        self._taken += 1
        if self._file is None:
            file = os.open(self.path, os.O_RDWR | os.O_CREAT, MODE)
            try:
                fcntl.flock(file, fcntl.LOCK_EX)
            except BaseException:
                os.close(file)
                raise
            self._file = file

    def leave(self) -> None:
        """Leave the turn to a thread that waits here, or to whoever comes first."""
        try:
            if self._file is not None and (not self._waiting or self._taken >= IN_A_ROW):
                file, self._file, self._taken = self._file, None, 0
                os.close(file)
        finally:
            self._own.release()


_queues: dict[str, _Queue] = {}


def _takes_turns() -> bool:
    """Not inside a transaction, which holds the lock that the others' turns would wait for."""
    name = str(connection.settings_dict["NAME"])
    is_in_memory = name == ":memory:" or "mode=memory" in name
    return connection.vendor == "sqlite" and not (is_in_memory or connection.in_atomic_block)
