"""The load test in its short form: students come through every step, and nothing is lost."""

import os

import pytest

from bench.databases import POSTGRESQL, SQLITE
from tests.load.counting import WRONG
from tests.load.report import as_load, as_soak
from tests.load.running import Wanted, measure, soak
from tests.load.visit import CANCEL, STEPS

# Other tests have the machine as well.
PATIENCE = 300  # seconds
pytestmark = [pytest.mark.race, pytest.mark.xdist_group("races")]


@pytest.fixture
def kind(monkeypatch):
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        return SQLITE
    monkeypatch.setenv("POSTGRES", url)
    return POSTGRESQL


def nothing_wrong(found):
    assert {name: found["left"][name] for name in WRONG if found["left"][name]} == {}, found["left"]
    assert found["left"]["unsent"] == 0, found["left"]


def test_everybody_books_through_every_step_and_nothing_is_lost(kind):
    wanted = Wanted(
        students=6, stampede=6, mentors=5, seconds=3, stampede_at_once=6, mail_patience=PATIENCE
    )
    found = measure(kind, wanted)
    assert found["journeys"]["booked"] == 6, found["journeys"]
    assert not found["journeys"]["failed"] + found["stampede"]["failed"], found
    assert found["journeys"]["took"].keys() == set(STEPS)
    assert 0 < found["stampede"]["booked"] == found["stampede"]["came"] <= 6
    nothing_wrong(found)
    # Two are told of each booking.
    assert found["left"]["messages"] == 2 * found["left"]["acknowledged"]
    assert found["memory"]["end"].keys() == {"server", "web 1", "web 2", "worker"}
    assert f"| students let in | {found['stampede']['came']} |" in as_load([found])


def test_a_soak_gives_meetings_back_and_says_how_memory_went(kind):
    wanted = Wanted(
        students=2, stampede=0, mentors=5, seconds=0, soak_minutes=0.15, mail_patience=PATIENCE
    )
    found = soak(kind, wanted)
    assert found["soak"]["cancelled"] > 0
    assert CANCEL in found["soak"]["took"]
    nothing_wrong(found)
    assert all(len(samples) >= 2 for samples in found["samples"].values())
    said = as_soak([found])
    assert f"| {kind}: worker |" in said
    assert "too short to say" in said
