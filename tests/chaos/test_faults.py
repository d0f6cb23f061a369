"""The order of faults: repeatable, over in time, and never at every host of a kind."""

import random
from itertools import product

import pytest

from tests.chaos.faults import Fault, plan
from tests.chaos.hosts import Kind

KINDS = [Kind.WEB, Kind.WEB, Kind.WEB, Kind.WORKER, Kind.WORKER]


def drawn(seed: int, seconds: float = 180.0):
    return plan(random.Random(seed), KINDS, 30.0, seconds)  # noqa: S311  (no secret)


def test_a_seed_repeats_the_order():
    assert drawn(3) == drawn(3) != drawn(4)


@pytest.mark.parametrize("seed", range(20))
def test_everything_is_over_by_the_end_and_one_of_each_kind_is_left_in_peace(seed):
    blows = drawn(seed)
    assert blows
    assert all(30.0 < blow.begin < blow.end <= 180.0 for blow in blows)
    for moment, kind in product([blow.begin for blow in blows], set(KINDS)):
        struck = {blow.host for blow in blows if blow.begin <= moment < blow.end}
        assert sum(KINDS[host] is kind for host in struck) < KINDS.count(kind)


def test_each_kind_of_fault_comes_in_a_run_of_three_minutes():
    assert {blow.fault for blow in drawn(1)} == set(Fault)
