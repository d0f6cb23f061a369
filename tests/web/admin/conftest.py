"""Others who look after a community, signed in."""

import pytest
from django.test import Client


@pytest.fixture
def school_admin(cast) -> Client:
    client = Client()
    client.force_login(cast.people["school_admin"])
    return client


@pytest.fixture
def desk(cast) -> Client:
    client = Client()
    client.force_login(cast.people["front_desk"])
    return client
