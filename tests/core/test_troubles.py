"""Trouble with the database: told apart, and conflicts carried out again, on the real thing."""

import logging
import sqlite3
import threading
from pathlib import Path

import psycopg
import pytest
from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction

from visavis.core import measuring
from visavis.core.troubles import Trouble, again_on_conflict, apart, trouble_of
from visavis.people.models import User

postgres_only = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="SQLite lets one transaction write at a time"
)


@pytest.fixture
def heard():
    """What was said to be counted, as (what, labels)."""
    told = []

    def listener(what, _amount, labels):
        told.append((what, labels))

    measuring.listen(listener)
    yield told
    measuring._listeners.remove(listener)


@pytest.fixture
def two_people(transactional_db):
    return [User.objects.create(email=f"{name}@school.test") for name in ("ann", "ben")]


def in_threads(*works):
    """Run each in a thread with a connection of its own; what they raised."""
    raised = []

    def run(work):
        try:
            work()
        except Exception as error:  # noqa: BLE001  (told to the test)
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def meeting_point():
    """A place where two threads wait for each other, the first time that each comes there."""
    barrier, seen = threading.Barrier(2, timeout=10), threading.local()

    def meet():
        if not getattr(seen, "before", False):
            seen.before = True
            barrier.wait()

    return meet


def lock_both(first, second, meet):
    """Lock two people in this order, as nobody should; each other's order makes a deadlock."""

    def action():
        with transaction.atomic():
            User.objects.select_for_update().get(pk=first.pk)
            meet()
            kept = User.objects.select_for_update().get(pk=second.pk)
            kept.first_name += "+"
            kept.save(update_fields=["first_name"])

    return action


@postgres_only
def test_a_deadlock_ends_one_of_two_actions(two_people):
    ann, ben = two_people
    meet = meeting_point()
    raised = in_threads(lock_both(ann, ben, meet), lock_both(ben, ann, meet))
    assert [trouble_of(error) for error in raised] == [Trouble.CONFLICT]
    assert isinstance(raised[0].__cause__, psycopg.errors.DeadlockDetected)


@postgres_only
def test_who_lost_a_deadlock_is_carried_out_again_and_both_are_kept(two_people, heard):
    ann, ben = two_people
    meet = meeting_point()
    one = again_on_conflict(lock_both(ann, ben, meet))
    other = again_on_conflict(lock_both(ben, ann, meet))
    assert in_threads(one, other) == []
    assert sorted(User.objects.values_list("first_name", flat=True)) == ["+", "+"]
    assert heard == [("database_conflicts", {"action": "action"})]


def add_one_more(meet):
    """Write what was read, in a transaction that must have happened before or after each other."""

    def action():
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
            count = User.objects.count()
            meet()
            User.objects.create(email=f"number{count}@school.test")

    return action


@postgres_only
def test_a_serialisation_failure_is_carried_out_again_with_what_is_true_by_then(two_people, heard):
    meet = meeting_point()
    assert in_threads(*(again_on_conflict(add_one_more(meet)) for _ in range(2))) == []
    emails = User.objects.order_by("pk").values_list("email", flat=True)
    assert list(emails)[2:] == ["number2@school.test", "number3@school.test"]
    assert heard == [("database_conflicts", {"action": "action"})]


@postgres_only
def test_within_a_transaction_the_caller_is_carried_out_again(two_people):
    ann, ben = two_people
    meet, calls = meeting_point(), []

    def inner(first, second):
        calls.append(first.pk)
        return again_on_conflict(lock_both(first, second, meet))()

    @again_on_conflict
    def outer(first, second):
        with transaction.atomic():
            inner(first, second)

    assert in_threads(lambda: outer(ann, ben), lambda: outer(ben, ann)) == []
    assert len(calls) == 3
    assert set(calls) == {ann.pk, ben.pk}


def test_a_conflict_that_does_not_end_is_raised_after_a_few_goes(db, heard):
    goes = []

    @again_on_conflict
    def lose():
        goes.append(len(goes))
        raise OperationalError from psycopg.errors.SerializationFailure()

    # Within the test's own transaction once; as if there were none four times.
    with pytest.raises(OperationalError):
        lose()
    assert goes == [0]


def test_outside_of_transactions_it_has_four_goes(transactional_db, heard):
    goes = []

    @again_on_conflict
    def lose():
        goes.append(len(goes))
        raise OperationalError from psycopg.errors.SerializationFailure()

    with pytest.raises(OperationalError):
        lose()
    assert goes == [0, 1, 2, 3]
    assert heard == [("database_conflicts", {"action": "lose"})] * 3


@pytest.mark.parametrize(
    ("cause", "trouble"),
    [
        (psycopg.errors.LockNotAvailable(), Trouble.BUSY),
        (psycopg.errors.QueryCanceled(), Trouble.SLOW),
        (psycopg.errors.DiskFull(), Trouble.FULL),
        (psycopg.errors.AdminShutdown(), Trouble.GONE),
        (psycopg.errors.CannotConnectNow(), Trouble.GONE),
        (psycopg.errors.ReadOnlySqlTransaction(), Trouble.GONE),
        (psycopg.OperationalError("connection refused"), Trouble.GONE),
        (psycopg.errors.UndefinedTable(), None),
    ],
)
def test_postgresqls_errors_are_told_apart(cause, trouble):
    error = OperationalError("…")
    error.__cause__ = cause
    assert trouble_of(error) == trouble


def test_what_is_no_trouble_of_the_database_is_none():
    assert trouble_of(IntegrityError("duplicate key")) is None
    assert trouble_of(ValueError("…")) is None
    assert trouble_of(InterfaceError("connection already closed")) is Trouble.GONE


def failing(path: str, *statements: str, timeout: float = 0.0) -> OperationalError:
    """SQLite's own error for statements of which the last fails, as Django hands it on."""
    with sqlite3.connect(path, timeout=timeout, isolation_level=None) as file:
        for statement in statements[:-1]:
            file.execute(statement)
        with pytest.raises(sqlite3.OperationalError) as caught:
            file.execute(statements[-1])
    file.close()
    error = OperationalError("…")
    error.__cause__ = caught.value
    return error


def test_sqlites_errors_are_told_apart(tmp_path: Path):
    file = str(tmp_path / "x.sqlite3")
    make = "CREATE TABLE IF NOT EXISTS t (x)"
    full = failing(
        file, make, "PRAGMA max_page_count=3", "INSERT INTO t VALUES (randomblob(100000))"
    )
    assert trouble_of(full) is Trouble.FULL
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    assert trouble_of(failing(file, "BEGIN IMMEDIATE")) is Trouble.BUSY
    holder.close()
    assert trouble_of(failing(file, "SELECT * FROM nowhere")) is None
    nowhere = OperationalError("…")
    with pytest.raises(sqlite3.OperationalError) as caught:
        sqlite3.connect(str(tmp_path / "not" / "there.sqlite3"))
    nowhere.__cause__ = caught.value
    assert trouble_of(nowhere) is Trouble.GONE


def test_what_goes_wrong_apart_is_logged_and_keeps_nothing_else(caplog):
    done = []
    for number in (1, 0, 2):
        with apart(logging.getLogger("tests"), "%s could not be done.", number):
            done.append(2 // number)
    assert done == [2, 1]
    assert [record.getMessage() for record in caplog.records] == ["0 could not be done."]


def test_trouble_of_the_database_is_everybodys(caplog):
    lost = OperationalError("deadlock")
    lost.__cause__ = psycopg.errors.DeadlockDetected()
    with pytest.raises(OperationalError), apart(logging.getLogger("tests"), "It failed."):
        raise lost
    assert caplog.records == []
