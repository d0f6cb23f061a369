"""Taken time read from rows: whatever the commitments are, it is what each of them takes."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.factories.world import TESTER, make_user, make_world
from visavis.bookings.enums import CommitmentPart, CommitmentStatus
from visavis.bookings.models import Commitment
from visavis.bookings.states import unexpired
from visavis.bookings.taken import TakenReader, TakenTime, View
from visavis.engine.sheets import sheets_between
from visavis.engine.taken import Taken, taken_masks
from visavis.people.actions import add_provider

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
ZONE = ZoneInfo("America/New_York")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
TWO_SHEETS = sheets_between(ZONE, NOW, NOW + 40 * DAY, NOW)
VIEWS = [View(sheet.window) for sheet in TWO_SHEETS]
EDGE = TWO_SHEETS[1].window.start

KINDS = {
    "plain": {},
    "with buffers": {"buffer_before_minutes": 10, "buffer_after_minutes": 25},
    "as a student": {"part": CommitmentPart.STUDENT},
    "held": {"part": CommitmentPart.HOLD, "expires_at": NOW + DAY},
    "requested": {"status": CommitmentStatus.REQUESTED, "expires_at": NOW + 3 * MINUTE},
    "run out a moment ago": {
        "status": CommitmentStatus.REQUESTED,
        "expires_at": NOW - timedelta(microseconds=1),
    },
    "running out now": {"status": CommitmentStatus.REQUESTED, "expires_at": NOW},
    "running out in a moment": {
        "part": CommitmentPart.HOLD,
        "expires_at": NOW + timedelta(microseconds=1),
    },
    "cancelled": {"status": CommitmentStatus.CANCELLED},
}
STARTS = {
    "on the grid": NOW.replace(hour=15, microsecond=0),
    "between two ticks": datetime(2027, 3, 9, 15, 2, 30, tzinfo=UTC),
    "over the edge of the second sheet": EDGE - 15 * MINUTE,
    "in both margins": EDGE + 3 * 60 * MINUTE,
    "before everything": TWO_SHEETS[0].window.start - 20 * MINUTE,
}


@pytest.fixture
def world():
    world = make_world()
    world.elsewhere = make_world("elsewhere").community
    world.talia = world.provider().user
    return world


def give(person, community, start, **changes):
    values = {
        "part": CommitmentPart.PROVIDER,
        "status": CommitmentStatus.CONFIRMED,
        "end": start + 30 * MINUTE,
    }
    return Commitment.objects.create(
        person=person, community=community, start=start, **{**values, **changes}
    )


def one_by_one(person, community, window, now=NOW):
    rows = Commitment.objects.filter(unexpired(now), person=person).exclude(
        status=CommitmentStatus.CANCELLED
    )
    return taken_masks(
        window,
        (
            Taken(
                row.start,
                row.end,
                row.buffer_before_minutes * MINUTE,
                row.buffer_after_minutes * MINUTE,
                row.community_id != community.pk,
            )
            for row in rows
        ),
    )


def read(world, people, now=NOW):
    return TakenReader(world.community.pk, people, VIEWS).read(now)


def is_as_one_by_one(world, person, found, now=NOW):
    return all(
        theirs.get(person.pk, TakenTime()).masks
        == _without_held(theirs, person, one_by_one(person, world.community, view.window, now))
        for theirs, view in zip(found, VIEWS, strict=True)
    )


def _without_held(theirs, person, masks):
    """What is held is a part of what is taken, told apart."""
    masks.held = theirs.get(person.pk, TakenTime()).masks.held
    assert masks.held & ~masks.widened == 0
    return masks


@pytest.mark.parametrize("everybody", [True, False], ids=["everybody", "by id"])
@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_commitments_are_taken_on_every_sheet_they_touch(world, kind, everybody):
    omar = world.provider("Omar").user
    for start in STARTS.values():
        give(world.talia, world.community, start, **kind)
        give(omar, world.elsewhere, start, **kind)
    for person in (world.talia, omar):
        found = read(world, None if everybody else [person.pk])
        assert is_as_one_by_one(world, person, found)


def test_all_kinds_together_are_what_each_of_them_takes(world):
    for number, kind in enumerate(KINDS.values()):
        for community, hour in ((world.community, 0), (world.elsewhere, 3)):
            at = STARTS["on the grid"] + number * DAY + hour * 60 * MINUTE
            give(world.talia, community, at, **kind)
    assert is_as_one_by_one(world, world.talia, read(world, None))


def test_people_with_plain_and_other_commitments_do_not_mix(world):
    omar = world.provider("Omar").user
    at = STARTS["on the grid"]
    give(world.talia, world.community, at)
    give(omar, world.community, at + DAY, **KINDS["with buffers"])
    for people in (None, [world.talia.pk, omar.pk]):
        found = read(world, people)
        assert is_as_one_by_one(world, world.talia, found)
        assert is_as_one_by_one(world, omar, found)


def test_who_gives_elsewhere_only_is_not_read_with_everybody(world):
    stranger = make_user("stranger@uni.test")
    add_provider(stranger, world.elsewhere, by=TESTER)
    give(stranger, world.elsewhere, STARTS["on the grid"])
    assert all(stranger.pk not in theirs for theirs in read(world, None))


def test_a_request_counts_until_the_microsecond_at_which_it_runs_out(world):
    until = NOW + timedelta(microseconds=7)
    give(
        world.talia,
        world.community,
        STARTS["on the grid"],
        status=CommitmentStatus.REQUESTED,
        expires_at=until,
    )
    (before, _), (after, _) = read(world, None), read(world, None, until)
    assert before[world.talia.pk].masks.raw
    assert not after[world.talia.pk].masks.raw
    assert before[world.talia.pk].validity.until == after[world.talia.pk].validity.since == until


@pytest.mark.parametrize("everybody", [True, False], ids=["everybody", "by id"])
def test_what_is_left_out_is_not_taken(world, everybody):
    at = STARTS["on the grid"]
    held = give(world.talia, world.community, at, **KINDS["held"])
    give(world.talia, world.community, at + DAY)
    people = None if everybody else [world.talia.pk]
    reader = TakenReader(world.community.pk, people, VIEWS, without=[held.pk])
    without = reader.read(NOW)
    assert without != read(world, people)
    held.delete()
    assert without == read(world, people)
