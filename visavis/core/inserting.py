"""New rows, written by a statement that is put together once for each table.

Django writes the SQL of an insert anew for each row that it saves, which costs several times what
the database takes to carry it out.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import (
    CharField,
    DateTimeField,
    Field,
    ForeignKey,
    Model,
    PositiveIntegerField,
    PositiveSmallIntegerField,
    TextField,
)

from visavis.core.statements import adapted, change, fetch

# Values that a column takes as they are: to ask Django costs more than to write them.
AS_THEY_ARE = frozenset({(str, CharField), (str, TextField)})
NUMBERS = frozenset(
    {(int, column) for column in (ForeignKey, PositiveIntegerField, PositiveSmallIntegerField)}
)
# SQLite may bound the values of a statement at 999.
MOST = 50


def insert(*rows: Model) -> None:
    """Write these new rows of one table, if any, and give them the ids that the database makes.

    Call it inside the transaction of what they tell of: more than a few go in several statements.
    """
    for first in range(0, len(rows), MOST):
        _insert(rows[first : first + MOST])


def insert_unnamed(*rows: Model) -> None:
    """`insert` of rows whose ids nobody asks for: the objects get none, and nothing is read."""
    for first in range(0, len(rows), MOST):
        some = rows[first : first + MOST]
        model = type(some[0])
        change(_statement(model, len(some), is_named=False), _values(_fields(model), some))


def _insert(rows: Sequence[Model]) -> None:
    here = connections[DEFAULT_DB_ALIAS]
    if not here.features.can_return_columns_from_insert:
        for row in rows:
            row.save(force_insert=True)
        return
    model = type(rows[0])
    statement = _statement(model, len(rows), is_named=True)
    ids = fetch(statement, _values(_fields(model), rows))
    for row, (pk,) in zip(rows, ids, strict=True):
        row.pk = pk
        row._state.adding, row._state.db = False, here.alias


@lru_cache
def _fields(model: type[Model]) -> tuple["Field[Any, Any]", ...]:
    return tuple(field for field in model._meta.local_concrete_fields if not field.primary_key)


@lru_cache
def _statement(model: type[Model], count: int, *, is_named: bool) -> str:
    quote, fields = connection.ops.quote_name, _fields(model)
    table, pk = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    names = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["({})".format(", ".join(["%s"] * len(fields)))] * count)
    told = f" RETURNING {pk}" if is_named else ""
    return f"INSERT INTO {table} ({names}) VALUES {marks}{told}"  # noqa: S608  (our own names)


def _values(fields: Sequence["Field[Any, Any]"], rows: Sequence[Model]) -> list[Any]:
    here = connections[DEFAULT_DB_ALIAS]
    # PostgreSQL's driver is told which size of number a column has.
    as_they_are = AS_THEY_ARE | NUMBERS if here.vendor == "sqlite" else AS_THEY_ARE
    return [
        value
        if value is None or (type(value), type(field)) in as_they_are
        else _told(value, field, here)
        for row in rows
        for field in fields
        for value in [field.pre_save(row, add=True)]
    ]


def _told(value: Any, field: "Field[Any, Any]", here: Any) -> Any:
    """The value as the driver wants it for this column."""
    if type(field) is DateTimeField and type(value) is datetime and value.tzinfo is not None:
        return adapted(value)
    return field.get_db_prep_save(value, here)
