"""What a database tells of many rows in one text is what the rows say."""

import pytest
from django.db.models import F, TextField, Value
from django.db.models.functions import Cast

from tests.factories.world import make_user
from visavis.core.joined import BETWEEN_ROWS, Columns, Joined, Learnt
from visavis.people.models import User


@pytest.mark.django_db
def test_a_group_is_told_row_by_row():
    people = [make_user(f"{name}@school.test", name) for name in ("Ada", "Grace", "Katherine")]
    User.objects.update(is_active=True)
    told = Joined(Columns(Value("+"), "pk", "first_name", F("time_version") * 4096))
    texts = (
        User.objects.filter(pk__in=[person.pk for person in people])
        .order_by()
        .values_list("is_active")
        .annotate(told=told)
    )
    ((_active, text),) = texts
    rows = {f"+/{person.pk}/{person.first_name}/{person.time_version * 4096}" for person in people}
    assert sorted(text.split(BETWEEN_ROWS)) == sorted(rows)


@pytest.mark.django_db
def test_each_group_has_a_text_of_its_own():
    ada, grace = make_user("ada@school.test", "Ada"), make_user("grace@school.test", "Grace")
    texts = (
        User.objects.filter(pk__in=[ada.pk, grace.pk])
        .order_by()
        .values_list("pk")
        .annotate(told=Joined(Cast("time_version", TextField())))
    )
    assert dict(texts) == {ada.pk: str(ada.time_version), grace.pk: str(grace.time_version)}


def test_what_a_text_means_is_worked_out_once():
    asked = []

    def learn(first, second):
        asked.append((first, second))
        return int(first) + int(second)

    known = Learnt(learn)
    assert [known["1/2"], known["3/4"], known["1/2"]] == [3, 7, 3]
    assert asked == [("1", "2"), ("3", "4")]
