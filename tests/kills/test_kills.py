"""SIGKILL at random instants: nothing acknowledged is lost, nothing told twice but by the rule."""

import json
import os
import subprocess
import sys

import pytest

from tests.races.conftest import ROOT, race_database

__all__ = ["race_database"]
pytestmark = pytest.mark.race
KILLS = 8


def test_kills_lose_nothing_and_repeat_only_what_the_rule_says(race_database, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "tests.kills.supervisor", f"--kills={KILLS}", "--seed=4"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": race_database, "VISAVIS_DATA": str(tmp_path)},
        check=True,
        capture_output=True,
        text=True,
        timeout=900,
    )
    figures = json.loads(done.stdout)
    assert min(figures["kills"].values()) >= KILLS
    assert figures["acknowledged"] > 0
    assert figures["messages"] == 2 * figures["bookings"] > 0
    for wrong in (
        "lost_bookings",
        "double_bookings",
        "untold",
        "unsent",
        "lost_mails",
        "sent_under_two_ids",
    ):
        assert figures[wrong] == 0, figures
    assert figures["repeated_under_one_id"] <= figures["kills"]["worker"]
