"""Looks at the server all the while, for who has begun a transaction and says nothing more."""

import threading
import time
from typing import Self

import psycopg

EVERY = 0.5  # seconds
HANGS_FROM = 3.0  # seconds of silence within a transaction that nobody needs
PATIENCE = 120.0
# Hosts that serve hold what others need; a worker may take its time for the mails of a batch.
OPEN = """
SELECT extract(epoch FROM clock_timestamp() - state_change)::float AS seconds,
    host(client_addr) || ': ' || left(query, 200)
FROM pg_stat_activity
WHERE state LIKE 'idle in transaction%%' AND (client_addr << '10.77.0.8/29' OR %s)
ORDER BY seconds DESC LIMIT 1
"""


class Watch:
    """The longest silence within a transaction that was seen, in seconds."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.longest, self.whose = 0.0, ""
        self._over = threading.Event()
        self._looking = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._looking.start()
        return self

    def __exit__(self, *reason: object) -> None:
        self._over.set()
        self._looking.join()

    def _look(self) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            while not self._over.wait(EVERY):
                self.longest, self.whose = max(
                    (self.longest, self.whose), _silence(connection, of_all=False)
                )

    def wait_until_nothing_hangs(self) -> bool:
        """Whether, all faults being over, a transaction stays open for good."""
        until = time.monotonic() + PATIENCE
        with psycopg.connect(self.url, autocommit=True) as connection:
            while hangs := _silence(connection, of_all=True)[0] > HANGS_FROM:
                if time.monotonic() > until:
                    break
                time.sleep(EVERY)
        return hangs


def _silence(connection: psycopg.Connection, *, of_all: bool) -> tuple[float, str]:
    """How long the most silent of them is, and who it is with what it last asked."""
    row = connection.execute(OPEN, [of_all]).fetchone()
    return (row[0], row[1]) if row else (0.0, "")
