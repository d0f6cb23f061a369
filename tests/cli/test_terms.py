"""`visavis term`."""

import pytest

from tests.factories.world import make_world

ADD = ("term", "add", "--community", "mentoring", "--name", "Spring 2027", "--from", "2027-01-18")
WHOLE = (*ADD, "--until", "2027-05-07")


@pytest.fixture(autouse=True)
def world(db):
    return make_world()


def test_term_is_added_listed_and_removed(visavis):
    added = visavis(*WHOLE, "--break", "Spring break=2027-03-15..2027-03-19", "--json")
    (shown,) = added.json["terms"]
    assert shown == {
        "id": shown["id"],
        "name": "Spring 2027",
        "first": "2027-01-18",
        "last": "2027-05-07",
        "breaks": [{"name": "Spring break", "first": "2027-03-15", "last": "2027-03-19"}],
    }
    assert visavis("term", "list", "--community", "mentoring", "--json").json == added.json
    assert visavis("term", "remove", shown["id"], "--json").json == {"removed": shown}
    assert visavis("term", "list", "--community", "mentoring").stdout == "No terms.\n"


@pytest.mark.parametrize(
    ("arguments", "status", "word"),
    [
        (ADD, 2, "--until"),
        ((*WHOLE, "--break", "2027-03-15"), 2, "is no break"),
        ((*WHOLE, "--break", "Recess=soon"), 2, "soon"),
        ((*WHOLE, "--break", "Recess=2028-03-15"), 1, "does not lie within the term"),
        (("term", "remove", "99"), 1, "term list"),
        (("term", "remove", "x"), 2, "term list"),
    ],
)
def test_term_that_cannot_be_is_refused(visavis, arguments, status, word):
    answer = visavis(*arguments)
    assert (answer.status, word in answer.stderr) == (status, True)
