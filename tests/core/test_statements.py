"""Statements whose text stays the same: PostgreSQL keeps their plans, if it may."""

import pytest
from django.db import connection
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
    on_server = connection.vendor == "postgresql"
    assert len(asked.parameters) == (1 if on_server else 2)
    assert ("it''s 100%%s" in asked.sql) == on_server


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


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite has marks of its own")
def test_so_many_texts_are_kept_as_sqlite_wants_them(monkeypatch):
    monkeypatch.setattr(statements, "_converted", {})
    monkeypatch.setattr(statements, "ROOM", 2)
    with statements.open_cursor() as cursor:
        for number in (1, 2, 2, 3):
            cursor.execute(f"SELECT %s + {number}", [1])
            assert cursor.fetchall() == [(1 + number,)]
    assert statements._converted == {"SELECT %s + 3": "SELECT ? + 3"}


def test_where_no_database_may_be_asked_none_is(django_db_blocker):
    with django_db_blocker.block(), pytest.raises(RuntimeError, match="Database access"):
        statements.open_cursor()
