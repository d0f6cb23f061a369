"""Writing a backup: every table's rows in one moment of the database, then the account of them."""

import hashlib
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import BinaryIO

from django.apps import apps
from django.conf import settings
from django.db import connection

from visavis.backups.errors import NewerDatabase
from visavis.backups.files import open_member
from visavis.backups.manifest import NAME, SECRET_KEY, Manifest, TableEntry
from visavis.backups.moment import one_moment
from visavis.backups.rows import read_lines
from visavis.backups.schema import (
    LEFT_OUT,
    Model,
    Schema,
    columns_of,
    migration_names,
    present_schema,
)

Progress = Callable[[int, int], None] | None
TELL_EACH = 500  # rows


class Teller:
    """Says how far it is, now and then."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0

    def step(self) -> None:
        """One row more."""
        self._done += 1
        if self._progress and self._done % TELL_EACH == 0:
            self._progress(self._done, self._total)


def write_backup(
    file: BinaryIO, *, with_secret_key: bool, now: datetime, progress: Progress
) -> Manifest:
    """Write the database as it is into `file`. Raises NewerDatabase, or OSError."""
    with zipfile.ZipFile(file, "w", compresslevel=6) as archive, one_moment():
        schema = require_known(present_schema())
        counts = [(model, model._base_manager.count()) for model in schema.kept]
        teller = Teller(progress, sum(count for _, count in counts))
        tables = [_write_table(archive, model, teller, now) for model in schema.kept]
        told = Manifest(
            made_at=now,
            database=connection.vendor,
            migrations=tuple(sorted(schema.migrations)),
            tables=tuple(tables),
            left_out=LEFT_OUT,
            has_secret_key=with_secret_key,
            school=_school_name(schema),
        )
        if with_secret_key:
            with open_member(archive, SECRET_KEY, now=now) as member:
                member.write(settings.SECRET_KEY.encode())
        with open_member(archive, NAME, now=now) as member:
            member.write(told.to_json().encode())
    return told


def require_known(schema: Schema) -> Schema:
    """The schema, if this version knows all of it. Raises NewerDatabase."""
    if schema.unknown:
        raise NewerDatabase(
            "The database has been used with a newer version of Visavis, of which this one lacks "
            f"{migration_names(schema.unknown)}. Run the newer version."
        )
    return schema


def _write_table(
    archive: zipfile.ZipFile, model: Model, teller: Teller, now: datetime
) -> TableEntry:
    name, columns = model._meta.db_table, tuple(columns_of(model))
    entry = TableEntry(name=name, columns=columns, rows=0, sha256="", next_id=next_id(model))
    rows, digest = 0, hashlib.sha256()
    with open_member(archive, entry.member, now=now) as member:
        for line in read_lines(model, columns):
            member.write(line)
            digest.update(line)
            rows += 1
            teller.step()
    return TableEntry(name, columns, rows, digest.hexdigest(), entry.next_id)


def next_id(model: Model) -> int | None:
    """What the table's next row will be numbered: numbers of removed rows are not given again."""
    key = model._meta.pk
    if key is None or key.get_internal_type() not in ("AutoField", "BigAutoField"):
        return None
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT seq FROM sqlite_sequence WHERE name = %s", [model._meta.db_table]
            )
            found = cursor.fetchone()
            return int(found[0]) + 1 if found else 1
        cursor.execute(
            "SELECT pg_get_serial_sequence(%s, %s)::regclass::text",
            [connection.ops.quote_name(model._meta.db_table), key.column],
        )
        cursor.execute(f"SELECT last_value + is_called::int FROM {cursor.fetchone()[0]}")  # noqa: S608  (named by the catalogue)
        return int(cursor.fetchone()[0])


def _school_name(schema: Schema) -> str:
    """For people who look for the right file among many."""
    table = apps.get_model("communities", "School")._meta.db_table
    for model in schema.tables:
        if model._meta.db_table == table:
            return str(model._base_manager.values_list("name", flat=True).first() or "")
    return ""
