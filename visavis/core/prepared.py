"""Queries that are asked with every page: Django writes their SQL once, then they are only run.

To write a query takes Django longer than it takes a database to answer it from an index.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Expression, QuerySet

# A school asks far fewer; whoever makes up keys must not fill the memory.
ROOM = 2000
_written: dict[Hashable, "Prepared"] = {}


class Blank(Expression):
    """A place in a query for a whole number or a text that is given each time it is run."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, _compiler: Any, _connection: Any) -> tuple[str, Any]:
        return "%s", (self,)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A query as SQL, with what goes into it."""

    sql: str
    parameters: tuple[Any, ...]

    def rows(self, **filled: Any) -> list[tuple[Any, ...]]:
        """Its rows as the driver gives them, with every Blank filled by its name.

        Ask for whole numbers and texts: nothing else looks alike on both databases.
        """
        values = [filled[one.name] if isinstance(one, Blank) else one for one in self.parameters]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, values)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def prepared(key: Hashable, build: Callable[[], QuerySet[Any, Any]]) -> Prepared:
    """The query that `build` makes, built once for each key.

    The key names the query and holds every value that `build` puts into it other than a Blank.
    """
    found = _written.get(key)
    if found is None:
        if len(_written) >= ROOM:
            _written.clear()
        sql, parameters = build().query.get_compiler(connection=connection).as_sql()
        found = _written[key] = Prepared(sql, tuple(parameters))
    return found
