"""The same Monday for every page, a world with one mentor, and Sam who is signed in."""

import pytest

from tests.factories.way import Way
from tests.factories.world import MONDAY, make_world
from visavis.core.clock import frozen_at


@pytest.fixture(autouse=True)
def monday():
    with frozen_at(MONDAY):
        yield


@pytest.fixture
def world(db):
    return make_world()


@pytest.fixture
def talia(world):
    return world.provider()


@pytest.fixture
def sam(world, client):
    sam = world.student()
    client.force_login(sam)
    return sam


@pytest.fixture
def way(world, talia, sam):
    return Way(world, talia)
