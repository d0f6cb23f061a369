"""Reading from a copy of the database, where it does no harm that the copy is a little behind.

Marked are lists, exports and histories: pages that only show. Never marked is what decides
something: searches for free times and bookings keep answers under versions of the first database
(docs/adr/0006), and would keep an old answer under a new version.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Model

FIRST, REPLICA = "default", "replica"

_reads_replica: ContextVar[bool] = ContextVar("reads_replica", default=False)


@contextmanager
def reads_replica() -> Iterator[None]:
    """Let rows be read from the copy within the block, if there is one."""
    token = _reads_replica.set(REPLICA in settings.DATABASES)
    try:
        yield
    finally:
        _reads_replica.reset(token)


class ReplicaRouter:
    """Django's question where to read and write, answered: always the first, unless marked."""

    def db_for_read(self, _model: type[Model], **_hints: Any) -> str:
        # In a transaction one reads what one writes.
        is_marked = _reads_replica.get() and not connection.in_atomic_block
        return REPLICA if is_marked else FIRST

    def db_for_write(self, _model: type[Model], **_hints: Any) -> str:
        return FIRST

    def allow_relation(self, _one: Model, _other: Model, **_hints: Any) -> bool:
        return True  # the same rows, read here or there

    def allow_migrate(self, db: str, _app_label: str, **_hints: Any) -> bool:
        return db == FIRST
