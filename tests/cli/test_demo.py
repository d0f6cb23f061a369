"""`visavis demo`."""

import pytest

from tests.factories.world import make_world
from visavis.communities.models import Community

pytestmark = pytest.mark.django_db
SLUGS = ["peer-mentoring", "learning-centre"]
PEOPLE = {
    "student": "jordan.lee@demo.visavis.test",
    "mentor": "talia.k@demo.visavis.test",
    "admin": "admin@demo.visavis.test",
}


def test_demo_is_made_once_and_removed(visavis):
    made, again = visavis("demo", "--json"), visavis("demo", "--json")
    assert (made.status, made.json) == (
        0,
        {"made": True, "communities": SLUGS, "people": PEOPLE},
    )
    assert (again.status, again.json) == (0, {**made.json, "made": False})
    asked = ("--community", "peer-mentoring", "--service", "Peer Mentoring with Talia K")
    assert visavis("slots", *asked, "--json").json["slots"]
    assert visavis("demo", "--remove", "--json").json == {"removed": SLUGS, "kept_people": []}
    assert visavis("demo", "--remove").stdout == "There is no demo school.\n"


def test_demo_for_empty_schools_leaves_others_alone(visavis):
    make_world()
    assert visavis("demo", "--if-empty", "--json").json == {"made": False}
    assert Community.objects.count() == 1


def test_demo_refuses_a_short_name_that_is_taken(visavis):
    make_world("learning-centre")
    answer = visavis("demo", "--json")
    assert (answer.status, answer.json["refused"]) == (1, "demo_blocked")
    assert Community.objects.count() == 1
