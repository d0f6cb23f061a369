"""What each process keeps, in a storm of changes by all of them: never other than the rows."""

from datetime import timedelta

import pytest

from tests.factories.world import MONDAY

pytestmark = pytest.mark.race
ROUNDS = 9
ACTS = 12


@pytest.mark.parametrize("auto_confirm", [True, False])
def test_warm_answers_equal_cold_ones_in_every_process(storm, auto_confirm):
    scene = storm.stage(
        formats=[(30, 1)], providers=4, students=6, room=2, auto_confirm=auto_confirm
    )
    seen = set()
    for number in range(ROUNDS):
        now = MONDAY + number * timedelta(minutes=25)
        answers = storm.round(scene, seed=number, acts=ACTS, now=now)
        assert [len(told) for told in answers] == [1, 1, 1], f"round {number}: {answers}"
        seen.update(*answers)
    assert len(seen) > ROUNDS / 2, "the storm was to change something"
