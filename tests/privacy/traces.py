"""Looks for a text in every column of every table, and in every stored file."""

from collections.abc import Iterator

from django.db import connection


def columns_with(text: str) -> list[str]:
    """Every column in which the text stands, whatever its case, also as hex or within bytes."""
    return sorted({place for place, value in _values() if text.casefold() in _as_text(value)})


def _values() -> Iterator[tuple[str, object]]:
    with connection.cursor() as cursor:
        quote = connection.ops.quote_name
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {quote(table)}")  # noqa: S608  (our own tables)
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    yield f"{table}.{name}", value


def _as_text(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        content = bytes(value)
        return (content.decode("latin-1") + content.decode("utf-16", "ignore")).casefold()
    return str(value).casefold()
