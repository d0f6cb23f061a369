"""One cast for all tests of a file: each begins from it, and what it changes is taken back."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from tests.factories.cast import MONDAY, Cast, make_cast
from visavis.core import clock
from visavis.web.ui.limits import Counter


@pytest.fixture(scope="module")
def made_cast(django_db_setup, django_db_blocker) -> Iterator[Cast]:
    with django_db_blocker.unblock(), transaction.atomic():
        with clock.frozen_at(MONDAY):
            made = make_cast()
        yield made
        transaction.set_rollback(True)


@pytest.fixture(scope="module", autouse=True)
def without_limits() -> Iterator[None]:
    """So much is asked here as one person never does; tests of the limits are elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Counter, "consume", lambda *_asked, **_named: 0.0)
        yield


@pytest.fixture
def cast(made_cast: Cast, django_db_blocker) -> Iterator[Cast]:
    with django_db_blocker.unblock(), transaction.atomic(), clock.frozen_at(MONDAY):
        yield made_cast
        transaction.set_rollback(True)
