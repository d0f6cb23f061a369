"""`visavis community export` and `community import`."""

import json

import pytest

from tests.factories.world import make_world
from visavis.demo.removal import remove_communities

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    found = make_world()
    found.provider()
    return found


def test_community_goes_out_and_comes_in(visavis, world, tmp_path):
    path = str(tmp_path / "copy.zip")
    answer = visavis("community", "export", "mentoring", path)
    assert (answer.status, "1 person" in answer.stdout) == (0, True)
    remove_communities([world.community])
    answer = visavis("community", "import", path, "--slug", "again", "--json")
    assert (answer.status, answer.json["slug"], answer.json["new_people"]) == (0, "again", 0)
    assert answer.json["rows"]["weekly_hours"] == 5


def test_flaws_are_told_one_a_line_and_end_with_status_one(visavis, world, tmp_path):
    visavis("community", "export", "mentoring", str(tmp_path / "copy"))
    file = tmp_path / "copy/data/formats.jsonl"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"minutes": 7, "capacity": 0}))
    answer = visavis("community", "import", str(tmp_path / "copy"), "--slug", "again")
    assert answer.status == 1
    assert len(answer.stderr.splitlines()) == 3
    assert "data/formats.jsonl, line 1: minutes" in answer.stderr


def test_copy_that_is_not_there_is_wrong_usage(visavis, tmp_path):
    assert visavis("community", "import", str(tmp_path / "none.zip")).status == 2
    assert visavis("community", "export", "none", str(tmp_path / "none.zip")).status == 1
