"""What is told inside a transaction is read outside of it, while it lasts and no longer."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection, transaction

from visavis.core import progress

pytestmark = pytest.mark.django_db(transaction=True)


def told_outside(work):
    """What another connection than ours reads."""

    def read():
        try:
            return progress.told(work)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        return other.submit(read).result(timeout=30)


def test_others_read_how_far_a_transaction_is_that_has_not_ended():
    work = uuid4()
    with transaction.atomic(), progress.telling(work) as tell:
        assert told_outside(work) is None
        tell(500, 100_000)
        assert told_outside(work) == (500, 100_000)
        tell(99_500, 100_000)
        assert told_outside(work) == (99_500, 100_000)
        assert told_outside(uuid4()) is None
    assert told_outside(work) is None


def fail(work):
    with transaction.atomic(), progress.telling(work) as tell:
        tell(1, 2)
        raise RuntimeError


def test_what_was_told_goes_when_the_work_fails():
    work = uuid4()
    with pytest.raises(RuntimeError):
        fail(work)
    assert told_outside(work) is None
