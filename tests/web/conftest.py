"""A community with people, and an administrator who is signed in."""

import pytest
from django.test import Client

from tests.factories.cast import MONDAY, Cast, make_cast
from visavis.core import clock
from visavis.web.ui.limits import Counter


@pytest.fixture
def cast(db) -> Cast:
    with clock.frozen_at(MONDAY):
        yield make_cast()


@pytest.fixture
def place(cast):
    return cast.own


@pytest.fixture
def admin(cast) -> Client:
    client = Client()
    client.force_login(cast.people["admin"])
    return client


@pytest.fixture
def without_limits(monkeypatch):
    """For tests that ask for more in a moment than one person may."""
    monkeypatch.setattr(Counter, "consume", lambda *_asked, **_named: 0.0)
