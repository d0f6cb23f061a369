"""One moment of the database, however long it takes to read it, and without anybody waiting."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def one_moment() -> Iterator[None]:
    """Every read within the block sees what was committed before the first of them.

    Others go on writing. SQLite keeps what they write beside the file meanwhile, PostgreSQL the
    rows that they replace, so a block of hours costs room.
    """
    if connection.vendor == "sqlite":
        yield from _deferred()
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            # Limits that keep pages short are not meant for this.
            for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
                cursor.execute(f"SET LOCAL {limit} = 0")
            yield


def _deferred() -> Iterator[None]:
    """atomic() would begin as a writer, for whom all others wait."""
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")
