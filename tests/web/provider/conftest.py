"""A provider who is signed in, with a meeting and a request."""

import pytest
from django.test import Client


@pytest.fixture
def talia(cast) -> Client:
    client = Client()
    client.force_login(cast.own.provider.user)
    return client
