"""`visavis messages`."""

import pytest

from tests.factories.world import make_world
from visavis.core.models import HistoryEntry
from visavis.notifications.enums import Audience, Kind, MessageState
from visavis.notifications.models import Message

pytestmark = pytest.mark.django_db
LISTED = ("messages", "list", "--json")


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def lost(world):
    return make_message(world, "lost", why="550 No such person here", attempts=1)


def make_message(world, key, *, state=MessageState.GIVEN_UP, why="", attempts=0):
    return Message.objects.create(
        key=key,
        community=world.community,
        address=f"{key}@students.test",
        audience=Audience.STUDENT,
        kind=Kind.CONFIRMED,
        subject=f"About {key}",
        state=state,
        last_error=why,
        attempts=attempts,
    )


def ids(answer):
    return [row["id"] for row in answer.json["messages"]]


def test_what_was_given_up_is_listed_with_its_reason(visavis, world, lost):
    make_message(world, "sent", state=MessageState.SENT)
    [row] = visavis(*LISTED).json["messages"]
    assert row | {"since": ""} == {
        "id": lost.pk,
        "community": "mentoring",
        "to": "lost@students.test",
        "kind": "confirmed",
        "subject": "About lost",
        "state": "given_up",
        "tries": 1,
        "since": "",
        "sent": None,
        "why": "550 No such person here",
    }
    table = visavis("messages", "list").lines
    assert (table[0][0], table[1][0], table[1][-1]) == (
        "ID",
        str(lost.pk),
        "550 No such person here",
    )


def test_other_states_and_communities_are_asked_for(visavis, world, lost):
    sent = make_message(world, "sent", state=MessageState.SENT)
    make_world("writing")
    assert ids(visavis(*LISTED, "--state", "sent")) == [sent.pk]
    assert ids(visavis(*LISTED, "--community", "mentoring")) == [lost.pk]
    assert ids(visavis(*LISTED, "--community", "writing")) == []
    nowhere = visavis("messages", "list", "--community", "nowhere")
    assert (nowhere.status, "nowhere" in nowhere.stderr) == (1, True)


def test_nothing_to_list_is_said(visavis, world):
    assert visavis("messages", "list").stdout == "Every message has arrived, or is on its way.\n"


def test_one_is_tried_again_and_then_is_no_more(visavis, lost):
    assert visavis("messages", "retry", str(lost.pk), "--json").json == {"retried": [lost.pk]}
    lost.refresh_from_db()
    assert (lost.state, lost.attempts) == (MessageState.QUEUED, 0)
    assert HistoryEntry.objects.filter(verb="tried message again").count() == 1
    again = visavis("messages", "retry", str(lost.pk), "--json")
    assert (again.status, again.json["refused"]) == (1, "not_undelivered")


def test_of_several_one_that_is_not_there_keeps_all_as_they_are(visavis, lost):
    answer = visavis("messages", "retry", str(lost.pk), "999")
    assert (answer.status, "There is no message 999" in answer.stderr) == (1, True)
    lost.refresh_from_db()
    assert lost.state == MessageState.GIVEN_UP


def test_all_of_a_community_are_tried_again(visavis, world, lost):
    other = make_message(make_world("writing"), "other")
    said = visavis("messages", "retry", "--all", "--community", "mentoring").stdout
    assert said == "1 message is tried again.\n"
    assert ids(visavis(*LISTED)) == [other.pk]


@pytest.mark.parametrize(
    "arguments", [(), ("1", "--all"), ("1", "--community", "mentoring"), ("one",), ("0",)]
)
def test_what_cannot_be_meant_is_wrong_usage(visavis, arguments):
    assert visavis("messages", "retry", *arguments).status == 2
