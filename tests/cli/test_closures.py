"""`visavis closure`."""

from datetime import timedelta

import pytest

from tests.factories.world import MONDAY, TESTER, make_world
from visavis.availability.models import Closure
from visavis.bookings.actions import Offer, propose_others
from visavis.bookings.enums import Otherwise, ProposalState
from visavis.core import clock

pytestmark = pytest.mark.django_db
ADD = ("closure", "add", "--community", "mentoring", "--from", "2027-03-15")


@pytest.fixture(autouse=True)
def world():
    return make_world()


def test_closure_is_added_listed_and_removed(visavis):
    added = visavis(*ADD, "--until", "2027-03-19", "--reason", "Spring break", "--json")
    shown = {
        "id": str(Closure.objects.get().pk),
        "from": "2027-03-15",
        "until": "2027-03-19",
        "start": "00:00",
        "end": "24:00",
        "reason": "Spring break",
    }
    assert added.json == {"closures": [shown]}
    assert visavis("closure", "list", "--community", "mentoring", "--json").json == added.json
    assert visavis("closure", "remove", shown["id"], "--json").json == {"removed": shown}
    assert visavis("closure", "list", "--community", "mentoring").stdout == "No closures.\n"


def test_closure_may_be_part_of_a_day(visavis):
    visavis(*ADD, "--start", "12:00", "--end", "2 PM")
    assert list(Closure.objects.values_list("start_minute", "end_minute")) == [(720, 840)]


@pytest.mark.parametrize(
    ("arguments", "status", "word"),
    [
        ((*ADD, "--until", "2027-03-01"), 1, "before the first"),
        ((*ADD, "--start", "12:00", "--end", "12:00"), 1, "begin and end"),
        ((*ADD, "--start", "noon"), 2, "--start"),
        (("closure", "add", "--community", "mentoring"), 2, "--from"),
        (("closure", "list", "--community", "reading"), 1, "reading"),
        (("closure", "remove", "99"), 1, "closure list"),
        (("closure", "remove", "x"), 2, "closure list"),
    ],
)
def test_closure_that_cannot_be_is_refused(visavis, arguments, status, word):
    answer = visavis(*arguments)
    assert (answer.status, answer.stdout, word in answer.stderr) == (status, "", True)
    assert not Closure.objects.exists()


def test_the_same_closure_is_refused_the_second_time(visavis):
    visavis(*ADD)
    again = visavis(*ADD, "--reason", "Holiday")
    assert (again.status, "closed at just this time already" in again.stderr) == (1, True)
    assert Closure.objects.count() == 1


def test_an_id_is_not_cut_to_that_of_another_closure(visavis, world):
    day = {"first": "2027-03-15", "last": "2027-03-15"}
    Closure.objects.create(pk=123456789012345678, community=world.community, **day)
    answer = visavis("closure", "remove", "1234567890123456789")
    assert (answer.status, "There is no closure 1234567890123456789." in answer.stderr) == (1, True)
    assert Closure.objects.exists()


def test_who_was_to_choose_another_time_keeps_the_meeting_once_it_is_open_again(visavis, world):
    booking = world.book(world.provider(), world.student(), MONDAY + timedelta(hours=2))
    with clock.frozen_at(MONDAY):
        visavis("closure", "add", "--community", "mentoring", "--from", "2027-02-15")
        until = MONDAY + timedelta(hours=1)
        proposal = propose_others(booking, Offer(Otherwise.END, until), by=TESTER, now=MONDAY)
        answer = visavis("closure", "remove", str(Closure.objects.get().pk))
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.WITHDRAWN
    assert "keep their meetings" in answer.stdout
