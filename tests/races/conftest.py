"""An arena: a database of its own, and many processes that want the same thing at once."""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[2]
PROCESSES = 8
STORMERS = 4


@dataclass
class Arena:
    """One process that sets scenes and several that race in them; all stay up between tests."""

    stager: subprocess.Popen
    racers: list[subprocess.Popen]

    def stage(self, **wishes: object) -> dict:
        """Empty the database, build the scene, and return its ids."""
        _tell(self.stager, wishes)
        return json.loads(self.stager.stdout.readline())

    def ended(self) -> dict[str, int]:
        """How many bookings there are in each state."""
        return self.stage(ended=True)

    def told(self) -> dict:
        """What was told of the bookings, and what time is taken."""
        return self.stage(told=True)

    def holds(self) -> dict[str, int]:
        """How many holds there are in each state."""
        return self.stage(holds=True)

    def series(self) -> dict[str, list[int]]:
        """By series: the weeks that it has, and the weeks that were asked for."""
        return self.stage(series=True)

    def accounts(self) -> dict:
        """Which identity opens whose account, and who came in for the first time."""
        return self.stage(accounts=True)

    def race(self, wishes: list[dict]) -> list[dict]:
        """Fulfil all wishes at the same moment, from several processes with several threads."""
        for number, racer in enumerate(self.racers):
            _tell(racer, wishes[number :: len(self.racers)])
        for racer in self.racers:
            assert racer.stdout.readline() == "ready\n"
        for racer in self.racers:
            _tell(racer, "go")
        return [result for racer in self.racers for result in json.loads(racer.stdout.readline())]


def _tell(process: subprocess.Popen, message: object) -> None:
    process.stdin.write(json.dumps(message) + "\n")
    process.stdin.flush()


def _start(module: str, url: str, folder: Path) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", module],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": url, "VISAVIS_DATA": str(folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _stop(processes: list[subprocess.Popen]) -> None:
    for process in processes:
        process.stdin.close()
        process.wait(timeout=30)
        process.stdout.close()


@pytest.fixture(scope="session")
def race_database(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """A fresh database of the kind that DATABASE_URL names: a file, or one on the same server."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield f"sqlite:///{tmp_path_factory.mktemp('race') / 'race.sqlite3'}"
        return
    # Of its own: two suites may run on one server.
    server, name = url.rsplit("/", 1)[0], f"visavis_race_{worker_id}_{secrets.token_hex(4)}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        yield f"{server}/{name}"
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def arena(race_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    """The arena, ready: the database migrated, the racers waiting for their wishes."""
    folder = tmp_path_factory.mktemp("data")
    stager = _start("tests.races.stage", race_database, folder)
    racers = [_start("tests.races.racer", race_database, folder) for _ in range(PROCESSES)]
    assert stager.stdout.readline() == "ready\n"
    yield Arena(stager, racers)
    _stop([stager, *racers])


@dataclass
class StormOfChanges:
    """Several processes that all change one community, and all say what can be booked then."""

    arena: Arena
    stormers: list[subprocess.Popen]

    def stage(self, **wishes: object) -> dict:
        """Empty the database, build the scene, and return its ids."""
        return self.arena.stage(**wishes)

    def round(self, scene: dict, *, seed: int, acts: int, now: datetime) -> list[set[str]]:
        """Let all act at once; then, in the calm, the warm and cold answers at some instants.

        No process may find a start about which search and explanation disagree.
        """
        for number, stormer in enumerate(self.stormers):
            wish = {"scene": scene, "seed": 1000 * seed + number, "acts": acts}
            _tell(stormer, wish | {"now": now.isoformat()})
        for stormer in self.stormers:
            assert stormer.stdout.readline() == "done\n"
        answers = []
        for stormer in self.stormers:
            _tell(stormer, "calm")
            answers.append(json.loads(stormer.stdout.readline()))
        assert not any(told["disputed"] for at_all in answers for told in at_all), answers
        return [
            {answer for told in at_one for answer in (told["warm"], told["cold"])}
            for at_one in zip(*answers, strict=True)
        ]


@pytest.fixture
def storm(
    arena: Arena, race_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StormOfChanges]:
    """A storm on the arena's database."""
    folder = tmp_path_factory.mktemp("storm")
    stormers = [_start("tests.races.stormer", race_database, folder) for _ in range(STORMERS)]
    yield StormOfChanges(arena, stormers)
    _stop(stormers)
