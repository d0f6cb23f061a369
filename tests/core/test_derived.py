"""Keys follow from what is written, never from what an object remembers."""

import pytest

from tests.factories.world import make_world
from visavis.availability.models import Location
from visavis.catalogue.models import Certification, Service
from visavis.people.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def user(world):
    return world.student()


@pytest.fixture
def service(world):
    return Service.objects.create(community=world.community, subject="CHEM", number="1301")


@pytest.fixture
def place(world):
    return world.location


@pytest.fixture
def certification(world):
    return world.provider().certifications.get()


CASES = [
    ("user", User, {"email": "new@uni.test"}, "timezone", ("email_key", "search_key")),
    ("user", User, {"last_name": "Newly"}, "pronouns", ("search_key",)),
    ("user", User, {"sso_id": "S9"}, "password", ("sso_key",)),
    ("service", Service, {"subject": "MATH"}, "owner", ("code", "code_key", "search_key")),
    ("service", Service, {"number": ""}, "archived_at", ("kind", "code_key")),
    ("place", Location, {"name": "Hall"}, "capacity", ("name_key",)),
    ("certification", Certification, {"entry": "MA*"}, "source", ("key", "is_pattern")),
]


@pytest.mark.parametrize(("name", "model", "changed", "other", "derived"), CASES)
def test_a_partial_save_writes_the_keys_of_its_own_columns(
    name, model, changed, other, derived, request
):
    row = request.getfixturevalue(name)
    old = model.objects.get(pk=row.pk)
    for column, value in changed.items():
        setattr(row, column, value)

    row.save(update_fields=list(changed))
    said = model.objects.filter(pk=row.pk).values(*derived).get()
    assert said != {column: getattr(old, column) for column in derived}

    old.save(update_fields=[other])
    assert model.objects.filter(pk=row.pk).values(*derived).get() == said
