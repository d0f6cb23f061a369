"""The disk under SQLite is full: pages say so, readers go on, and with room again it is booked."""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from contextlib import closing

import pytest

from bench.databases import SQLITE, throwaway
from tests.faults.conftest import said, scene

pytestmark = [pytest.mark.race, pytest.mark.xdist_group("races")]
SIZE = "96m"


@pytest.fixture
def small_disk(tmp_path, monkeypatch):
    """A disk of its own, on which everything lies that the installation writes."""
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        pytest.skip("PostgreSQL's disk is not ours: tests/core/test_troubles.py has what it says")
    if os.geteuid() != 0 or shutil.which("mount") is None:
        refuse = pytest.fail if os.environ.get("VISAVIS_TEST_EVERYTHING") else pytest.skip
        refuse("mounting a small disk needs root")
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", f"{place}"]
    done = subprocess.run(mount, check=False, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"no disk can be mounted here: {done.stderr.strip()}")
    monkeypatch.setattr(tempfile, "tempdir", f"{place}")
    yield place
    subprocess.run([shutil.which("umount"), "--lazy", f"{place}"], check=True)


def fill(place):
    """Write until nothing more fits; the file that has it all."""
    filler = place / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue
    return filler


def test_who_books_is_told_readers_go_on_and_nothing_is_lost(small_disk):
    with throwaway(SQLITE) as database, scene(database) as made:
        file = database.environment["DATABASE_URL"].removeprefix("sqlite:///")
        # What the log has taken of the disk already would be written again without more of it.
        with closing(sqlite3.connect(file)) as other:
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        filler = fill(small_disk)
        answer = made.press()
        assert said(answer) == (503, "There is no room to keep anything")
        assert "What was booked before is safe" in answer.page
        assert made.look(made.visit.learn).status == 200

        filler.unlink()
        made.book_now()
        made.nothing_wrong()
        with closing(sqlite3.connect(file)) as other:
            assert other.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
