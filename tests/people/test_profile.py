"""What people say about themselves is kept, also by an action that lost against another once."""

import io
from dataclasses import asdict

import psycopg
import pytest
from django.core.files.base import ContentFile
from django.db import OperationalError
from PIL import Image

from tests.factories.world import TESTER, make_world
from visavis.core.models import HistoryEntry, StoredFile
from visavis.people import profile
from visavis.people.photos import make_portrait
from visavis.people.profile import change_introduction, change_photo, change_profile, profile_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def provider():
    return make_world().provider("Talia")


@pytest.fixture
def loses_once(monkeypatch):
    """Of the actions the first one to write its history loses against another transaction."""
    record, goes = profile.history.record, []

    def lose(*args, **kwargs):
        goes.append(args)
        if len(goes) == 1:
            raise OperationalError from psycopg.errors.DeadlockDetected()
        return record(*args, **kwargs)

    monkeypatch.setattr(profile.history, "record", lose)
    return goes


def portrait(colour):
    file = io.BytesIO()
    Image.new("RGB", (40, 40), colour).save(file, "PNG")
    return make_portrait(io.BytesIO(file.getvalue()), size=len(file.getvalue()))


def told():
    return HistoryEntry.objects.order_by("-pk")[0]


def test_profile_is_kept_by_the_go_after_the_one_that_lost(provider, loses_once):
    user = provider.user
    change_profile(user, pronouns="she/her")
    user.refresh_from_db()
    assert user.pronouns == "she/her"
    assert (told().before, told().after) == ({"pronouns": ""}, {"pronouns": "she/her"})
    assert len(loses_once) == 2


def test_profile_that_says_nothing_new_writes_nothing(provider):
    before = HistoryEntry.objects.count()
    change_profile(provider.user, **asdict(profile_of(provider.user)))
    change_introduction(provider, bio="", meeting_link="", by=TESTER)
    assert HistoryEntry.objects.count() == before


def test_introduction_is_kept_by_the_go_after_the_one_that_lost(provider, loses_once):
    change_introduction(provider, bio="I like sums.", meeting_link="", by=TESTER)
    provider.refresh_from_db()
    assert provider.bio == "I like sums."
    assert told().before == {"bio": "", "meeting_link": ""}
    assert len(loses_once) == 2


def test_photo_takes_the_place_of_the_old_one_in_the_go_after_the_one_that_lost(
    provider, loses_once
):
    provider.photo.save("old.jpg", ContentFile(b"old"))
    new = portrait("red")
    change_photo(provider, new, by=TESTER)
    provider.refresh_from_db()
    assert len(loses_once) == 2
    assert [bytes(row.content) for row in StoredFile.objects.all()] == [new.file.getvalue()]
    assert StoredFile.objects.get().name == provider.photo.name


def test_photo_goes_with_its_file(provider):
    change_photo(provider, portrait("blue"), by=TESTER)
    change_photo(provider, None, by=TESTER)
    provider.refresh_from_db()
    assert (provider.photo.name, StoredFile.objects.count()) == ("", 0)
