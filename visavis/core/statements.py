"""Statements whose text stays the same, on PostgreSQL prepared by the server as well.

Django puts the values into the text of a statement, so that PostgreSQL reads and plans it anew each
time. Here they are sent beside it, and a connection that has sent the same text a few times has it
prepared (psycopg does that by itself). `PREPARE_STATEMENTS=0` is for connections through a pooler
that hands each transaction to another server connection.
"""

from collections.abc import Sequence
from typing import Any

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.sqlite3.base import SQLiteCursorWrapper
from psycopg.sql import Literal

# How often the same text is sent before the server prepares it.
OFTEN = 3
# So many texts are kept as SQLite wants them; a school has far fewer.
ROOM = 2000
_converted: dict[str, str] = {}


def open_cursor() -> Any:
    """A cursor, to be closed, for a statement that is written once."""
    # Not `connection`, which finds out at each of its attributes whose it is in this thread.
    here: Any = connections[DEFAULT_DB_ALIAS]
    here.ensure_connection()
    with here.wrap_database_errors:
        if here.vendor == "sqlite":
            cursor = here.connection.cursor(factory=_RememberingCursor)
        elif _is_prepared():
            cursor = _PreparingCursor(here.connection)
            # Whoever watches the queries is not told the text of one that the server has prepared.
            here.connection.prepare_threshold = None if here.queries_logged else OFTEN
        else:
            return here.cursor()
    return here.make_debug_cursor(cursor) if here.queries_logged else here.make_cursor(cursor)


class _RememberingCursor(SQLiteCursorWrapper):
    """SQLite has other marks than Django for values: each text is turned into its own once."""

    def convert_query(self, query: str, *, param_names: list[str] | None = None) -> str:
        if param_names is not None:
            return super().convert_query(query, param_names=param_names)
        converted = _converted.get(query)
        if converted is None:
            if len(_converted) >= ROOM:
                _converted.clear()
            converted = _converted[query] = super().convert_query(query)
        return converted


class _PreparingCursor(psycopg.Cursor[Any]):
    """Only while it is open texts are counted: Django's own, values and all, would be kept too."""

    def close(self) -> None:
        self.connection.prepare_threshold = None
        super().close()


def with_constants(sql: str, parameters: Sequence[Any], blank: type) -> tuple[str, tuple[Any, ...]]:
    """The statement with what is always the same written into it, and the blanks that are left.

    A plan that is made for every value finds a partial index only by constants in the text.
    """
    if not _is_prepared():
        return sql, tuple(parameters)
    connection.ensure_connection()
    first, *parts = sql.split("%s")
    written, left = [first], []
    for part, value in zip(parts, parameters, strict=True):
        if isinstance(value, blank):
            written += ["%s", part]
            left.append(value)
        else:
            constant = Literal(value).as_string(connection.connection)
            written += [constant.replace("%", "%%"), part]
    return "".join(written), tuple(left)


def _is_prepared() -> bool:
    return connection.vendor == "postgresql" and bool(settings.PREPARE_STATEMENTS)
