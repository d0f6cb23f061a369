"""A query that is written once answers as the query that Django would write each time."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.db.models import F, Value
from django.forms.models import model_to_dict

from tests.factories.world import make_user, make_world
from visavis.availability.models import Closure
from visavis.bookings.enums import ACTIVE
from visavis.bookings.models import Commitment
from visavis.catalogue.models import Service
from visavis.communities.models import Community
from visavis.core import prepared as subject
from visavis.core.prepared import (
    Blank,
    SideBySide,
    get_prepared,
    prepared,
    prepared_for,
    prepared_update,
)
from visavis.core.statements import fetch
from visavis.people.models import Provider, User

pytestmark = pytest.mark.django_db
WEEK = {"person": 1, "first": "2027-03-01", "last": "2027-03-08"}


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


def test_instants_and_dates_are_filled_in_as_the_database_keeps_them():
    sam = make_user("sam@school.test")
    asked = prepared(
        "made before", lambda: User.objects.filter(created_at__lt=Blank("at")).values_list("pk")
    )
    second = timedelta(seconds=1)
    assert asked.rows(at=sam.created_at) == []
    assert asked.rows(at=sam.created_at + second) == [(sam.pk,)]
    world, day = make_world(), date(2027, 3, 1)
    Closure.objects.create(community=world.community, first=day, last=day)
    closed = prepared(
        "closed", lambda: Closure.objects.filter(first=Blank("day")).values_list("last")
    )
    assert closed.values(day=day) == [[day]]
    assert closed.values(day=day + timedelta(days=1)) == []


def test_both_hours_of_a_change_of_the_clocks_are_filled_in():
    autumn = datetime(2026, 11, 1, 1, 30, tzinfo=ZoneInfo("America/New_York"))
    hours = [autumn, autumn.replace(fold=1)]
    people = [make_user("sam@school.test"), make_user("lee@school.test")]
    for at, person in zip(hours, people, strict=True):
        User.objects.filter(pk=person.pk).update(created_at=at.astimezone(UTC))
    made_at = prepared(
        "made at", lambda: User.objects.filter(created_at=Blank("at")).values_list("pk")
    )
    for at, person in zip(hours, people, strict=True):
        for zone in (at.tzinfo, UTC):
            assert made_at.rows(at=at.astimezone(zone)) == [(person.pk,)]


def test_one_of_several_values_given_together():
    sam, lee, kim = (make_user(f"{name}@school.test") for name in ("sam", "lee", "kim"))
    two = prepared(
        prepared_for("two", 2),
        lambda: User.objects.filter(Blank.any_of("pk", "ids", 2)).order_by("pk").values_list("pk"),
    )
    assert two.rows(ids=[sam.pk, kim.pk]) == [(sam.pk,), (kim.pk,)]
    assert two.rows(ids=[lee.pk, lee.pk]) == [(lee.pk,)]


def test_values_and_objects_are_those_that_django_reads():
    world = make_world()
    world.community.allowed_minutes = [0, 20, 40]
    world.community.save()
    columns = ("allowed_minutes", "visible", "timezone")
    query = Community.objects.filter(slug=Blank("slug"))
    values = prepared("values", lambda: query.values_list(*columns)).values(slug="mentoring")
    assert [tuple(row) for row in values] == list(Community.objects.values_list(*columns))
    (found,) = prepared("objects", lambda: query).objects(slug="mentoring")
    assert model_to_dict(found) == model_to_dict(Community.objects.get())


def test_objects_are_new_each_time_and_can_be_saved():
    sam = make_user("sam@school.test", "Sam")
    first, second = get_prepared(User, sam.pk), get_prepared(User, sam.pk)
    first.first_name = "Samira"
    assert second.first_name == "Sam"
    first.save(update_fields=["first_name"])
    assert get_prepared(User, sam.pk).first_name == "Samira"


def test_columns_are_no_objects():
    with pytest.raises(TypeError):
        prepared("by mail", lambda: named(Blank("mail"))).objects(mail="sam@school.test")


def test_a_row_that_is_gone_does_not_exist():
    with pytest.raises(User.DoesNotExist):
        get_prepared(User, 0)


def test_a_change_is_written_once_and_changes_what_it_names():
    sam, lee = make_user("sam@school.test"), make_user("lee@school.test")
    raised = prepared_update(
        "raise",
        lambda: User.objects.filter(pk=Blank("pk")),
        time_version=F("time_version") + 1,
    )
    assert [raised.run(pk=sam.pk), raised.run(pk=sam.pk), raised.run(pk=0)] == [1, 1, 0]
    versions = dict(User.objects.values_list("pk", "time_version"))
    assert versions == {sam.pk: sam.time_version + 2, lee.pk: lee.time_version}


def test_constants_of_the_query_may_hold_anything():
    strange = 'it\'s 100% "odd" %s \\ ?'
    make_user("sam@school.test")
    rows = prepared(
        "odd", lambda: User.objects.filter(email_key=Blank("mail")).values_list(Value(strange))
    )
    assert rows.rows(mail="sam@school.test") == [(strange,)]


def test_the_same_statement_asked_often_answers_the_same():
    sam = make_user("sam@school.test")
    asked = prepared("by mail", lambda: named(Blank("mail")))
    assert [asked.rows(mail="sam@school.test") for _ in range(12)] == [[(sam.pk, "found")]] * 12


def test_more_than_a_few_are_asked_without_a_key():
    assert prepared_for("many", subject.FEW) == ("many", subject.FEW)
    assert prepared_for("many", subject.FEW + 1) is None
    written = []
    for _ in range(2):
        prepared(None, lambda: written.append(1) or named("sam@school.test"))
    assert written == [1, 1]


def test_what_select_related_names_comes_along(django_assert_num_queries):
    world = make_world()
    talia = world.provider()
    query = prepared(
        "provider with person",
        lambda: Provider.objects.filter(pk=Blank("pk")).select_related("user", "community"),
    )
    for _ in range(2):
        with django_assert_num_queries(1):
            found = query.first(pk=talia.pk)
            assert (found.user, found.community) == (talia.user, world.community)
            assert found.user.email == talia.user.email
    assert query.first(pk=0) is None


def test_nobody_is_beside_a_row_that_names_nobody(django_assert_num_queries):
    world = make_world()
    query = prepared(
        "service with owner",
        lambda: Service.objects.filter(pk=Blank("pk")).select_related("owner__user"),
    )
    with django_assert_num_queries(1):
        assert query.first(pk=world.service.pk).owner is None


def test_rows_of_several_models_come_side_by_side(django_assert_num_queries):
    world = make_world()
    talia, tom = world.provider(), world.provider("tom")
    rows = SideBySide({"": Service, "community": Community, "community__providers": Provider})
    query = prepared(
        "service and provider",
        lambda: Service.objects.filter(
            pk=Blank("service"), community__providers=Blank("provider")
        ).values_list(*rows.columns()),
    )
    for provider in (talia, tom):
        with django_assert_num_queries(1):
            [found] = query.values(service=world.service.pk, provider=provider.pk)
        built = rows.build(found)
        assert built == {
            "": world.service,
            "community": world.community,
            "community__providers": provider,
        }
        for one in built.values():
            assert model_to_dict(one) == model_to_dict(type(one).objects.get(pk=one.pk))


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL plans by what the table holds"
)
def test_sqlite_finds_what_is_taken_by_its_index_and_passes_over_the_past():
    taken = Commitment.objects.filter(
        person_id=Blank("person"),
        status__in=ACTIVE,
        start__lt=Blank("last"),
        end__gt=Blank("first"),
    )
    query = prepared("taken", lambda: taken.order_by().values_list("pk"))
    plan = fetch(f"EXPLAIN QUERY PLAN {query.sql}", query._filled(WEEK))
    assert "commitment_taken (person_id=? AND end>?)" in str(plan)
