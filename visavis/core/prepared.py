"""Queries that are asked again and again: Django writes their SQL once, then they are only run.

To write a query takes Django longer than it takes a database to answer it from an index.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, reduce
from itertools import islice
from operator import or_
from typing import Any, Self, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Expression, Model, Q, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.db.models.query import ModelIterable, get_related_populators
from django.db.models.sql import UpdateQuery

from visavis.core.statements import adapted, change, fetch, with_constants

# A school asks far fewer; whoever makes up keys must not fill the memory.
ROOM = 2000
# A query that names more things than this by id is written each time.
FEW = 8
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
class Shape:
    """How rows become objects: the model, and which of its columns come from which on.

    `related` put beside each what `select_related` names.
    """

    model: type[Model]
    first: int
    names: tuple[str, ...]
    related: tuple[Any, ...] = ()

    @classmethod
    def of(cls, select: Sequence[Any], klass_info: dict[str, Any]) -> Self:
        """The shape of a query's rows, as its compiler has worked it out."""
        columns = klass_info["select_fields"]
        first, last = columns[0], columns[-1] + 1
        names = tuple(column[0].target.attname for column in select[first:last])
        # The types are those of a later Django.
        related = get_related_populators(klass_info, select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]
        return cls(klass_info["model"], first, names, tuple(related))

    def build(self, row: Sequence[Any]) -> Any:
        """The object of this row."""
        values = row[self.first : self.first + len(self.names)]
        found = self.model.from_db(DEFAULT_DB_ALIAS, self.names, values)
        for related in self.related:
            related.populate(row, found)
        return found


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Rows of several models that one query finds side by side.

    `models` are named by the way to them from the model that is queried; to itself it is blank.
    """

    models: Mapping[str, type[Model]]

    def columns(self) -> list[str]:
        """What the query selects, for `values_list`."""
        return [
            f"{way}{LOOKUP_SEP}{name}" if way else name
            for way, model in self.models.items()
            for name in _names(model)
        ]

    def build(self, values: Sequence[Any]) -> dict[str, Any]:
        """The objects of a row (one of `Prepared.values`), by the same ways."""
        rest = iter(values)
        return {
            way: model.from_db(DEFAULT_DB_ALIAS, names, list(islice(rest, len(names))))
            for way, model in self.models.items()
            for names in [_names(model)]
        }


@lru_cache
def _names(model: type[Model]) -> tuple[str, ...]:
    return tuple(field.attname for field in model._meta.concrete_fields)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement as SQL, with what goes into it and how Django reads what comes out of it."""

    sql: str
    parameters: tuple[Any, ...]
    converters: tuple[tuple[int, Sequence[Any], Any], ...] = ()
    shape: Shape | None = None

    def rows(self, **filled: Any) -> list[tuple[Any, ...]]:
        """Its rows as the driver gives them, with every Blank filled by its name.

        Ask for whole numbers and texts: nothing else looks alike on both databases (see `values`).
        """
        return fetch(self.sql, self._filled(filled))

    def values(self, **filled: Any) -> list[list[Any]]:
        """Its rows as Django gives them: aware instants, truths, what was kept as JSON."""
        found, here = [list(row) for row in self.rows(**filled)], connections[DEFAULT_DB_ALIAS]
        for column, converters, expression in self.converters:
            for row in found:
                value = row[column]
                for convert in converters:
                    value = convert(value, expression, here)
                row[column] = value
        return found

    def objects(self, **filled: Any) -> list[Any]:
        """Its rows as new objects of the model, with what `select_related` names."""
        if self.shape is None:
            raise TypeError("This query selects columns, no objects.")
        return [self.shape.build(row) for row in self.values(**filled)]

    def first(self, **filled: Any) -> Any:
        """The first of its objects, or None."""
        return next(iter(self.objects(**filled)), None)

    def run(self, **filled: Any) -> int:
        """Carry out a change; how many rows it has changed."""
        return change(self.sql, self._filled(filled))

    def _filled(self, values: Mapping[str, Any]) -> list[Any]:
        return [one.filled(values) if isinstance(one, Blank) else one for one in self.parameters]


def prepared(key: Hashable | None, build: Callable[[], QuerySet[Any, Any]]) -> Prepared:
    """The query that `build` makes, built once for each key.

    The key names the query and holds every value that `build` puts into it other than a Blank.
    Without a key it is built each time.
    """
    return _kept(key, lambda: _write_query(build()))


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


def _write_query(queryset: QuerySet[Any, Any]) -> Prepared:
    compiler = queryset.query.get_compiler(connection=connection)
    sql, parameters = compiler.as_sql()
    converters = compiler.get_converters([column for column, _, _ in compiler.select])
    sql, parameters = with_constants(sql, parameters, Blank)
    has_objects = queryset._iterable_class is ModelIterable  # no `values_list`
    return Prepared(
        sql,
        tuple(parameters),
        tuple((column, *how) for column, how in converters.items()),
        Shape.of(compiler.select, compiler.klass_info) if has_objects else None,
    )


def _write_update(queryset: QuerySet[Any, Any], columns: Mapping[str, Any]) -> Prepared:
    query: Any = queryset.query.chain(UpdateQuery)
    query.add_update_values(columns)
    sql, parameters = query.get_compiler(connection=connection).as_sql()
    sql, parameters = with_constants(sql, parameters, Blank)
    return Prepared(sql, tuple(parameters))
