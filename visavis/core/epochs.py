"""Columns straight from the database, for reading tens of thousands of rows.

Instants come ten times faster as whole seconds since 1970 than as datetimes, and the engine counts
in them. Whatever else is read beside them should not be converted row by row either.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from math import floor
from typing import Any

from django.db.models import BigIntegerField, Func, TextField

from visavis.core.joined import Columns

# SQLite's own function from this version on; the older way is half as fast.
UNIXEPOCH_SINCE = (3, 38, 0)
# Seconds: more than a year, and with any year of the calendar before it still eight bytes.
LONGEST = 2**25


class Epoch(Func):
    """The whole seconds since 1970-01-01 UTC of an instant, rounded down."""

    # Not EXTRACT, which counts in decimals of any length and takes twice as long.
    function = "DATE_PART"
    template = "CAST(FLOOR(DATE_PART('epoch', %(expressions)s)) AS BIGINT)"
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
    """A column as the database's driver gives it: dates and truths need no more than that."""

    template = "%(expressions)s"
    arity = 1
    output_field = TextField()


class EpochText(Func):
    """The same as a text, or what says as much to `to_epoch`; no comma or slash is in it."""

    template = f"CAST({Epoch.template} AS TEXT)"
    arity = 1
    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        """The instant as it is stored: as a part of a longer text it comes for nothing."""
        return self.as_sql(compiler, connection, template="%(expressions)s", **context)


class RangeText(Func):
    """Two instants as one text, or two, that say as much to `to_range`.

    They are of whole seconds and less than a year apart, as meetings are.
    """

    # One number is written faster than two.
    template = (
        f"CAST(CAST(FLOOR(DATE_PART('epoch', {{0}})) AS BIGINT) * {LONGEST}"
        " + CAST(DATE_PART('epoch', {1} - {0}) AS BIGINT) AS TEXT)"
    )
    arity = 2
    output_field = TextField()

    def as_postgresql(self, compiler: Any, *_rest: Any, **_context: Any) -> tuple[str, Any]:
        """The columns stand in the template more than once, and hold no parameters."""
        columns = (compiler.compile(one)[0] for one in self.source_expressions)
        return self.template.format(*columns), ()

    def as_sqlite(self, compiler: Any, *_rest: Any, **_context: Any) -> Any:
        """The instants as they are stored."""
        return compiler.compile(Columns(*self.source_expressions))


class InstantText(Func):
    """An instant to the microsecond as a text for `told_instant`, or a blank one where none is."""

    template = (
        "COALESCE(TO_CHAR(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), '')"
    )
    arity = 1
    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        """SQLite keeps instants as texts in UTC."""
        return self.as_sql(
            compiler, connection, template="COALESCE(%(expressions)s, '')", **context
        )


class DateText(Func):
    """A date as an ISO text, or a blank one where none is."""

    template = "COALESCE(TO_CHAR(%(expressions)s, 'YYYY-MM-DD'), '')"
    arity = 1
    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        """SQLite keeps dates as such texts."""
        return self.as_sql(
            compiler, connection, template="COALESCE(%(expressions)s, '')", **context
        )


def to_epoch(told: str) -> int:
    """The whole seconds since 1970-01-01 UTC that were read with EpochText."""
    return floor(_aware(told).timestamp()) if "-" in told[1:] else int(told)


def to_range(told: Sequence[str], instant: Callable[[str], int] = to_epoch) -> tuple[int, int]:
    """The whole seconds since 1970-01-01 UTC of two instants that were read with RangeText.

    `instant` is what tells those of one that was read with EpochText.
    """
    if len(told) > 1:
        return instant(told[0]), instant(told[1])
    start, length = divmod(int(told[0]), LONGEST)
    return start, start + length


def told_instant(told: str) -> datetime | None:
    """The aware instant that was read with InstantText."""
    return _aware(told) if told else None


def _aware(told: str) -> datetime:
    return datetime.fromisoformat(told + "+00:00")
