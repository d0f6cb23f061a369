"""Statements whose text stays the same, on PostgreSQL prepared by the server as well.

Django puts the values into the text of a statement, so that PostgreSQL reads and plans it anew each
time. Here they are sent beside it, and a connection that has sent the same text a few times has it
prepared (psycopg does that by itself). `PREPARE_STATEMENTS=0` is for connections through a pooler
that hands each transaction to another server connection.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import count
from typing import Any, Self

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.transaction import TransactionManagementError
from psycopg.sql import Literal

# How often the same text is sent before the server prepares it.
OFTEN = 3
# So many texts are kept with their driver's marks for values; a school has far fewer.
ROOM = 2000
# Instants, as the driver wants them: a booking names its three nearly thirty times.
INSTANTS = 2000
MARK = re.compile("%[%s]")


def fetch(text: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement that is written once, as the driver gives them."""
    found: list[tuple[Any, ...]] = _carry_out(text, values, lambda cursor: cursor.fetchall())
    return found


def change(text: str, values: Sequence[Any]) -> int:
    """Carry out a statement that is written once; how many rows it has changed.

    Within `sent_together` nobody knows that yet, and the number says nothing.
    """
    changed: int = _carry_out(text, values, lambda cursor: cursor.rowcount)
    return changed


def adapted(value: date) -> Any:
    """A day, or an aware instant, as the driver wants it."""
    if not isinstance(value, datetime):
        return connections[DEFAULT_DB_ALIAS].ops.adapt_datefield_value(value)
    # Elsewhere the two hours of a change of the clocks are equal, and would be kept as one.
    return _kept(value) if value.tzinfo is UTC else _adapted(value)


def _adapted(value: datetime) -> Any:
    return connections[DEFAULT_DB_ALIAS].ops.adapt_datetimefield_value(value)


_kept = lru_cache(INSTANTS)(_adapted)


def _carry_out(text: str, values: Sequence[Any], read: Callable[[Any], Any]) -> Any:
    # Not `connection`, which finds out at each of its attributes whose it is in this thread.
    here: Any = connections[DEFAULT_DB_ALIAS]
    here.ensure_connection()
    is_plain = here.vendor != "sqlite" and not _is_prepared(here)
    if is_plain or here.queries_logged or here.execute_wrappers:
        with _watched_cursor(here) as cursor:
            cursor.execute(text, values)
            return read(cursor)
    # Straight to the driver: Django's layers around a cursor take longer than SQLite to answer.
    here.validate_no_broken_transaction()
    with here.wrap_database_errors:
        if here.vendor == "sqlite":
            return read(here.connection.execute(_with_question_marks(text), values))
        with _PreparingCursor(here.connection) as cursor:
            cursor.execute(text, values)
            return read(cursor)


def _watched_cursor(here: Any) -> Any:
    """A cursor of Django's, for whoever watches what is carried out."""
    if not _is_prepared(here):
        return here.cursor()
    with here.wrap_database_errors:
        cursor = _PreparingCursor(here.connection)
    return here.make_debug_cursor(cursor) if here.queries_logged else here.make_cursor(cursor)


@contextmanager
def sent_together() -> Iterator[None]:
    """Let what is carried out within the block go to the database without waiting for each answer.

    For statements of which no rows are wanted; whatever the database says against one of them is
    raised at the end of the block, as Django's errors. So nothing in it may catch them or set a
    savepoint. Raises TransactionManagementError outside of a transaction.
    """
    here: Any = connections[DEFAULT_DB_ALIAS]
    if not here.in_atomic_block:
        raise TransactionManagementError("What is sent together belongs to one transaction.")
    if here.vendor != "postgresql" or here.queries_logged:
        yield
        return
    here.ensure_connection()
    with here.wrap_database_errors, here.connection.pipeline():
        yield


class _PreparingCursor(psycopg.RawCursor[Any]):
    """Takes texts with Django's marks, and has those prepared that come often.

    Only while it is open texts are counted: Django's own, values and all, would be kept too.
    """

    def execute(self, query: Any, params: Any = None, **how: Any) -> Self:
        # Whoever watches the queries is not told the text of one that the server has prepared.
        is_watched = connections[DEFAULT_DB_ALIAS].queries_logged
        self.connection.prepare_threshold = None if is_watched else OFTEN
        return super().execute(_with_numbers(query), params, **how)

    def close(self) -> None:
        self.connection.prepare_threshold = None
        super().close()


@lru_cache(ROOM)
def _with_question_marks(text: str) -> str:
    return MARK.sub(lambda mark: "%" if mark[0] == "%%" else "?", text)


@lru_cache(ROOM)
def _with_numbers(text: str) -> str:
    numbers = count(1)
    return MARK.sub(lambda mark: "%" if mark[0] == "%%" else f"${next(numbers)}", text)


def with_constants(sql: str, parameters: Sequence[Any], blank: type) -> tuple[str, tuple[Any, ...]]:
    """The statement with what is always the same written into it, and the blanks that are left.

    A plan that is made for every value finds a partial index only by constants in the text.
    """
    quote = _quoting()
    if quote is None:
        return sql, tuple(parameters)
    first, *parts = sql.split("%s")
    written, left = [first], []
    for part, value in zip(parts, parameters, strict=True):
        if isinstance(value, blank):
            written += ["%s", part]
            left.append(value)
        else:
            written += [quote(value).replace("%", "%%"), part]
    return "".join(written), tuple(left)


def _quoting() -> Callable[[Any], str] | None:
    """How a constant is written into a text; None where each text is planned with its values."""
    if connection.vendor == "sqlite":
        return connection.schema_editor().quote_value
    if not _is_prepared(connection):
        return None
    connection.ensure_connection()
    return lambda value: Literal(value).as_string(connection.connection)


def _is_prepared(here: Any) -> bool:
    return here.vendor == "postgresql" and bool(settings.PREPARE_STATEMENTS)
