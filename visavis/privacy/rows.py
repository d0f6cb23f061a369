"""Rows of plain values, read a few hundred at a time."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from visavis.people.models import User

Row = Mapping[str, Any]
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the export: its name in files, what it holds, and its rows."""

    name: str
    about: Any
    rows: Callable[[User], Iterator[Row]]


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    return str(value)


def each(rows: QuerySet[Any, Any], row: Callable[[Any], dict[str, Any]]) -> Iterator[Row]:
    """What `row` makes of each of the rows, in order."""
    for found in rows.order_by("pk").iterator(chunk_size=CHUNK):
        yield {name: plain(value) for name, value in row(found).items()}
