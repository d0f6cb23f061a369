"""Rows as lines of text and back: the same line on both databases, so that they compare."""

import base64
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, models

from visavis.backups.schema import Field, Model, columns_of

AT_A_TIME = 200  # rows in memory
LONGEST_LINE = 64 * 1024 * 1024  # bytes; a stored file has at most a third of that


def holds_files(model: Model) -> bool:
    """Whether single rows are megabytes, so that they are taken one at a time."""
    return any(isinstance(field, models.BinaryField) for field in columns_of(model).values())


def read_lines(model: Model, columns: Sequence[str]) -> Iterator[bytes]:
    """Each row of the table as a line, in the order of the primary key."""
    fields = columns_of(model)
    names = [fields[column].attname for column in columns]
    rows = model._base_manager.order_by("pk").values_list(*names)
    for row in rows.iterator(chunk_size=1 if holds_files(model) else AT_A_TIME):
        values = [written(value) for value in row]
        line = json.dumps(
            values, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
        )
        yield f"{line}\n".encode()


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float | list | dict)


def written(value: Any) -> Any:
    """A column's value as JSON has it."""
    if _is_plain(value):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, UUID | Decimal | timedelta):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode("ascii")
    raise TypeError(f"A backup does not know how to write a {type(value).__name__}.")


def read_values(line: bytes, fields: Sequence[Field]) -> list[Any]:
    """The line's values as the database's driver takes them. Raises ValueError for a wrong line."""
    told = json.loads(line)
    if not isinstance(told, list) or len(told) != len(fields):
        raise ValueError(f"a row of {len(fields)} values was expected")
    return [_stored(field, value) for field, value in zip(fields, told, strict=True)]


def _stored(field: Field, value: Any) -> Any:
    if isinstance(field, models.JSONField):
        # None is no value where there may be none, and JSON's own null elsewhere.
        return None if value is None and field.null else _json(field, value)
    if value is None:
        return None
    if isinstance(field, models.BinaryField):
        value = base64.b64decode(value, validate=True)
    return field.get_db_prep_save(value, connection)


def _json(field: models.JSONField, value: Any) -> Any:
    return connection.ops.adapt_json_value(value, field.encoder)
