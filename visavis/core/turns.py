"""Turns to write on SQLite, which lets one transaction write and has the others ask again.

SQLite's own waiting is polling: who finds the database locked sleeps, for longer each time, and of
many who want it some sleep through every gap. A lock on a file beside the database wakes the next
at once (figures in docs/adr/0007). PostgreSQL queues by itself.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

MODE = 0o666
"""As Python opens files: the system's mask takes off what others may not."""


@contextmanager
def turn_to_write() -> Iterator[None]:
    """Wait until it is one's turn, and keep it: put it around a short transaction that many want.

    It orders those who wait and guards nothing: a writer that takes no turn only meets SQLite's own
    lock. The system gives the turn back when its process is killed.
    """
    if not _takes_turns():
        yield
        return
    file = os.open(f"{connection.settings_dict['NAME']}-turn", os.O_RDWR | os.O_CREAT, MODE)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)


def _takes_turns() -> bool:
    """Not inside a transaction, which holds the lock that the others' turns would wait for."""
    name = str(connection.settings_dict["NAME"])
    is_in_memory = name == ":memory:" or "mode=memory" in name
    return connection.vendor == "sqlite" and not (is_in_memory or connection.in_atomic_block)
