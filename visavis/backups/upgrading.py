"""What an upgrade from the database's present state to this version would do, in words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from inspect import getdoc

from django.db import connection
from django.db.migrations import Migration as MigrationClass
from django.db.migrations import operations
from django.db.migrations.operations.base import Operation

from visavis.backups.schema import Schema, newest_schema, present_schema

MANY = 100_000  # rows, from where it takes long enough to be told
LOSING = (operations.RemoveField, operations.DeleteModel)
WITH_ROWS = (operations.RunPython, operations.RunSQL)
# PostgreSQL keeps writers of the table out meanwhile; SQLite writes the whole table anew.
WITH_TABLE = (
    operations.AlterField,
    operations.AddConstraint,
    operations.AddIndex,
    operations.AlterUniqueTogether,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One migration that waits: what it does, and what to know before it does."""

    app: str
    name: str
    does: list[str]
    warnings: list[str]
    can_be_undone: bool


@dataclass(frozen=True, slots=True)
class Outlook:
    """All that waits, in its order."""

    steps: list[Step]
    newer: list[tuple[str, str]]

    @property
    def can_be_undone(self) -> bool:
        """Whether the old version could go on with the data, had it a way to turn them back."""
        return all(step.can_be_undone for step in self.steps)


def look_ahead() -> Outlook:
    """What this version would do to the database as it is. Reads, and changes nothing."""
    present, newest = present_schema(), newest_schema()
    graph = newest.loader.graph
    plan = dict.fromkeys(key for end in newest.ends for key in graph.forwards_plan(end))
    waiting = [graph.nodes[key] for key in plan if key not in present.migrations]
    rows = _Rows(present)
    return Outlook([_step(migration, rows) for migration in waiting], present.unknown)


def _step(migration: MigrationClass, rows: "_Rows") -> Step:
    parts = list(_parts(migration.operations))
    warnings = [warning for part in parts for warning in _warnings(part, migration.app_label, rows)]
    return Step(
        migration.app_label,
        migration.name,
        [_words(part) for part in parts],
        list(dict.fromkeys(warnings)),
        all(part.reversible and not isinstance(part, LOSING) for part in parts),
    )


def _parts(found: Iterable[Operation]) -> Iterator[Operation]:
    """The operations that touch the database, those within others too."""
    for part in found:
        if isinstance(part, operations.SeparateDatabaseAndState):
            yield from _parts(part.database_operations)
        else:
            yield part


def _words(part: Operation) -> str:
    if isinstance(part, operations.RunPython):
        told = (
            getdoc(part.code) or getattr(part.code, "__name__", "").replace("_", " ")
        ).partition("\n")[0]
        return f"Go through rows: {told.rstrip('.')}"
    return str(part.describe())


def _warnings(part: Operation, app: str, rows: "_Rows") -> Iterator[str]:
    if isinstance(part, LOSING):
        yield f"{part.describe()}: what is in it is gone, and only a backup has it."
    if isinstance(part, WITH_ROWS):
        yield "Goes through rows, which takes the longer the more there are."
    if isinstance(part, WITH_TABLE):
        count = rows.of(app, getattr(part, "model_name", "") or getattr(part, "name", ""))
        if count >= MANY:
            how = "writes it anew" if connection.vendor == "sqlite" else "lets nobody write to it"
            yield f"{part.describe()}: the table has {count:,} rows, and this {how} meanwhile."


class _Rows:
    """How many rows the tables have that are there."""

    def __init__(self, present: Schema) -> None:
        names = {model._meta.label_lower: model._meta.db_table for model in present.tables}
        self._tables = names
        self._counts: dict[str, int] = {}

    def of(self, app: str, model: str) -> int:
        table = self._tables.get(f"{app}.{model.lower()}")
        if table is None:
            return 0
        if table not in self._counts:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608  (our own names)
                self._counts[table] = cursor.fetchone()[0]
        return self._counts[table]


def database_bytes() -> int:
    """How much room the database takes; a backup takes less, and SQLite as much to rewrite it."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        else:
            cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])
