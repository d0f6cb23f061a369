"""Objects out of the rows that a query has found, as the driver gives them.

Communities, services, formats and places are read by every page and every booking and seldom
change. Whatever reads, to the last column, as a row that was met before is not understood anew: its
object is a copy. Nothing can be out of date by that, since the row was read.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Self, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model
from django.db.models.base import ModelState
from django.db.models.constants import LOOKUP_SEP
from django.db.models.query import get_related_populators

Row = tuple[Any, ...]
Convert = Callable[[Any], Any]
Often = TypeVar("Often", bound=type[Model])
# Rows, of a few KB at most; a school has set up fewer things than this.
ROOM = 500
_often_read: set[type[Model]] = set()


def often_read(model: Often) -> Often:
    """Marks a model whose rows this process may remember: of what is set up, never of a person."""
    _often_read.add(model)
    return model


@dataclass(frozen=True, slots=True)
class Converters:
    """What Django does to a query's columns so that they become values, by their number."""

    by_column: Mapping[int, Convert]

    @classmethod
    def of(cls, found: Mapping[int, tuple[Sequence[Any], Any]]) -> Self:
        """From what a query's compiler tells."""
        return cls({column: partial(_convert, *how) for column, how in found.items()})

    def values(self, row: Row) -> list[Any]:
        """The row as Django gives it: aware instants, truths, what was kept as JSON."""
        values = list(row)
        for column, convert in self.by_column.items():
            values[column] = convert(values[column])
        return values

    def between(self, first: int, last: int) -> tuple[tuple[int, Convert], ...]:
        """Those of some columns, counted from the first of these."""
        inside = self.by_column.items()
        return tuple((at - first, convert) for at, convert in inside if first <= at < last)


def _convert(converters: Sequence[Any], expression: Any, value: Any) -> Any:
    here = connections[DEFAULT_DB_ALIAS]
    for convert in converters:
        value = convert(value, expression, here)
    return value


@dataclass(frozen=True, slots=True, eq=False)
class Maker:
    """Makes objects of a model from those of a row's columns that are its own."""

    model: type[Model]
    columns: slice
    names: tuple[str, ...]
    converters: tuple[tuple[int, Convert], ...]

    @classmethod
    def of(
        cls, model: type[Model], names: tuple[str, ...], first: int, converters: Converters
    ) -> Self:
        """The columns of these names lie side by side, from the first on."""
        last = first + len(names)
        return cls(model, slice(first, last), names, converters.between(first, last))

    def make(self, row: Row) -> Any:
        """A new object of this row."""
        told = row[self.columns]
        if self.model not in _often_read:
            return self.understand(told)
        known = _known(self, told)
        found = self.model.__new__(self.model)
        found.__dict__.update(known.values)
        for name, convert, value in known.changeable:
            found.__dict__[name] = convert(value)
        found._state = ModelState()
        found._state.adding, found._state.db = False, DEFAULT_DB_ALIAS
        return found

    def understand(self, told: Row) -> Any:
        """The object of its own columns, each converted."""
        values = list(told)
        for place, convert in self.converters:
            values[place] = convert(values[place])
        return self.model.from_db(DEFAULT_DB_ALIAS, self.names, values)


@dataclass(frozen=True, slots=True)
class _Known:
    """What an object holds that was made of a row, and what each copy must have for its own."""

    values: Mapping[str, Any]
    changeable: tuple[tuple[str, Convert, Any], ...]


@lru_cache(ROOM)
def _known(maker: Maker, told: Row) -> _Known:
    values = {
        name: value for name, value in vars(maker.understand(told)).items() if name != "_state"
    }
    changeable = tuple(
        (name, convert, told[place])
        for place, convert in maker.converters
        for name in [maker.names[place]]
        if isinstance(values[name], dict | list)
    )
    return _Known(values, changeable)


@dataclass(frozen=True, slots=True)
class Shape:
    """How a query's rows become objects; `related` put beside each what `select_related` names."""

    maker: Maker
    related: tuple[Any, ...]
    converters: Converters

    @classmethod
    def of(cls, select: Sequence[Any], klass_info: dict[str, Any], converters: Converters) -> Self:
        """The shape of a query's rows, as its compiler has worked it out."""
        columns = klass_info["select_fields"]
        first, last = columns[0], columns[-1] + 1
        names = tuple(column[0].target.attname for column in select[first:last])
        # The types are those of a later Django.
        related = get_related_populators(klass_info, select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]
        maker = Maker.of(klass_info["model"], names, first, converters)
        return cls(maker, tuple(related), converters)

    def build(self, row: Row) -> Any:
        """The object of this row."""
        found = self.maker.make(row)
        if self.related:
            values = self.converters.values(row)
            for related in self.related:
                related.populate(values, found)
        return found


Models = Mapping[str, type[Model]]
"""Several models whose rows one query finds side by side.

Named by the way to them from the model that is queried; to itself it is blank.
"""


def columns_of(models: Models) -> list[str]:
    """What a query selects (`values_list`) so that `side_by_side` can make its rows' objects."""
    return [
        f"{way}{LOOKUP_SEP}{name}" if way else name
        for way, model in models.items()
        for name in _names(model)
    ]


def side_by_side(models: Models, converters: Converters) -> dict[str, Maker]:
    """What makes the objects of each model, by the ways to them."""
    makers, first = {}, 0
    for way, model in models.items():
        names = _names(model)
        makers[way] = Maker.of(model, names, first, converters)
        first += len(names)
    return makers


def _names(model: type[Model]) -> tuple[str, ...]:
    return tuple(field.attname for field in model._meta.concrete_fields)
