"""What is put back for a test is what the actions would have made."""

from dataclasses import fields

import pytest
from django.apps import apps
from django.db import models, transaction

from tests.factories import again
from tests.factories.cast import MONDAY, make_cast
from tests.factories.world import make_user
from visavis.core import clock

pytestmark = pytest.mark.django_db


def everything() -> dict[str, list[tuple]]:
    return {
        model._meta.label: sorted(model._base_manager.values_list(), key=repr)
        for model in apps.get_models(include_auto_created=True)
    }


def rolled_back(make):
    with transaction.atomic(), clock.frozen_at(MONDAY):
        made = make()
        found = everything()
        transaction.set_rollback(True)
    return made, found


def test_a_cast_that_is_put_back_is_the_same_to_the_last_column():
    first, rows = rolled_back(make_cast)
    second, rows_again = rolled_back(make_cast)
    assert rows["bookings.Booking"]
    assert rows_again == rows
    for part in fields(first.own):
        one, other = getattr(first.own, part.name), getattr(second.own, part.name)
        if isinstance(one, models.Model):
            assert one is not other
            assert {f.attname: getattr(one, f.attname) for f in one._meta.concrete_fields} == {
                f.attname: getattr(other, f.attname) for f in other._meta.concrete_fields
            }


def test_a_cast_is_made_anew_where_somebody_is_already():
    with clock.frozen_at(MONDAY):
        make_user("before@uni.test")
        assert not again._may_be_put_back()
        assert make_cast().own.community.pk


@pytest.mark.django_db(transaction=True)
def test_a_cast_is_made_anew_where_transactions_end():
    assert not again._may_be_put_back()
