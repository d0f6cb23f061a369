"""One's own data: to see, to take away, and to have erased."""

import io
import json
import zipfile

import pytest

from visavis.core.models import HistoryEntry
from visavis.privacy.models import ErasureRequest

PAGE = "/accounts/data/"


@pytest.fixture
def me(client, ann):
    client.force_login(ann)
    return client


def words(answer):
    return " ".join(answer.content.decode().split())


def test_everything_comes_as_one_file(me, ann):
    answer = me.post(f"{PAGE}file/")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    data = json.loads(archive.read("data.json"))
    assert data["profile"][0]["email"] == "ann@else.test"
    assert "attachment" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]
    entry = HistoryEntry.objects.get()
    assert (entry.verb, entry.actor_id) == ("downloaded own data", ann.pk)


def test_looking_ahead_at_the_link_makes_no_file(me):
    assert me.get(f"{PAGE}file/").url == PAGE
    assert not HistoryEntry.objects.exists()


@pytest.mark.parametrize("typed", ["", "bob@else.test", "x" * 400])
def test_erasure_is_not_asked_for_by_a_slip(me, typed):
    assert me.post(f"{PAGE}erasure/", {"email": typed}).status_code == 422
    assert not ErasureRequest.objects.exists()


def test_erasure_is_asked_for_once_and_taken_back(me, ann):
    for _twice in range(2):
        me.post(f"{PAGE}erasure/", {"email": "ANN@else.test"})
    assert ErasureRequest.objects.count() == 1
    page = words(me.get(PAGE))
    assert "You have asked to be erased" in page
    assert "Have my data erased" not in page
    page = words(me.post(f"{PAGE}erasure/withdrawal/", follow=True))
    assert "Nothing was erased." in page
    assert ErasureRequest.objects.get().state == "taken_back"
    assert "Have my data erased" in page
    verbs = HistoryEntry.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["asked for erasure", "took back erasure"]
