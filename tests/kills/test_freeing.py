"""SIGKILL of the worker while it offers: nobody twice, nothing held for nobody, no offer lost."""

import json
import os
import subprocess
import sys

import pytest

from tests.races.conftest import ROOT, race_database

__all__ = ["race_database"]
pytestmark = [pytest.mark.race, pytest.mark.xdist_group("races")]
KILLS = 6


def test_a_worker_that_is_killed_while_offering_loses_and_repeats_no_offer(race_database, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "tests.kills.freeing", f"--kills={KILLS}", "--seed=4"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": race_database, "VISAVIS_DATA": str(tmp_path)},
        check=True,
        capture_output=True,
        text=True,
        timeout=300,
    )
    figures = json.loads(done.stdout)
    assert figures["kills"] == KILLS
    assert figures["offers"] >= figures["given_back"] > 0
    for wrong in (
        "offered_twice",
        "held_without_offer",
        "offers_without_hold",
        "lost_offers",
        "untold",
        "told_twice",
    ):
        assert figures[wrong] == 0, figures
