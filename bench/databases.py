"""Throwaway databases: a SQLite file in a temporary folder, or one on the server at POSTGRES."""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"
CONNECT_SECONDS = 3


@dataclass(frozen=True, slots=True)
class Database:
    """A database that is there while it is measured, as the environment of a process."""

    kind: str
    environment: dict[str, str]


@contextmanager
def throwaway(kind: str) -> Iterator[Database]:
    """An empty database of this kind with a data folder of its own; both are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="visavis-bench-") as folder:
        environment = {
            "VISAVIS_DATA": folder,
            "SECRET_KEY": secrets.token_urlsafe(50),
            "DJANGO_SETTINGS_MODULE": "visavis.config.settings",
        }
        if kind == SQLITE:
            url = f"sqlite:///{Path(folder) / 'visavis.sqlite3'}"
            yield Database(kind, environment | {"DATABASE_URL": url})
            return
        with _on_server() as url:
            yield Database(kind, environment | {"DATABASE_URL": url})


@contextmanager
def _on_server() -> Iterator[str]:
    server, name = _server(), f"visavis_bench_{secrets.token_hex(4)}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        try:
            yield f"{server}/{name}"
        finally:
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def look_at_tables(url: str) -> None:
    """What PostgreSQL does by itself some time after many rows were written."""
    if url.startswith("postgres"):
        with psycopg.connect(url, autocommit=True) as server:
            server.execute("ANALYZE")


def _server() -> str:
    return os.environ["POSTGRES"].rsplit("/", 1)[0]


def kinds() -> list[str]:
    """The databases that can be measured here."""
    return [SQLITE, *([POSTGRESQL] if server_version() else [])]


def server_version() -> str:
    """PostgreSQL's version, blank when no server answers at POSTGRES."""
    if not os.environ.get("POSTGRES"):
        return ""
    try:
        with psycopg.connect(f"{_server()}/postgres", connect_timeout=CONNECT_SECONDS) as server:
            number = server.info.server_version
            return f"{number // 10_000}.{number % 10_000}"
    except psycopg.OperationalError:
        return ""
