"""Another program keeps SQLite's file locked for longer than a page waits."""

import os
import sqlite3
import time
from contextlib import closing

import pytest

from bench.databases import SQLITE, throwaway
from tests.faults.conftest import said, scene
from visavis.config.databases import PATIENCE

pytestmark = [pytest.mark.race, pytest.mark.xdist_group("races")]


@pytest.mark.skipif(
    os.environ.get("DATABASE_URL", "").startswith("postgres"), reason="is about SQLite's file"
)
def test_who_books_is_told_to_try_again_readers_notice_nothing_and_it_is_booked_once():
    with throwaway(SQLITE) as database, scene(database) as made:
        file = database.environment["DATABASE_URL"].removeprefix("sqlite:///")
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert made.look(made.visit.learn).status == 200
            begun = time.monotonic()
            answer = made.press()
            assert time.monotonic() - begun >= PATIENCE
            assert said(answer) == (503, "Too many people at once")
            assert "nothing was booked or changed by this" in answer.page
            other.execute("ROLLBACK")
        made.book_now()
        made.nothing_wrong()
