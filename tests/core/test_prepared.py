"""A query that is written once answers as the query that Django would write each time."""

import pytest
from django.db.models import Value

from tests.factories.world import make_user
from visavis.core import prepared as subject
from visavis.core.prepared import Blank, prepared
from visavis.people.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_written(monkeypatch):
    monkeypatch.setattr(subject, "_written", {})


def named(email):
    return User.objects.filter(email_key=email).order_by().values_list("pk", Value("found"))


def test_blanks_are_filled_anew_each_time():
    sam, lee = make_user("sam@school.test"), make_user("lee@school.test")
    found = [
        prepared("by mail", lambda: named(Blank("mail"))).rows(mail=mail)
        for mail in ("sam@school.test", "lee@school.test", "nobody@school.test")
    ]
    assert found == [[(sam.pk, "found")], [(lee.pk, "found")], []]


def test_what_is_filled_in_is_a_value_and_never_sql():
    make_user("sam@school.test")
    query = prepared("by mail", lambda: named(Blank("mail")))
    assert query.rows(mail="' OR ''='") == []


def test_a_blank_stands_in_every_part_of_a_union():
    sam = make_user("sam@school.test")
    both = prepared("both", lambda: named(Blank("mail")).union(named(Blank("other"))))
    assert both.rows(mail="nobody@school.test", other="sam@school.test") == [(sam.pk, "found")]


def test_query_is_written_once_for_each_key(django_assert_num_queries):
    written = []

    def build(email):
        written.append(email)
        return named(email)

    for email in ("sam@school.test", "lee@school.test", "sam@school.test"):
        with django_assert_num_queries(1):
            prepared(("mail", email), lambda email=email: build(email)).rows()
    assert written == ["sam@school.test", "lee@school.test"]


def test_keys_without_end_do_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr(subject, "ROOM", 3)
    for number in range(10):
        prepared(number, lambda: named("sam@school.test"))
        assert len(subject._written) <= 3
