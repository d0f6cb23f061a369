"""A database beside the present one: filled and looked at first, then thrown away or put in place.

SQLite: a file beside it, which takes its place in one transaction of SQLite's own. PostgreSQL: a
schema in the same database, whose tables take the place of the others in one transaction.
"""

import os
import secrets
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.utils import ProgrammingError

from visavis.backups.errors import CannotWrite, InUse
from visavis.backups.schema import present_schema

SIDE_FILES = ("", "-wal", "-shm", "-journal")
PATIENCE = 20  # seconds that others may take to finish what they are at
EXTENSION = "btree_gist"


class Scratch(Protocol):
    """The database beside; it is Django's only one within `at_work`."""

    def at_work(self) -> Any:
        """Within the block Django works on the database beside, and on no other."""

    def take_place(self) -> None:
        """Put it where the present one is: all of it or, when it cannot be, nothing."""


@contextmanager
def scratch_database() -> Iterator[Scratch]:
    """An empty database beside the present one; whatever became of it, nothing is left behind."""
    with _beside_file() if connection.vendor == "sqlite" else _beside_schema() as scratch:
        yield scratch


@contextmanager
def _instead(**changes: Any) -> Iterator[None]:
    """Another database under Django's one name: migrations know no second."""
    present = connections[DEFAULT_DB_ALIAS]
    present.close()
    other = {**connections.settings[DEFAULT_DB_ALIAS], **changes}
    connections[DEFAULT_DB_ALIAS] = type(present)(other, DEFAULT_DB_ALIAS)
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS].close()
        connections[DEFAULT_DB_ALIAS] = present


# --- SQLite ---------------------------------------------------------------------------------------


class FileBeside:
    def __init__(self, present: Path, beside: Path) -> None:
        self.present, self.beside = present, beside

    def at_work(self) -> Any:
        return _instead(NAME=str(self.beside))

    def take_place(self) -> None:
        """By SQLite's own copying, so that whoever has the file open sees the old or the new."""
        connection.close()
        if not _is_database(self.present):
            self._rename()
            return
        with (
            closing(sqlite3.connect(self.beside)) as source,
            closing(sqlite3.connect(self.present, timeout=PATIENCE)) as target,
        ):
            _refuse_writer(target)
            source.backup(target)

    def _rename(self) -> None:
        """Where there is no database; what lies there instead is put aside, not removed."""
        for ending in SIDE_FILES:
            found = Path(f"{self.present}{ending}")
            if found.exists() and found.stat().st_size:
                found.replace(f"{self.present}{ending}.broken-{secrets.token_hex(3)}")
        self.beside.replace(self.present)
        descriptor = os.open(self.present.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def _beside_file() -> Iterator[FileBeside]:
    present = Path(connection.settings_dict["NAME"])
    try:
        present.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=".visavis-beside-", dir=present.parent)
    except OSError as error:
        raise CannotWrite(
            f"Restoring needs room beside {present}, where nothing can be written: "
            f"{error.strerror}."
        ) from error
    os.close(descriptor)
    try:
        yield FileBeside(present, Path(name))
    finally:
        for ending in SIDE_FILES:
            Path(f"{name}{ending}").unlink(missing_ok=True)


def _is_database(path: Path) -> bool:
    if not path.exists() or not path.stat().st_size:
        return False
    try:
        with closing(sqlite3.connect(path, timeout=PATIENCE)) as found:
            return bool(found.execute("PRAGMA schema_version").fetchone()[0])
    except sqlite3.DatabaseError:
        return False


def _refuse_writer(target: sqlite3.Connection) -> None:
    """SQLite's copying asks again for ever; whoever writes for that long is at work here."""
    try:
        target.execute("BEGIN IMMEDIATE")
        target.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        raise InUse("Something else writes to the database. Stop it and try again.") from error


# --- PostgreSQL -----------------------------------------------------------------------------------


class SchemaBeside:
    def __init__(self, present: str, beside: str) -> None:
        self.present, self.beside = present, beside

    def at_work(self) -> Any:
        options = {**connections.settings[DEFAULT_DB_ALIAS]["OPTIONS"]}
        options.pop("pool", None)
        given = options.get("options", "")
        path = f"-c search_path={self.beside} -c statement_timeout=0"
        return _instead(OPTIONS={**options, "options": f"{given} {path}".strip()})

    def take_place(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}s'")
            new = _tables_in(self.beside)
            ours = (present_schema().table_names | set(new)) & set(_tables_in(self.present))
            if ours:
                cursor.execute(f"DROP TABLE {', '.join(_at(self.present, name) for name in ours)}")
            for name in new:
                cursor.execute(
                    f"ALTER TABLE {_at(self.beside, name)} SET SCHEMA {_quoted(self.present)}"
                )


@contextmanager
def _beside_schema() -> Iterator[SchemaBeside]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        present = cursor.fetchone()[0]
        # Where the first migration would make it in the schema beside, it would go with that.
        cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {EXTENSION}")
        beside = f"visavis_beside_{secrets.token_hex(4)}"
        try:
            cursor.execute(f"CREATE SCHEMA {beside}")
        except ProgrammingError as error:
            raise CannotWrite(
                f"Restoring makes a schema beside the present one, which PostgreSQL refuses: "
                f"{str(error).strip()}. Have an administrator run GRANT CREATE ON DATABASE "
                f"{connection.settings_dict['NAME']} for the role of DATABASE_URL."
            ) from error
    try:
        yield SchemaBeside(present, beside)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA IF EXISTS {beside} CASCADE")


def _tables_in(schema: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY 1", [schema])
        return [name for (name,) in cursor.fetchall()]


def _at(schema: str, table: str) -> str:
    return f"{_quoted(schema)}.{_quoted(table)}"


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def others_connected() -> int:
    """How many other connections there are to the same PostgreSQL database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        return int(cursor.fetchone()[0])
