"""Columns straight from the database, for reading tens of thousands of rows.

Instants come ten times faster as whole seconds since 1970 than as datetimes, and the engine counts
in them. Whatever else is read beside them should not be converted row by row either.
"""

from datetime import UTC, datetime
from typing import Any

from django.db.models import BigIntegerField, Func, TextField

# SQLite's own function from this version on; the older way is half as fast.
UNIXEPOCH_SINCE = (3, 38, 0)


class Epoch(Func):
    """The whole seconds since 1970-01-01 UTC of an instant, rounded down."""

    function = "EXTRACT"
    template = "CAST(FLOOR(EXTRACT(EPOCH FROM %(expressions)s)) AS BIGINT)"
    arity = 1
    output_field = BigIntegerField()

    def get_db_converters(self, connection: Any) -> list[Any]:  # noqa: ARG002  (Django's signature)
        """Both databases give whole numbers already."""
        return []

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        """SQLite keeps instants as texts in UTC."""
        if connection.Database.sqlite_version_info >= UNIXEPOCH_SINCE:
            template = "unixepoch(%(expressions)s)"
        else:
            # Formatted twice: by this template, then with the query's parameters.
            template = "CAST(strftime('%%%%s', %(expressions)s) AS INTEGER)"
        return self.as_sql(compiler, connection, template=template, **context)


class AsStored(Func):
    """A column as the database's driver gives it; `to_instant` reads an instant among those."""

    template = "%(expressions)s"
    arity = 1
    output_field = TextField()


def to_instant(stored: datetime) -> datetime:
    """The aware instant that was read with AsStored: SQLite gives UTC without saying so."""
    return stored.replace(tzinfo=UTC) if stored.tzinfo is None else stored
