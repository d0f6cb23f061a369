"""A job to watch."""

import pytest

from tests.core import watched_jobs


@pytest.fixture
def ran():
    """The calls that the watched jobs got, oldest first."""
    watched_jobs.calls.clear()
    watched_jobs.failures.clear()
    return watched_jobs.calls
