"""New rows, written by a statement that is put together once for each table.

Django writes the SQL of an insert anew for each row that it saves, which costs several times what
the database takes to carry it out.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Field, Model

from visavis.core.statements import open_cursor

# SQLite may bound the values of a statement at 999.
MOST = 50


def insert(*rows: Model) -> None:
    """Write these new rows of one table, if any, and give them the ids that the database makes.

    Call it inside the transaction of what they tell of: more than a few go in several statements.
    """
    for first in range(0, len(rows), MOST):
        _insert(rows[first : first + MOST])


def _insert(rows: Sequence[Model]) -> None:
    if not connection.features.can_return_columns_from_insert:
        for row in rows:
            row.save(force_insert=True)
        return
    fields = _fields(type(rows[0]))
    with open_cursor() as cursor:
        cursor.execute(_statement(type(rows[0]), len(rows)), _values(fields, rows))
        ids = cursor.fetchall()
    for row, (pk,) in zip(rows, ids, strict=True):
        row.pk = pk
        row._state.adding, row._state.db = False, connection.alias


@lru_cache
def _fields(model: type[Model]) -> tuple["Field[Any, Any]", ...]:
    return tuple(field for field in model._meta.local_concrete_fields if not field.primary_key)


@lru_cache
def _statement(model: type[Model], count: int) -> str:
    quote, fields = connection.ops.quote_name, _fields(model)
    table, pk = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    names = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["({})".format(", ".join(["%s"] * len(fields)))] * count)
    return f"INSERT INTO {table} ({names}) VALUES {marks} RETURNING {pk}"  # noqa: S608  (our own names)


def _values(fields: Sequence["Field[Any, Any]"], rows: Sequence[Model]) -> list[Any]:
    here = connections[DEFAULT_DB_ALIAS]
    return [
        field.get_db_prep_save(field.pre_save(row, add=True), here)
        for row in rows
        for field in fields
    ]
