"""Terms and their breaks: first and last day included, never over one another."""

from datetime import date

import pytest

from tests.factories.world import TESTER, make_world
from visavis.availability.errors import InvalidTerm
from visavis.availability.models import Break, Term
from visavis.availability.terms import (
    Days,
    add_term,
    change_term,
    remove_term,
    term_on,
    term_values,
    terms_of,
)
from visavis.communities.models import Community
from visavis.core.errors import NotFound
from visavis.core.models import HistoryEntry

SPRING = Days("Spring 2027", date(2027, 1, 18), date(2027, 5, 7))
RECESS = Days("Spring break", date(2027, 3, 15), date(2027, 3, 19))


@pytest.fixture
def community(db):
    return make_world().community


def version_of(community):
    return Community.objects.get(pk=community.pk).version


def test_a_term_is_kept_with_its_breaks_and_told_in_history(community):
    before = version_of(community)
    term = add_term(community, SPRING, breaks=[RECESS], by=TESTER)
    told = {
        "name": "Spring 2027",
        "first": "2027-01-18",
        "last": "2027-05-07",
        "breaks": [{"name": "Spring break", "first": "2027-03-15", "last": "2027-03-19"}],
    }
    assert term_values(terms_of(community).get()) == told
    assert HistoryEntry.objects.get(verb="added term").after == told
    assert HistoryEntry.objects.get(verb="added term").subject_id == str(term.pk)
    assert version_of(community) == before + 1


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (date(2027, 1, 17), None),
        (date(2027, 1, 18), "Spring 2027"),
        (date(2027, 5, 7), "Spring 2027"),
        (date(2027, 5, 8), None),
    ],
)
def test_the_first_and_the_last_day_belong_to_the_term(community, day, found):
    add_term(community, SPRING, by=TESTER)
    term = term_on(community, day)
    assert (term and term.name) == found


@pytest.mark.parametrize(
    ("days", "breaks", "sentence"),
    [
        (
            Days("Summer", date(2027, 5, 7), date(2027, 8, 1)),
            [],
            (
                "These days overlap with “Spring 2027”, 18 January 2027 to 7 May 2027. "
                "Change one of the two."
            ),
        ),
        (
            Days("Summer", date(2027, 8, 1), date(2027, 5, 10)),
            [],
            "“Summer”: the last day, 10 May 2027, is before the first, 1 August 2027.",
        ),
        (
            Days("  ", date(2027, 5, 10), date(2027, 8, 1)),
            [],
            "Give it a name that people know, like “Spring 2027”.",
        ),
        (
            Days("Summer", date(2027, 5, 10), date(2027, 8, 1)),
            [Days("Holidays", date(2027, 7, 30), date(2027, 8, 2))],
            "The break “Holidays”, 30 July 2027 to 2 August 2027, does not lie within the term.",
        ),
        (
            Days("Summer", date(2027, 5, 10), date(2027, 8, 1)),
            [
                Days("Late", date(2027, 7, 5), date(2027, 7, 9)),
                Days("Early", date(2027, 7, 1), date(2027, 7, 5)),
            ],
            "The breaks “Early” and “Late” overlap. Change one of the two.",
        ),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence_and_nothing_is_written(
    community, days, breaks, sentence
):
    add_term(community, SPRING, breaks=[RECESS], by=TESTER)
    with pytest.raises(InvalidTerm) as refused:
        add_term(community, days, breaks=breaks, by=TESTER)
    assert refused.value.message == sentence
    assert [term.name for term in terms_of(community)] == ["Spring 2027"]
    assert Break.objects.count() == 1


def test_another_communitys_term_may_lie_on_the_same_days(community):
    add_term(community, SPRING, by=TESTER)
    other = make_world("writing").community
    add_term(other, SPRING, by=TESTER)
    assert Term.objects.count() == 2


def test_a_changed_term_has_exactly_the_breaks_it_is_given(community):
    term = add_term(community, SPRING, breaks=[RECESS], by=TESTER)
    april = Days("Easter", date(2027, 4, 1), date(2027, 4, 2))
    changed = change_term(
        term, Days("Spring", date(2027, 1, 18), date(2027, 5, 14)), breaks=[april], by=TESTER
    )
    assert [one.name for one in changed.breaks.all()] == ["Easter"]
    assert changed.last == date(2027, 5, 14)
    entry = HistoryEntry.objects.get(verb="changed term")
    assert (entry.before["last"], entry.after["last"]) == ("2027-05-07", "2027-05-14")


def test_a_change_to_the_same_days_leaves_no_trace(community):
    term = add_term(community, SPRING, breaks=[RECESS], by=TESTER)
    change_term(term, SPRING, breaks=[RECESS], by=TESTER)
    assert not HistoryEntry.objects.filter(verb="changed term").exists()


def test_a_removed_term_takes_its_breaks_along_and_is_removed_once(community):
    term = add_term(community, SPRING, breaks=[RECESS], by=TESTER)
    remove_term(term, by=TESTER)
    assert (Term.objects.count(), Break.objects.count()) == (0, 0)
    with pytest.raises(NotFound, match="Somebody removed this term meanwhile"):
        remove_term(term, by=TESTER)
