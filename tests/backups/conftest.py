"""Installations: each a data folder and a database of its own, on which the real command runs."""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[2]
URL = os.environ.get("DATABASE_URL", "")
IS_SQLITE = not URL.startswith("postgres")


@dataclass(frozen=True)
class Installation:
    """One place where Visavis is; `url` is empty for SQLite in the folder."""

    folder: Path
    url: str

    @property
    def environment(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if name != "SECRET_KEY"}
        return own | {
            "DJANGO_SETTINGS_MODULE": "visavis.config.settings",
            "DATABASE_URL": self.url,
            "VISAVIS_DATA": str(self.folder),
            "VISAVIS_DEMO": "1",
        }

    def visavis(self, *arguments: object, stdin: str = "") -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-W", "error", "-m", "visavis.cli.main", *map(str, arguments)],
            cwd=ROOT,
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )

    def start(self, *words: str) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.backups.town", *words],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def town(self, word: str) -> dict:
        told, _ = self.start(word).communicate()
        return json.loads(told)


class Country:
    """Makes installations on the kind of database that DATABASE_URL names, or on the one named."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.databases: list[str] = []

    def settle(self, *, on_sqlite: bool = IS_SQLITE) -> Installation:
        folder = self.folder / secrets.token_hex(4)
        folder.mkdir()
        if on_sqlite:
            return Installation(folder, "")
        server, name = URL.rsplit("/", 1)[0], f"visavis_backup_{secrets.token_hex(4)}"
        with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
            admin.execute(f'CREATE DATABASE "{name}"')
        self.databases.append(name)
        return Installation(folder, f"{server}/{name}")

    def leave(self) -> None:
        for name in self.databases:
            with psycopg.connect(f"{URL.rsplit('/', 1)[0]}/postgres", autocommit=True) as admin:
                admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Country]:
    made = Country(tmp_path_factory.mktemp("country"))
    yield made
    made.leave()


@pytest.fixture(scope="module")
def town(country: Country) -> Installation:
    """An installation with people, meetings, files and odd rows."""
    made = country.settle()
    made.town("fill")
    return made
