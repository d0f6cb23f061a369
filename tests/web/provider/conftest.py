"""A provider who is signed in, with a meeting and a request."""

import pytest
from django.test import Client

from tests.factories.cast import MONDAY, Cast, make_cast
from visavis.core import clock


@pytest.fixture
def cast(db) -> Cast:
    with clock.frozen_at(MONDAY):
        yield make_cast()


@pytest.fixture
def place(cast):
    return cast.own


@pytest.fixture
def talia(cast) -> Client:
    client = Client()
    client.force_login(cast.own.provider.user)
    return client


@pytest.fixture
def admin(cast) -> Client:
    client = Client()
    client.force_login(cast.people["admin"])
    return client
