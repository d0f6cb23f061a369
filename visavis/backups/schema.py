"""The tables as they were under some migrations, whatever the code has become since."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import connection, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from visavis.backups.manifest import Migration

NAMED = 3  # migrations in a sentence
Model = type[models.Model]
Field = models.Field[Any, Any]

# Signing in again restores them; and a session that somebody has ended must not come back. A copy
# that waits to be fetched is as large as all of its community, and is made again.
LEFT_OUT = ("django_session", "people_device", "copies_download", "copies_downloadpart")
# Written for the database's own sake: limits that run out within hours, and what was applied.
BOOKKEEPING = ("core_cache", "django_migrations")


@dataclass(frozen=True)
class Schema:
    """What the tables are once these migrations are applied."""

    migrations: frozenset[Migration]

    @cached_property
    def loader(self) -> MigrationLoader:
        return MigrationLoader(None)

    @property
    def unknown(self) -> list[Migration]:
        """Those that this version does not have: a newer one has been here."""
        return sorted(self.migrations - set(self.loader.disk_migrations))

    @cached_property
    def ends(self) -> list[Migration]:
        """The last migration of each app among them; applying these applies them all."""
        nodes = self.loader.graph.nodes
        known = {key for key in self.migrations if key in nodes}
        followed = {
            parent.key
            for key in known
            for parent in self.loader.graph.node_map[key].parents
            if parent.key[0] == key[0]
        }
        return sorted(known - followed)

    @cached_property
    def tables(self) -> list[Model]:
        """Every model with a table of its own, by the name of its table."""
        apps = self.loader.project_state(self.ends).apps
        found = [
            model
            for model in apps.get_models(include_auto_created=True)
            if model._meta.managed and not model._meta.proxy and not model._meta.swapped
        ]
        return sorted(found, key=lambda model: model._meta.db_table)

    @property
    def kept(self) -> list[Model]:
        """Those whose rows a backup holds."""
        return [model for model in self.tables if model._meta.db_table not in LEFT_OUT]

    @property
    def table_names(self) -> set[str]:
        """Every table that is there then."""
        return {model._meta.db_table for model in self.tables} | set(BOOKKEEPING)


def present_schema() -> Schema:
    """The schema of the database as it is now."""
    return Schema(frozenset(MigrationRecorder(connection).applied_migrations()))


def newest_schema() -> Schema:
    """The schema that this version wants."""
    loader = MigrationLoader(None)
    return Schema(frozenset(loader.disk_migrations))


def columns_of(model: Model) -> dict[str, Field]:
    """The fields of the model's own table by the names of their columns."""
    return {str(field.column): field for field in model._meta.local_concrete_fields}


def migration_names(migrations: Iterable[Migration]) -> str:
    """“bookings 0016_holds, people 0005_…” for a sentence; the first few of many."""
    names = [f"{app} {name}" for app, name in sorted(migrations)]
    rest = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {rest} more" if rest > 0 else "")


def has_any_row(tables: Collection[str]) -> bool:
    """Whether one of these tables is there and has a row."""
    there = set(connection.introspection.table_names()) & set(tables)
    with connection.cursor() as cursor:
        for name in sorted(there):
            cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(name)} LIMIT 1")  # noqa: S608  (our own names)
            if cursor.fetchone():
                return True
    return False
