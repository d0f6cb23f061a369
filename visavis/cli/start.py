"""Getting ready: settings, folders, tables; and a sentence for whatever stands in the way."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import DatabaseError, InterfaceError, connection

from visavis.cli.output import count
from visavis.cli.running import Refused
from visavis.core.errors import VisavisError
from visavis.core.upgrades import missing_migrations

CONNECT_SECONDS = 10


@contextmanager
def ready() -> Iterator[None]:
    """Django with a migrated database within the block; refusals come out as `Refused`."""
    with loaded():
        ensure_tables()
        yield


@contextmanager
def loaded() -> Iterator[None]:
    """Django with its settings within the block, whatever the database is like."""
    with told_in_sentences():
        load_settings()
        yield


@contextmanager
def told_in_sentences() -> Iterator[None]:
    """Turn what the block refuses, or what the machine does not allow, into one sentence."""
    try:
        yield
    except VisavisError as error:
        raise Refused(error.message, code=error.code) from error
    except ImproperlyConfigured as error:
        raise Refused(str(error), code="misconfigured") from error
    except (DatabaseError, InterfaceError) as error:
        raise Refused(database_trouble(error), code="database_unavailable") from error


def load_settings(limits: str = "jobs") -> None:
    """Load Django with the settings of the environment, and its `limits`. Raises Refused."""
    if apps.ready:
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "visavis.config.settings")
    try:
        found = settings.DATABASE_LIMITS[limits]
        for database in settings.DATABASES.values():
            _take_one_connection(database.setdefault("OPTIONS", {}), found)
        django.setup()
    except OSError as error:
        where = error.filename or "The data folder"
        raise Refused(
            f"{where} cannot be written: {error.strerror}. "
            "Set VISAVIS_DATA to a folder that you may write to.",
            code="data_folder",
        ) from error
    except ValueError as error:
        raise Refused(
            f"A setting in the environment cannot be read: {error}.", code="misconfigured"
        ) from error


def _take_one_connection(options: dict[str, Any], limits: str) -> None:
    """One command needs one connection, and hears at once that there is none."""
    if options.pop("pool", None) is None:
        return  # SQLite
    options["connect_timeout"] = CONNECT_SECONDS
    options.pop("options", None)
    if limits:
        options["options"] = limits


def ensure_tables() -> None:
    """Migrate a SQLite file that is new or behind; on PostgreSQL raise Refused instead."""
    if connection.vendor == "sqlite":
        make_folder()
    missing = missing_migrations()
    if not missing:
        return
    if connection.vendor != "sqlite":
        raise Refused(
            f"The database lacks {count(len(missing), 'migration')} of this version. "
            "Run `visavis migrate` first.",
            code="migrations_missing",
        )
    with only_one():
        if missing_migrations():
            call_command("migrate", verbosity=0, interactive=False)


def make_folder() -> None:
    """The folder of the SQLite file. Raises Refused where it cannot be made."""
    name = str(connection.settings_dict["NAME"])
    if ":memory:" in name or name.startswith("file:"):
        return
    try:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(
            f"The folder {Path(name).parent} cannot be made: {error.strerror}. "
            "Set VISAVIS_DATA to a folder that you may write to.",
            code="data_folder",
        ) from error


@contextmanager
def only_one() -> Iterator[None]:
    """Of several processes that find an empty folder, one makes the tables and the others wait."""
    settings.DATA.mkdir(parents=True, exist_ok=True)
    with (settings.DATA / "migrate.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def database_trouble(error: Exception) -> str:
    """What a database error means for whoever runs the command."""
    first = str(error).strip().partition("\n")[0].rstrip(".") or type(error).__name__
    if connection.vendor == "sqlite":
        name = connection.settings_dict["NAME"]
        return f"The database {name} cannot be used: {first}. Check the folder and its rights."
    return f"The database does not answer: {first}. Check DATABASE_URL, and that the server runs."
