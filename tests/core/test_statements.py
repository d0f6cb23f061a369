"""Statements whose text stays the same: PostgreSQL keeps their plans, if it may."""

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Q

from tests.factories.world import make_user
from visavis.core import prepared as written
from visavis.core import statements
from visavis.core.prepared import Blank, prepared
from visavis.core.statements import OFTEN
from visavis.people.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_written(monkeypatch):
    monkeypatch.setattr(written, "_written", {})


def ask_often(name):
    """The same query again and again, with a constant and a blank; whether it answers right."""
    sam = make_user("sam@school.test", name)
    asked = prepared(
        "by name and id",
        lambda: User.objects.filter(Q(first_name=name, pk=Blank("pk"))).values_list("pk"),
    )
    answers = {tuple(asked.rows(pk=pk)) for pk in [sam.pk] * (OFTEN + 2)}
    return asked, answers == {((sam.pk,),)}


def is_kept(name):
    """Whether the connection has a plan of a statement with this name in it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return any(name in statement for (statement,) in cursor.fetchall())


def test_what_is_always_the_same_stands_in_the_text_only_for_a_plan():
    asked, is_right = ask_often("it's 100%s")
    assert is_right
    assert len(asked.parameters) == 1
    assert "it''s 100%%s" in asked.sql


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL keeps plans")
def test_the_server_keeps_the_plan_of_what_is_asked_often():
    _asked, is_right = ask_often("Kept Often")
    assert is_right
    assert is_kept("Kept Often")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL keeps plans")
def test_behind_a_pooler_no_plan_is_kept(settings):
    settings.PREPARE_STATEMENTS = False
    _asked, is_right = ask_often("Never Kept")
    assert is_right
    assert not is_kept("Never Kept")


def test_so_many_texts_are_kept_with_the_marks_of_their_driver():
    on_server = connection.vendor == "postgresql"
    marked = statements._with_numbers if on_server else statements._with_question_marks
    marked.cache_clear()
    for number in (1, 2, 2, 3):
        assert statements.fetch(f"SELECT %s + {number}", [1]) == [(1 + number,)]
    kept = marked.cache_info()
    assert (kept.misses, kept.hits, kept.maxsize) == (3, 1, statements.ROOM)
    assert marked("SELECT %s + 3") == ("SELECT $1 + 3" if on_server else "SELECT ? + 3")


def test_signs_of_per_cent_and_marks_are_told_apart():
    assert statements.fetch("SELECT '100%%s', %s", ["50%"]) == [("100%s", "50%")]


def test_whoever_watches_is_told_every_statement(django_assert_num_queries):
    with django_assert_num_queries(1) as watched:
        statements.fetch("SELECT %s + 1", [1])
    assert "+ 1" in watched.captured_queries[0]["sql"]


def test_what_is_watched_by_a_wrapper_goes_through_it():
    seen = []

    def watch(execute, sql, params, many, context):
        seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        assert statements.fetch("SELECT %s + 1", [1]) == [(2,)]
    assert seen == ["SELECT %s + 1"]


def test_errors_of_the_database_are_those_that_django_raises():
    with pytest.raises(DatabaseError), transaction.atomic():
        statements.fetch("SELECT nothing FROM nowhere WHERE 1 = %s", [1])


def test_no_statement_goes_into_a_transaction_that_is_broken():
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(transaction.TransactionManagementError):
            statements.fetch("SELECT %s", [1])


def rename(user, column, value):
    """Write one column of a user's row."""
    table = User._meta.db_table
    statements.change(f"UPDATE {table} SET {column} = %s WHERE id = %s", [value, user.pk])  # noqa: S608


@pytest.mark.parametrize("are_prepared", [True, False])
def test_what_is_sent_together_is_all_carried_out(settings, are_prepared):
    settings.PREPARE_STATEMENTS = are_prepared
    sam, kim = (make_user(f"{name}@school.test", name) for name in ("sam", "kim"))
    with transaction.atomic(), statements.sent_together():
        if connection.vendor == "postgresql":
            status = connection.connection.pgconn.pipeline_status
            assert status == psycopg.pq.PipelineStatus.ON
        rename(sam, "first_name", "One")
        rename(kim, "first_name", "Two")
    assert set(User.objects.values_list("first_name", flat=True)) == {"One", "Two"}


def rename_both_alike(sam, kim):
    with transaction.atomic(), statements.sent_together():
        rename(sam, "email_key", kim.email_key)
        rename(sam, "first_name", "Never")


@pytest.mark.parametrize("are_prepared", [True, False])
def test_what_is_said_against_one_of_those_sent_together_is_raised(settings, are_prepared):
    settings.PREPARE_STATEMENTS = are_prepared
    sam, kim = (make_user(f"{name}@school.test", name) for name in ("sam", "kim"))
    with pytest.raises(IntegrityError):
        rename_both_alike(sam, kim)
    sam.refresh_from_db()
    assert (sam.email_key, sam.first_name) == ("sam@school.test", "sam")


@pytest.mark.django_db(transaction=True)
def test_what_is_sent_together_belongs_to_one_transaction():
    with pytest.raises(transaction.TransactionManagementError), statements.sent_together():
        pass


def test_where_no_database_may_be_asked_none_is(django_db_blocker):
    with django_db_blocker.block(), pytest.raises(RuntimeError, match="Database access"):
        statements.fetch("SELECT %s", [1])
