"""What is odd about hours is said in a sentence, and keeps nobody from saving them."""

from datetime import date, timedelta

import pytest

from tests.factories.world import MONDAY, TESTER, make_world
from visavis.availability.actions import Admits, add_weekly_block
from visavis.availability.locations import add_location
from visavis.availability.queries import locations_of, weekly_blocks_of
from visavis.catalogue.actions import certify
from visavis.catalogue.models import Service
from visavis.people.enums import HourCycle
from visavis.web.hours.reads import block_rows, services_of
from visavis.web.hours.warnings import gaps_in

pytestmark = pytest.mark.django_db
TODAY = MONDAY.date()


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def talia(world):
    return world.provider(hours=False)


def block(provider, start=540, end=1020, **more):
    return add_weekly_block(
        provider, weekday=0, start_minute=start, end_minute=end, by=TESTER, **more
    )


def warned(provider):
    blocks = list(weekly_blocks_of(provider))
    rows = block_rows(
        provider, blocks, services_of(provider), today=TODAY, cycle=HourCycle.TWENTY_FOUR
    )
    return [row.warnings for row in rows]


def test_usual_hours_are_not_odd(talia):
    block(talia)
    assert warned(talia) == [[]]


@pytest.mark.parametrize(
    ("last", "sentences"),
    [
        (TODAY - timedelta(days=1), ["These hours are over since Sunday 14 February."]),
        (TODAY, ["These hours end soon, after Monday 15 February."]),
        (TODAY + timedelta(days=14), ["These hours end soon, after Monday 1 March."]),
        (TODAY + timedelta(days=15), []),
    ],
)
def test_hours_that_end_soon_say_so(talia, last, sentences):
    block(talia, valid_until=last)
    assert warned(talia) == [sentences]


def test_hours_shorter_than_the_shortest_meeting_say_so_unless_others_touch_them(talia):
    block(talia, 540, 560)
    assert warned(talia) == [["Too short: the shortest meeting takes 30 minutes."]]
    block(talia, 560, 600)
    assert warned(talia) == [[], []]


def test_hours_for_what_may_not_be_given_are_for_nobody(world, talia):
    french = Service.objects.create(community=world.community, subject="French")
    block(talia, admits=Admits(services=[french]))
    assert warned(talia) == [
        ["Nobody can book here: none of what these hours are for may be given."]
    ]
    certify(talia, french.code, by=TESTER)
    talia.refresh_from_db()
    assert warned(talia) == [[]]


def test_hours_for_a_place_that_went_are_for_nobody(world, talia):
    block(talia, admits=Admits(locations=[world.location]))
    world.location.archived_at = MONDAY
    world.location.save()
    assert warned(talia) == [["Nobody can book here: there is no such place any more."]]


class TestPlaces:
    @pytest.fixture(autouse=True)
    def library(self, world):
        room = world.location
        room.hours = [[day, 600, 960] for day in range(5)]
        room.save()
        return room

    def test_the_part_in_which_the_place_is_closed_is_named(self, talia):
        block(talia)
        assert warned(talia) == [["Main office is closed 9:00–10:00."]]

    def test_inside_its_hours_nothing_is_said(self, talia):
        block(talia, 600, 960)
        assert warned(talia) == [[]]

    def test_another_place_makes_up_for_it(self, world, talia):
        block(talia)
        add_location(world.community, name="Online", kind="online", by=TESTER)
        assert len(locations_of(world.community)) == 2
        assert warned(talia) == [[]]

    def test_several_that_are_closed_are_named_together(self, world, talia):
        block(talia)
        add_location(world.community, name="Annex", hours=[[0, 540, 900]], by=TESTER)
        assert warned(talia) == [["All their places are closed 16:00–17:00."]]


@pytest.mark.parametrize(
    ("covered", "gaps"),
    [
        ([], [(10, 20)]),
        ([(0, 30)], []),
        ([(12, 14), (13, 16)], [(10, 12), (16, 20)]),
        ([(0, 10), (20, 30)], [(10, 20)]),
        ([(0, 12), (12, 20)], []),
    ],
)
def test_gaps_are_what_is_left(covered, gaps):
    assert gaps_in((10, 20), covered) == gaps


def test_all_of_a_long_list_is_read_in_few_queries(talia, django_assert_max_num_queries):
    for hour in range(20):
        block(talia, hour * 60, hour * 60 + 30, valid_until=date(2027, 12, 1))
    with django_assert_max_num_queries(12):
        warned(talia)
