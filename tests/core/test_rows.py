"""An object of a row that was met before is as one that Django reads, and nobody else's."""

import pytest
from django.forms.models import model_to_dict

from tests.factories.world import make_user, make_world
from visavis.catalogue.models import Service
from visavis.communities.models import Community
from visavis.core import rows as subject
from visavis.core.prepared import get_prepared
from visavis.people.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_met():
    subject._known.cache_clear()


@pytest.fixture
def community():
    return make_world().community


def test_a_row_that_was_met_before_is_not_understood_anew(community):
    for _ in range(3):
        found = get_prepared(Community, community.pk)
        assert model_to_dict(found) == model_to_dict(Community.objects.get())
    known = subject._known.cache_info()
    assert (known.misses, known.hits) == (1, 2)


def test_what_was_changed_since_is_read_as_it_is_now(community):
    get_prepared(Community, community.pk)
    Community.objects.update(name="Somewhere else", allowed_minutes=[5])
    found = get_prepared(Community, community.pk)
    assert (found.name, found.allowed_minutes) == ("Somewhere else", [5])


def test_each_object_is_its_own_with_all_that_can_be_changed_in_it(community):
    first, second = (get_prepared(Community, community.pk) for _ in range(2))
    first.name = "Another name"
    first.wording["student"] = "guest"
    first.allowed_minutes.append(7)
    first.absence_texts = None
    third = get_prepared(Community, community.pk)
    for other in (second, third):
        assert model_to_dict(other) == model_to_dict(Community.objects.get())


def test_an_object_remembers_relations_by_itself():
    world = make_world()
    first, second = (get_prepared(Service, world.service.pk) for _ in range(2))
    assert first.community == world.community
    assert not Service.community.is_cached(second)


def test_a_copy_counts_as_saved_and_saves_what_is_changed(community):
    get_prepared(Community, community.pk)
    found = get_prepared(Community, community.pk)
    found.name = "New name"
    found.save(update_fields=["name"])
    assert Community.objects.get().name == "New name"
    assert (found._state.db, found._state.adding) == ("default", False)


def test_no_row_of_a_person_is_remembered():
    sam = make_user("sam@school.test")
    assert get_prepared(User, sam.pk) == sam
    assert subject._known.cache_info().currsize == 0
    assert not any(
        field.related_model is User
        for model in subject._often_read
        for field in model._meta.concrete_fields
    )


def test_what_is_remembered_has_an_end():
    assert subject._known.cache_info().maxsize == subject.ROOM
