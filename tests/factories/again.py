"""What many tests begin with is made once by the real actions, and put back as rows after that.

Everything in the cast comes about by booking, accepting, importing …, which takes most of a second;
a thousand tests begin with it. So the first of each process makes it, and its rows are noted. In a
test that is rolled back, the next one finds them where they were, with the keys that they had.
"""

import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models.sql import InsertQuery

from visavis.communities.models import Community
from visavis.core import clock
from visavis.people.models import User

# Made anew with other keys after a test that empties all tables; nothing made here points at them.
NOT_MADE = {"contenttypes", "auth", "sites"}


@dataclass(frozen=True)
class Made:
    statements: list[tuple[str, tuple]]
    pickled: bytes

    def put_back(self) -> Any:
        with connection.cursor() as cursor:
            for sql, parameters in self.statements:
                cursor.execute(sql, parameters)
        return pickle.loads(self.pickled)  # noqa: S301  (pickled in this process)


def made_once(make: Callable) -> Callable:
    """Make it really the first time, and wherever that matters: see `_may_be_put_back`."""
    known: dict[Any, Made] = {}

    @wraps(make)
    def made(*args: Any, **named: Any) -> Any:
        if not _may_be_put_back():
            return make(*args, **named)
        key = (clock.now(), args, tuple(named.items()))
        if key in known:
            return known[key].put_back()
        there = {model: set(_keys(model)) for model in _models()}
        things = make(*args, **named)
        known[key] = Made([*_statements(there)], pickle.dumps(things))
        return things

    return made


def _may_be_put_back() -> bool:
    """Whether the test is rolled back, and has made nothing yet whose keys could be the same.

    Where transactions really end, processes keep what they have read under keys and versions, and
    jobs begin: there each test has a cast of its own.
    """
    return connection.in_atomic_block and not (User.objects.exists() or Community.objects.exists())


def _models() -> list[type[models.Model]]:
    found = apps.get_models(include_auto_created=True)
    return [model for model in found if model._meta.app_label not in NOT_MADE]


def _keys(model: type[models.Model]) -> Iterator[Any]:
    return model._base_manager.values_list("pk", flat=True)


def _statements(there: dict[type[models.Model], set]) -> Iterator[tuple[str, tuple]]:
    """How to write all rows that were not there before, as they are, by table."""
    for model, keys in there.items():
        rows = [row for row in model._base_manager.all() if row.pk not in keys]
        if rows:
            query = InsertQuery(model)
            fields = [field for field in model._meta.concrete_fields if not field.generated]
            query.insert_values(fields, rows, raw=True)
            yield from query.get_compiler(connection=connection).as_sql()
