"""Hours read from rows: over several windows at once they are what each window alone has."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.world import TESTER, make_world
from visavis.availability.actions import Admits, add_dated_change, add_weekly_block
from visavis.availability.enums import ChangeKind
from visavis.availability.models import WeeklyBlock
from visavis.bookings.hours import ANYTHING, HoursReader
from visavis.engine.sheets import sheets_between
from visavis.engine.wallclock import Weekly, weekly_mask

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("America/New_York")
FIRST = datetime(2027, 2, 13, tzinfo=ZONE)
# Two sheets, with the night between them on which the clocks go forward.
WINDOWS = [sheet.window for sheet in sheets_between(ZONE, FIRST, FIRST + timedelta(days=40), FIRST)]


@pytest.fixture
def world():
    return make_world()


def read(world, providers=None, windows=WINDOWS):
    community = world.community.pk if providers is None else None
    ids = [provider.pk for provider in providers or ()]
    return HoursReader(community, ids, ZONE, windows).read()


def add(provider, weekday=0, start=9 * 60, end=10 * 60, **changes):
    return add_weekly_block(
        provider, weekday=weekday, start_minute=start, end_minute=end, by=TESTER, **changes
    )


def rule(weekday=0, start=9 * 60, end=10 * 60, first=None, last=None):
    return Weekly(weekday, start, end, first, last)


def masks_of(rules):
    return [weekly_mask(rules, ZONE, window) for window in WINDOWS]


def test_weekly_blocks_open_the_same_ticks_on_every_sheet(world):
    talia = world.provider(hours=False)
    add(talia, 0)
    add(talia, 6, 23 * 60, 25 * 60)
    found = read(world)
    assert len(WINDOWS) == 2
    assert [theirs[talia.pk].open for theirs in found] == [
        ((ANYTHING, mask),) for mask in masks_of([rule(0), rule(6, 23 * 60, 25 * 60)])
    ]


@pytest.mark.parametrize("until", [None, date(2027, 3, 20)], ids=["open", "until"])
@pytest.mark.parametrize("since", [None, date(2027, 3, 8)], ids=["always", "since"])
def test_blocks_of_a_term_open_on_its_dates(world, since, until):
    talia = world.provider(hours=False)
    add(talia, 0, valid_from=since, valid_until=until)
    add(talia, 2)
    right = masks_of([rule(0, first=since, last=until), rule(2)])
    assert [theirs[talia.pk].open[0][1] for theirs in read(world)] == right


def test_blocks_that_admit_some_stand_beside_those_that_admit_all(world):
    talia = world.provider(hours=False)
    add(talia, 0)
    add(talia, 1, admits=Admits(services=[world.service]))
    (hours, _) = (theirs[talia.pk] for theirs in read(world))
    admitted = {admission.services: mask for admission, mask in hours.open}
    assert admitted == {
        None: masks_of([rule(0)])[0],
        frozenset({world.service.pk}): masks_of([rule(1)])[0],
    }


def test_extra_hours_and_absences_are_cut_like_the_others(world):
    talia = world.provider()
    days = {"first": date(2027, 3, 1), "last": date(2027, 4, 2)}
    add_dated_change(talia, kind=ChangeKind.EXTRA, **days, end_minute=6 * 60, by=TESTER)
    add_dated_change(talia, kind=ChangeKind.AWAY, **days, start_minute=12 * 60, by=TESTER)
    alone = [read(world, windows=[window])[0] for window in WINDOWS]
    assert read(world) == alone
    assert all(theirs[talia.pk].away for theirs in alone)


def test_a_whole_community_is_read_as_its_people_are(world):
    people = [world.provider(), world.provider("Omar", hours=False)]
    add(people[1], 5, valid_from=date(2027, 3, 1))
    add(people[1], 5, 600, 700, admits=Admits(services=[world.service]))
    make_world("elsewhere").provider("Priya")
    assert read(world) == read(world, people)


def test_people_with_the_same_hours_share_them(world):
    talia, omar = world.provider(), world.provider("Omar")
    for theirs in read(world):
        assert theirs[talia.pk] is theirs[omar.pk]


def test_hours_without_limits_are_read_in_as_many_queries_for_many_as_for_one(world):
    world.provider()
    read(world)
    with CaptureQueriesContext(connection) as for_one:
        read(world)
    for name in ("Omar", "Priya", "Sam"):
        world.provider(name)
    with CaptureQueriesContext(connection) as for_four:
        read(world)
    assert len(for_one) == len(for_four) == 2


def test_who_has_no_hours_is_left_out(world):
    talia = world.provider(hours=False)
    assert not WeeklyBlock.objects.filter(provider=talia).exists()
    assert read(world) == [{}, {}]
