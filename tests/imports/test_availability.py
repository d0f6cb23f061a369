"""Weekly hours: what is united, what is kept dormant, whose hours a replace touches."""

import pytest

from tests.imports.conftest import ADMIN, counts, problems
from visavis.availability.actions import add_weekly_block, change_weekly_block
from visavis.availability.models import WeeklyBlock
from visavis.imports.kinds.blocks import Block, Outcome, compare
from visavis.people.models import Provider

HEAD = "Email,Day,Start,End,Courses\n"


@pytest.fixture
def peers(school):
    school.apply("courses", "Subject,Number\nCHEM,1301\n")
    school.apply("providers", "Email\ntalia@x.edu\nbo@x.edu\n")
    return school


def blocks():
    return sorted(
        WeeklyBlock.objects.values_list(
            "provider__user__email", "weekday", "start_minute", "end_minute"
        )
    )


def test_overlapping_hours_are_united_and_touching_ones_stay(peers):
    run = peers.apply(
        "availability",
        HEAD + "talia@x.edu,Mon,9am,11am,\ntalia@x.edu,Mon,10am,12pm,\ntalia@x.edu,Mon,12pm,1pm,\n",
    )

    assert (problems(run), counts(run)) == ([], (2, 0, 0, 0))
    assert blocks() == [("talia@x.edu", 0, 540, 720), ("talia@x.edu", 0, 720, 780)]


def test_hours_that_overlap_what_came_by_csv_widen_it(peers):
    peers.apply("availability", HEAD + "talia@x.edu,Mon,9am,11am,\n")

    run = peers.apply("availability", HEAD + "talia@x.edu,Mon,10am,12pm,\n")

    assert counts(run) == (0, 1, 0, 0)
    assert blocks() == [("talia@x.edu", 0, 540, 720)]


def test_overlaps_longer_than_a_day_stay_apart(peers):
    run = peers.apply(
        "availability", HEAD + "talia@x.edu,Mon,00:00,20:00,\ntalia@x.edu,Mon,19:00,18:00,\n"
    )

    assert counts(run) == (2, 0, 0, 0)
    assert counts(peers.plan("availability", peers.export("availability"), mode="replace")) == (
        *(0, 0, 0),
        2,
    )


def test_hours_for_courses_and_for_any_are_apart(peers):
    run = peers.apply(
        "availability", HEAD + "talia@x.edu,Mon,9am,11am,CHEM1301\ntalia@x.edu,Mon,10am,12pm,\n"
    )

    assert counts(run) == (2, 0, 0, 0)


def test_a_replace_is_about_the_people_in_the_file(peers):
    peers.apply("availability", HEAD + "talia@x.edu,Mon,9am,11am,\nbo@x.edu,Tue,9am,11am,\n")

    run = peers.apply("availability", HEAD + "talia@x.edu,Wed,9am,11am,\n", mode="replace")

    assert counts(run) == (1, 0, 1, 0)
    assert blocks() == [("bo@x.edu", 1, 540, 660), ("talia@x.edu", 2, 540, 660)]


def test_a_replace_leaves_hours_entered_by_hand(peers):
    talia = Provider.objects.get(user__email="talia@x.edu")
    add_weekly_block(talia, weekday=0, start_minute=540, end_minute=600, by=ADMIN)

    peers.apply("availability", HEAD + "talia@x.edu,Wed,9am,11am,\n", mode="replace")

    assert blocks() == [("talia@x.edu", 0, 540, 600), ("talia@x.edu", 2, 540, 660)]


def test_a_replace_leaves_hours_that_were_changed_by_hand(peers):
    peers.apply("availability", HEAD + "talia@x.edu,Mon,9am,11am,\ntalia@x.edu,Tue,9am,11am,\n")
    monday = WeeklyBlock.objects.get(weekday=0)
    change_weekly_block(monday, weekday=0, start_minute=600, end_minute=720, by=ADMIN)

    peers.apply("availability", HEAD + "talia@x.edu,Wed,9am,11am,\n", mode="replace")

    assert blocks() == [("talia@x.edu", 0, 600, 720), ("talia@x.edu", 2, 540, 660)]
    assert counts(peers.plan("availability", peers.export("availability"), mode="replace")) == (
        *(0, 0, 0),
        2,
    )


def test_a_bad_row_keeps_its_persons_hours_in_a_replace(peers):
    peers.apply("availability", HEAD + "talia@x.edu,Mon,9am,11am,\n")

    run = peers.apply(
        "availability",
        HEAD + "talia@x.edu,Wed,9am,nine,\ntalia@x.edu,Fri,9am,10am,\n",
        mode="replace",
        skip_bad_rows=True,
    )

    assert counts(run) == (1, 0, 0, 0)
    assert blocks() == [("talia@x.edu", 0, 540, 660), ("talia@x.edu", 4, 540, 600)]


def test_entries_that_match_nothing_lie_dormant_and_come_alive_with_the_course(peers):
    run = peers.apply("availability", HEAD + "talia@x.edu,Mon,9am,11am,BIO101|CHEM*\n")
    block = WeeklyBlock.objects.get()
    assert [problem[4] for problem in problems(run)] == ["unknown_entry"]
    assert sorted(block.services.values_list("code", flat=True)) == ["CHEM1301"]
    before = block.provider.hours_version

    peers.apply("courses", "Subject,Number\nBIO,101\nCHEM,1302\n")

    assert sorted(block.services.values_list("code", flat=True)) == [
        "BIO101",
        "CHEM1301",
        "CHEM1302",
    ]
    assert Provider.objects.get(pk=block.provider_id).hours_version == before + 1
    assert counts(peers.plan("availability", peers.export("availability"))) == (0, 0, 0, 1)


def test_a_repeated_row_is_read_once(peers):
    run = peers.plan(
        "availability", HEAD + "talia@x.edu,Mon,9am,11am,\nTALIA@x.edu,mon,09:00,11:00,\n"
    )

    assert (counts(run), [problem[4] for problem in problems(run)]) == (
        (1, 0, 0, 0),
        ["repeated_row"],
    )


CSV, HAND = True, False
ONE = Block(1, (540, 660), CSV)


@pytest.mark.parametrize(
    ("wanted", "there", "replace", "outcomes"),
    [
        ([(540, 660)], [ONE], False, [Outcome(ONE, (540, 660))]),
        ([(540, 600), (600, 660)], [ONE], True, [Outcome(ONE, (540, 660))] * 2),
        ([(560, 600)], [ONE], False, [Outcome(ONE, (540, 660))]),
        ([(560, 600)], [ONE], True, [Outcome(ONE, (560, 600))]),
        ([(600, 720)], [ONE], False, [Outcome(ONE, (540, 720))]),
        ([(700, 720)], [ONE], True, [Outcome(None, (700, 720)), Outcome(ONE, None)]),
        ([(700, 720)], [Block(2, (540, 660), HAND)], True, [Outcome(None, (700, 720))]),
        ([], [ONE], False, []),
    ],
)
def test_wanted_ranges_meet_those_that_are_there(wanted, there, replace, outcomes):
    assert compare(wanted, there, replace=replace) == outcomes
