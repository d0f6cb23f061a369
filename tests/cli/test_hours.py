"""`visavis hours`: adding, listing, removing; away and extra."""

from datetime import timedelta

import pytest

from tests.factories.world import MONDAY, TESTER, make_world
from visavis.availability.models import DatedChange, WeeklyBlock
from visavis.bookings.actions import Offer, propose_others
from visavis.bookings.enums import Otherwise, ProposalState
from visavis.core import clock
from visavis.people.actions import add_provider

pytestmark = pytest.mark.django_db
TALIA = ("--provider", "talia@uni.test")
ADD = ("hours", "add", *TALIA, "--day", "Mon|Wed", "--start", "9:00", "--end", "12pm")


@pytest.fixture
def world():
    made = make_world()
    made.talia = made.provider(hours=False)
    return made


def row(**changes):
    values = {
        "id": "",
        "kind": "weekly",
        "provider": "talia@uni.test",
        "community": "mentoring",
        "day": "Mon",
        "from": None,
        "until": None,
        "start": "09:00",
        "end": "12:00",
        "services": None,
        "formats": None,
        "locations": None,
    }
    return {**values, **changes}


def test_hours_are_added_for_each_day(visavis, world):
    answer = visavis(*ADD, "--json")
    ids = [f"W{pk}" for pk in WeeklyBlock.objects.order_by("weekday").values_list("pk", flat=True)]
    assert (answer.status, answer.json) == (
        0,
        {"hours": [row(id=ids[0]), row(id=ids[1], day="Wed")]},
    )
    assert visavis("hours", "list", "--json").json == answer.json


def test_hours_may_be_for_some_things_and_some_weeks_only(visavis, world):
    arguments = (
        *("--services", "All available Peer Mentoring", "--locations", "main office"),
        *("--formats", "Schedule a Meeting", "--from", "2027-01-11", "--until", "2027-05-07"),
    )
    shown = visavis(*ADD[:-1], "24:00", *arguments, "--json").json["hours"][0]
    assert shown == row(
        id=shown["id"],
        end="24:00",
        services=["All available Peer Mentoring"],
        formats=["Schedule a Meeting"],
        locations=["Main office"],
        **{"from": "2027-01-11", "until": "2027-05-07"},
    )


def test_hours_are_a_table_for_people(visavis, world):
    assert visavis(*ADD).lines[0] == [
        *("ID", "KIND", "PROVIDER", "WHEN", "START", "END", "DATES", "ONLY FOR")
    ]
    block = WeeklyBlock.objects.first()
    assert visavis("hours", "list", *TALIA).lines[1] == [
        *(f"W{block.pk}", "weekly", "talia@uni.test", "Mon", "09:00", "12:00", "always", "anything")
    ]


def test_away_is_the_whole_day_unless_said_otherwise(visavis, world):
    answer = visavis("hours", "away", *TALIA, "--from", "2027-03-01", "--json")
    change = DatedChange.objects.get()
    assert answer.json["hours"] == [
        row(
            id=f"D{change.pk}",
            kind="away",
            day=None,
            start="00:00",
            end="24:00",
            **{"from": "2027-03-01", "until": "2027-03-01"},
        )
    ]


def test_extra_hours_stand_beside_the_weekly_ones(visavis, world):
    dates = ("--from", "2027-03-06", "--until", "2027-03-07")
    answer = visavis("hours", "extra", *TALIA, *dates, "--start", "10am", "--end", "11am")
    assert answer.status == 0
    assert list(DatedChange.objects.values_list("kind", "start_minute", "end_minute")) == [
        ("extra", 600, 660)
    ]


def test_hours_are_removed_by_the_id_that_the_list_shows(visavis, world):
    visavis(*ADD)
    visavis("hours", "away", *TALIA, "--from", "2027-03-01")
    for shown in visavis("hours", "list", "--json").json["hours"]:
        assert visavis("hours", "remove", shown["id"], "--json").json == {"removed": shown}
    assert visavis("hours", "list").stdout.startswith("No hours yet.")


@pytest.mark.parametrize("text", ["W99999", "D1", "w12345678901234567890123"])
def test_hours_that_are_not_there_cannot_be_removed(visavis, world, text):
    answer = visavis("hours", "remove", text)
    assert (answer.status, "hours list" in answer.stderr) == (1, True)


def test_an_id_is_not_cut_to_that_of_other_hours(visavis, world):
    visavis(*ADD)
    WeeklyBlock.objects.filter(pk=WeeklyBlock.objects.first().pk).update(id=123456789012345678)
    assert visavis("hours", "remove", "W1234567890123456789").status == 1
    assert WeeklyBlock.objects.filter(pk=123456789012345678).exists()


@pytest.mark.parametrize("text", ["12", "Wx", "W", "X1", "W-1", "W٣"])
def test_what_is_no_id_is_wrong_usage(visavis, world, text):
    answer = visavis("hours", "remove", text)
    assert (answer.status, "hours list" in answer.stderr) == (2, True)


def test_provider_of_several_communities_needs_the_community(visavis, world):
    add_provider(world.talia.user, make_world("tutoring").community, by=TESTER)
    answer = visavis(*ADD)
    assert (answer.status, "mentoring, tutoring" in answer.stderr) == (2, True)
    assert visavis(*ADD, "--community", "tutoring").status == 0
    assert {block.provider.community.slug for block in WeeklyBlock.objects.all()} == {"tutoring"}


@pytest.mark.parametrize(
    ("changed", "status", "word"),
    [
        (("--day", "Funday"), 2, "Funday"),
        (("--day", "|"), 2, "at least one weekday"),
        (("--start", "9"), 2, "no time of day"),
        (("--start", "25:00"), 2, "no time of day"),
        (("--start", "9:03"), 2, "five minutes"),
        (("--start", "24:00"), 1, "between 0:00 and 24:00"),
        (("--end", "9:00"), 1, "begin and end"),
        (("--from", "2027-05-01", "--until", "2027-04-01"), 1, "before the first"),
        (("--from", "3/4/2027"), 2, "ambiguous"),
        (("--provider", "nobody@uni.test"), 1, "nobody@uni.test"),
        (("--provider", "nobody@uni.test", "--community", "mentoring"), 1, "nobody@uni.test"),
        (("--community", "reading"), 1, "reading"),
        (("--services", "CHEM1301"), 1, "CHEM1301"),
        (("--locations", "The moon"), 1, "The moon"),
        (("--formats", "A dance"), 1, "A dance"),
    ],
)
def test_hours_that_cannot_be_are_refused_whole(visavis, world, changed, status, word):
    answer = visavis(*ADD, *changed)
    assert (answer.status, answer.stdout, word in answer.stderr) == (status, "", True)
    assert not WeeklyBlock.objects.exists()


def test_who_was_to_choose_another_time_keeps_the_meeting_once_somebody_is_there(visavis, world):
    visavis(*ADD)
    booking = world.book(world.talia, world.student(), MONDAY + timedelta(hours=2))
    with clock.frozen_at(MONDAY):
        visavis("hours", "away", *TALIA, "--from", "2027-02-15")
        until = MONDAY + timedelta(hours=1)
        proposal = propose_others(booking, Offer(Otherwise.END, until), by=TESTER, now=MONDAY)
        answer = visavis("hours", "remove", f"D{DatedChange.objects.get().pk}")
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.WITHDRAWN
    assert "keep their meetings" in answer.stdout
