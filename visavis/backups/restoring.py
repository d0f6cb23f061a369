"""Filling an empty database from a backup: the tables of its time, its rows, and then up to now."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from visavis.backups.errors import BadBackup, DoesNotFit
from visavis.backups.files import BackupFile
from visavis.backups.manifest import TableEntry
from visavis.backups.rows import AT_A_TIME, holds_files, read_lines, read_values
from visavis.backups.schema import Field, Model, Schema, columns_of, newest_schema, present_schema
from visavis.backups.writing import Progress, Teller


def fill(backup: BackupFile, schema: Schema, *, progress: Progress) -> None:
    """Make the tables of the backup's time and put its rows in, under all their guards.

    Raises BadBackup when the tables are not those of its migrations, DoesNotFit for a row that the
    database does not take.
    """
    MigrationExecutor(connection).migrate(schema.ends)
    models = {model._meta.db_table: model for model in schema.kept}
    tables = backup.manifest.tables
    for table in tables:
        _require_same(table, models.get(table.name))
    missing = sorted(set(models) - {table.name for table in tables})
    if missing:
        raise BadBackup(f"The backup lacks {', '.join(missing)}, which its version has.")
    teller = Teller(progress, 2 * backup.manifest.rows)
    with transaction.atomic():
        _empty(models)
        for table in tables:
            with _told_of(table):
                _load(backup, table, models[table.name], teller)
                _number_on(table, models[table.name])
        with _told_of(None):
            connection.check_constraints()
    for table in tables:
        _compare(table, models[table.name], teller)


def bring_up() -> None:
    """From the backup's version to this one; where they are the same there is nothing to do."""
    if present_schema().migrations != newest_schema().migrations:
        call_command("migrate", verbosity=0, interactive=False)


def _require_same(table: TableEntry, model: Model | None) -> None:
    if model is None or set(columns_of(model)) != set(table.columns):
        raise BadBackup(
            f"The backup's table {table.name} is not the one that its version has. "
            "Take an older backup."
        )


def _empty(models: dict[str, Model]) -> None:
    """What migrations wrote by themselves; the backup has its own of that."""
    if connection.vendor == "postgresql":
        names = ", ".join(connection.ops.quote_name(name) for name in models)
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {names} CASCADE")
        return
    for name in models:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(name)}")  # noqa: S608  (our own names)


@contextmanager
def _told_of(table: TableEntry | None) -> Iterator[None]:
    """What the database refuses, as a sentence that says where."""
    where = f"in {table.name}" if table else "where rows name each other"
    try:
        yield
    except (DatabaseError, OverflowError) as error:
        if "full" in str(error):
            raise
        said = str(error).strip().partition("\n")[0]
        raise DoesNotFit(
            f"The backup holds what this database does not take, {where}: {said}. "
            "Nothing has been changed."
        ) from error
    except ValueError as error:
        raise BadBackup(f"The backup holds a row {where} that is none: {error}.") from error


# --- Rows in --------------------------------------------------------------------------------------


def _load(backup: BackupFile, table: TableEntry, model: Model, teller: Teller) -> None:
    fields = [columns_of(model)[column] for column in table.columns]
    rows = _values(backup, table, fields, teller)
    quoted = ", ".join(connection.ops.quote_name(column) for column in table.columns)
    name = connection.ops.quote_name(table.name)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Past Django's cursor, so that errors would come out as the driver's own.
            with (
                connection.wrap_database_errors,
                cursor.cursor.copy(f"COPY {name} ({quoted}) FROM STDIN") as copy,
            ):
                for row in rows:
                    copy.write_row(row)
            return
        places = ", ".join(["%s"] * len(fields))
        insert = f"INSERT INTO {name} ({quoted}) VALUES ({places})"  # noqa: S608  (our own names)
        for batch in _batches(rows, 1 if holds_files(model) else AT_A_TIME):
            cursor.executemany(insert, batch)


def _values(
    backup: BackupFile, table: TableEntry, fields: list[Field], teller: Teller
) -> Iterator[list[Any]]:
    for line in backup.lines(table):
        yield read_values(line, fields)
        teller.step()


def _batches(rows: Iterator[list[Any]], size: int) -> Iterator[list[list[Any]]]:
    batch = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _number_on(table: TableEntry, model: Model) -> None:
    """Let the next row have the number that it would have had."""
    if table.next_id is None:
        return
    highest = model._base_manager.order_by("-pk").values_list("pk", flat=True).first() or 0
    following = max(table.next_id, highest + 1)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, %s), %s, false)",
                [connection.ops.quote_name(table.name), model._meta.pk.column, following],
            )
            return
        cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table.name])
        cursor.execute(
            "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table.name, following - 1]
        )


# --- And looked at --------------------------------------------------------------------------------


def _compare(table: TableEntry, model: Model, teller: Teller) -> None:
    """Raise BadBackup unless what was written is what is read."""
    rows, digest = 0, hashlib.sha256()
    for line in read_lines(model, table.columns):
        rows += 1
        digest.update(line)
        teller.step()
    if rows != table.rows:
        raise BadBackup(f"Of {table.rows} rows of {table.name}, {rows} came back.")
    if digest.hexdigest() != table.sha256:
        raise BadBackup(f"The rows of {table.name} came back different from what was written.")
