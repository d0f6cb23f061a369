"""Terms and their breaks on the administrator's page."""

from datetime import date

import pytest

from tests.factories.world import MONDAY, TESTER, make_user, make_world
from visavis.availability.models import Break, Term
from visavis.availability.terms import Days, add_term
from visavis.core.clock import frozen_at
from visavis.people.actions import give_role
from visavis.people.enums import Role

pytestmark = pytest.mark.django_db
ROOT = "/c/mentoring/manage/terms/"


@pytest.fixture(autouse=True)
def monday():
    with frozen_at(MONDAY):
        yield


@pytest.fixture
def community(client):
    community = make_world().community
    ada = make_user("ada@uni.test", "Ada")
    give_role(ada, community, Role.ADMIN, by=TESTER)
    client.force_login(ada)
    return community


def typed(*breaks, name="Spring 2027", first="2027-01-18", last="2027-05-07"):
    rows = [*breaks, ("", "", "")]
    sent = {"name": name, "first": first, "last": last}
    sent |= {"breaks-TOTAL_FORMS": len(rows), "breaks-INITIAL_FORMS": 0}
    for number, row in enumerate(rows):
        for key, value in zip(("name", "first", "last"), row, strict=True):
            sent[f"breaks-{number}-{key}"] = value
    return sent


RECESS = ("Spring break", "2027-03-15", "2027-03-19")


def text(answer):
    return " ".join(answer.content.decode().split())


def test_without_terms_the_page_says_what_that_means(community, client):
    page = text(client.get(ROOT))
    assert "No term yet" in page
    assert f"{ROOT}new/" in page


def test_a_term_with_a_break_is_added_and_listed(community, client):
    page = text(client.post(f"{ROOT}new/", typed(RECESS), follow=True))
    assert "Saved: Spring 2027." in page
    assert "Spring break: " in page
    term = Term.objects.get()
    assert (term.first, term.last) == (date(2027, 1, 18), date(2027, 5, 7))
    assert [one.name for one in term.breaks.all()] == ["Spring break"]


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        (typed(name="Summer", first="2027-05-01", last="2027-08-01"), "These days overlap with"),
        (typed(first="2027-09-01", last="2027-08-01"), "The last day is before the first."),
        (
            typed(RECESS, name="Fall", first="2027-09-01", last="2027-12-01"),
            "does not lie within the term",
        ),
        (
            typed(("Recess", "2027-10-01", ""), name="Fall", first="2027-09-01", last="2027-12-01"),
            "Fill this in too, or empty the row.",
        ),
        (typed(name="", first="2027-09-01", last="2027-12-01"), "Give it a name that people know."),
    ],
)
def test_what_does_not_fit_comes_back_with_its_sentence_and_all_that_was_typed(
    community, client, sent, sentence
):
    add_term(community, Days("Spring", date(2027, 1, 18), date(2027, 5, 7)), by=TESTER)
    answer = client.post(f"{ROOT}new/", sent)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert f'value="{sent["first"]}"' in text(answer)
    assert Term.objects.count() == 1


def test_emptying_a_row_removes_its_break(community, client):
    client.post(f"{ROOT}new/", typed(RECESS))
    term = Term.objects.get()
    page = text(client.get(f"{ROOT}{term.pk}/"))
    assert 'value="Spring break"' in page
    client.post(f"{ROOT}{term.pk}/", typed(("", "", ""), name="Spring"))
    assert Term.objects.get().name == "Spring"
    assert not Break.objects.exists()


def test_a_term_is_removed_after_a_question(community, client):
    client.post(f"{ROOT}new/", typed(RECESS))
    url = f"{ROOT}{Term.objects.get().pk}/removal/"
    assert "Remove Spring 2027?" in text(client.get(url))
    assert "Removed: Spring 2027." in text(client.post(url, follow=True))
    assert not Term.objects.exists()
    assert client.post(url).status_code == 404
