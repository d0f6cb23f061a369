"""A community with Talia in it, for everything about hours."""

import pytest

from tests.factories.world import make_world


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def talia(world):
    return world.provider()
