"""What came up in a file so far. It lies on disk, so that memory does not grow with the file."""

import sqlite3
from hashlib import blake2b
from typing import TypeVar

Told = TypeVar("Told", str, bytes)
DIGEST_BYTES = 10
CACHE_KB = 2048


class Seen:
    """Keys, with what was said of each when it first came up, and on which line."""

    def __init__(self) -> None:
        # Without a name SQLite keeps the rows in a temporary file, which goes with the connection.
        self._rows = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._rows.execute(f"PRAGMA cache_size=-{CACHE_KB}")
        self._rows.execute("PRAGMA journal_mode=OFF")
        self._rows.execute("CREATE TABLE seen (key BLOB PRIMARY KEY, told, line) WITHOUT ROWID")
        self._rows.execute("BEGIN")

    def __del__(self) -> None:
        self._rows.close()

    def first(self, key: str, told: Told, line: int) -> tuple[Told, int]:
        """What was said of the key the first time, and where: this, if it is the first time."""
        digest = _digest(key)
        made = self._rows.execute(
            "INSERT INTO seen VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (digest, told, line)
        )
        if made.rowcount:
            return told, line
        found = self._rows.execute("SELECT told, line FROM seen WHERE key = ?", (digest,))
        before: tuple[Told, int] = found.fetchone()
        return before

    def __contains__(self, key: str) -> bool:
        found = self._rows.execute("SELECT 1 FROM seen WHERE key = ?", (_digest(key),))
        return found.fetchone() is not None


def _digest(key: str) -> bytes:
    return blake2b(key.encode(), digest_size=DIGEST_BYTES).digest()
