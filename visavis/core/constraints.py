"""`NoOverlap`: two rows of one person cannot overlap in time, whatever code writes them.

One constraint, two databases: an exclusion constraint on PostgreSQL, a pair of triggers on SQLite.
"""

from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, models
from django.db.backends.ddl_references import Statement, Table
from django.db.models import F, Func, Q


class TimestampRange(Func):
    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class NoOverlap(ExclusionConstraint):
    """Rows whose `status` is among `active` and whose `key` is the same never overlap.

    Ranges are half-open, [start, end): one may begin where another ends.
    """

    def __init__(
        self,
        *,
        name: str,
        key: str,
        active: tuple[str, ...],
        start: str = "start",
        end: str = "end",
        status: str = "status",
    ) -> None:
        self.key, self.start, self.end, self.status = key, start, end, status
        self.active = tuple(active)
        super().__init__(
            name=name,
            expressions=[
                (F(key), RangeOperators.EQUAL),
                (TimestampRange(start, end, RangeBoundary()), RangeOperators.OVERLAPS),
            ],
            condition=Q(**{f"{status}__in": list(self.active)}),
            violation_error_code="overlap",
            violation_error_message="This time is already taken.",
        )

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        path = f"{self.__class__.__module__}.{self.__class__.__name__}"
        names = ("name", "key", "active", "start", "end", "status")
        return path, (), {name: getattr(self, name) for name in names}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NoOverlap) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash((self.name, self.key, self.active))

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        if schema_editor.connection.vendor == "postgresql":
            return super().create_sql(model, schema_editor)
        return None

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        if schema_editor.connection.vendor == "postgresql":
            return super().remove_sql(model, schema_editor)
        return None

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        if schema_editor.connection.vendor == "postgresql":
            return super().constraint_sql(model, schema_editor)
        # Django rebuilds a SQLite table for most changes, and triggers go with the old one.
        # deferred_sql is replayed on the finished table, so they come back every time.
        schema_editor.deferred_sql.extend(self._triggers(model, schema_editor))
        return None

    def _triggers(self, model: Any, schema_editor: Any) -> Iterator[Statement]:
        quote = schema_editor.quote_name
        names = (self.key, self.start, self.end, self.status)
        key, start, end, status = (quote(model._meta.get_field(name).column) for name in names)
        pk = quote(model._meta.pk.column)
        active = ", ".join(f"'{value}'" for value in self.active)
        for suffix, event in (("insert", "INSERT"), ("update", "UPDATE")):
            sql = (
                f"CREATE TRIGGER {quote(f'{self.name}_{suffix}')} BEFORE {event} ON %(table)s "
                f"FOR EACH ROW WHEN NEW.{status} IN ({active}) BEGIN "
                f"SELECT RAISE(ABORT, 'exclusion constraint failed: {self.name}') WHERE EXISTS ("
                f"SELECT 1 FROM %(table)s AS other WHERE other.{key} = NEW.{key} "
                f"AND other.{status} IN ({active}) AND other.{start} < NEW.{end} "
                f"AND other.{end} > NEW.{start} AND other.{pk} IS NOT NEW.{pk}); END"
            )
            yield Statement(sql, table=Table(model._meta.db_table, quote))

    def validate(
        self,
        model: type[models.Model],
        instance: models.Model,
        exclude: Any = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        if exclude and {self.key, self.start, self.end, self.status} & set(exclude):
            return
        if getattr(instance, self.status) not in self.active:
            return
        overlapping = model._default_manager.using(using).filter(
            **{
                self.key: getattr(instance, self.key),
                f"{self.start}__lt": getattr(instance, self.end),
                f"{self.end}__gt": getattr(instance, self.start),
                f"{self.status}__in": list(self.active),
            }
        )
        if overlapping.exclude(pk=instance.pk).exists():
            raise ValidationError(
                self.get_violation_error_message(), code=self.violation_error_code
            )
