"""Queries that are asked again and again: Django writes their SQL once, then they are only run.

To write a query takes Django longer than it takes a database to answer it from an index.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_
from typing import Any, Self, TypeVar, cast

from django.db import connection
from django.db.models import Expression, Model, Q, QuerySet
from django.db.models.query import ModelIterable
from django.db.models.sql import UpdateQuery

from visavis.core.rows import Converters, Maker, Models, Row, Shape, side_by_side
from visavis.core.statements import adapted, change, fetch, with_constants

# A school asks far fewer; whoever makes up keys must not fill the memory.
ROOM = 2000
# A query that names more things than this by id is written each time.
FEW = 8
NO_CONVERTERS = Converters({})
_written: dict[Hashable, "Prepared"] = {}
Found = TypeVar("Found", bound=Model)


class Blank(Expression):
    """A place in a query for a value that is given each time it is run.

    That is a whole number, a text, a date or an aware instant. With a `place` it is one of several
    values that are given together.
    """

    def __init__(self, name: str, place: int | None = None) -> None:
        super().__init__()
        self.name, self.place = name, place

    @classmethod
    def each(cls, name: str, count: int) -> list[Self]:
        """Blanks for so many values that are given together as one sequence."""
        return [cls(name, place) for place in range(count)]

    @classmethod
    def any_of(cls, column: str, name: str, count: int) -> Q:
        """Rows whose column is any of so many values (`__in` of ids takes no Blanks)."""
        return reduce(or_, (Q(**{column: blank}) for blank in cls.each(name, count)))

    def as_sql(self, _compiler: Any, _connection: Any) -> tuple[str, Any]:
        return "%s", (self,)

    def filled(self, values: Mapping[str, Any]) -> Any:
        """What these values put here, as the driver wants it."""
        value = values[self.name]
        if self.place is not None:
            value = value[self.place]
        return adapted(value) if isinstance(value, date) else value


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement as SQL, with what goes into it and how Django reads what comes out of it."""

    sql: str
    parameters: tuple[Any, ...]
    converters: Converters = NO_CONVERTERS
    shape: Shape | None = None
    makers: Mapping[str, Maker] = field(default_factory=dict)

    def rows(self, **filled: Any) -> list[Row]:
        """Its rows as the driver gives them, with every Blank filled by its name.

        Ask for whole numbers and texts: nothing else looks alike on both databases (see `values`).
        """
        return fetch(self.sql, self._filled(filled))

    def values(self, **filled: Any) -> list[list[Any]]:
        """Its rows as Django gives them: aware instants, truths, what was kept as JSON."""
        return [self.converters.values(row) for row in self.rows(**filled)]

    def objects(self, **filled: Any) -> list[Any]:
        """Its rows as new objects of the model, with what `select_related` names."""
        if self.shape is None:
            raise TypeError("This query selects columns, no objects.")
        return [self.shape.build(row) for row in self.rows(**filled)]

    def side_by_side(self, **filled: Any) -> list[dict[str, Any]]:
        """Its rows as new objects of each of the models named, by the ways to them."""
        return [
            {way: maker.make(row) for way, maker in self.makers.items()}
            for row in self.rows(**filled)
        ]

    def first(self, **filled: Any) -> Any:
        """The first of its objects, or None."""
        return next(iter(self.objects(**filled)), None)

    def run(self, **filled: Any) -> int:
        """Carry out a change; how many rows it has changed."""
        return change(self.sql, self._filled(filled))

    def _filled(self, values: Mapping[str, Any]) -> list[Any]:
        return [one.filled(values) if isinstance(one, Blank) else one for one in self.parameters]


def prepared(
    key: Hashable | None, build: Callable[[], QuerySet[Any, Any]], *, models: Models | None = None
) -> Prepared:
    """The query that `build` makes, built once for each key.

    The key names the query and holds every value that `build` puts into it other than a Blank.
    Without a key it is built each time. With `models` its columns are `columns_of` these.
    """
    return _kept(key, lambda: _write_query(build(), models or {}))


def prepared_update(
    key: Hashable | None, build: Callable[[], QuerySet[Any, Any]], **columns: Any
) -> Prepared:
    """The change of these columns of the rows that `build` finds, built once for each key."""
    return _kept(key, lambda: _write_update(build(), columns))


def prepared_for(key: str, count: int) -> Hashable | None:
    """The key of a query with Blanks for so many things; none when these are more than a few."""
    return (key, count) if count <= FEW else None


def get_prepared(model: type[Found], pk: int) -> Found:
    """The row with this id. Raises DoesNotExist."""
    one = prepared(("get", model), lambda: model._default_manager.filter(pk=Blank("pk")).order_by())
    found = one.first(pk=pk)
    if found is None:
        raise model.DoesNotExist  # type: ignore[attr-defined]
    return cast("Found", found)


def _kept(key: Hashable | None, write: Callable[[], Prepared]) -> Prepared:
    if key is None:
        return write()
    found = _written.get(key)
    if found is None:
        if len(_written) >= ROOM:
            _written.clear()
        found = _written[key] = write()
    return found


def _write_query(queryset: QuerySet[Any, Any], models: Models) -> Prepared:
    compiler = queryset.query.get_compiler(connection=connection)
    sql, parameters = compiler.as_sql()
    found = compiler.get_converters([column for column, _, _ in compiler.select])
    converters = Converters.of(found)
    sql, parameters = with_constants(sql, parameters, Blank)
    has_objects = queryset._iterable_class is ModelIterable  # no `values_list`
    return Prepared(
        sql,
        tuple(parameters),
        converters,
        Shape.of(compiler.select, compiler.klass_info, converters) if has_objects else None,
        side_by_side(models, converters),
    )


def _write_update(queryset: QuerySet[Any, Any], columns: Mapping[str, Any]) -> Prepared:
    query: Any = queryset.query.chain(UpdateQuery)
    query.add_update_values(columns)
    sql, parameters = query.get_compiler(connection=connection).as_sql()
    sql, parameters = with_constants(sql, parameters, Blank)
    return Prepared(sql, tuple(parameters))
