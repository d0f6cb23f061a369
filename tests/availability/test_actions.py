"""Hours as they are written: what changes, what stays, and what history tells of it."""


import pytest

from tests.factories.world import TESTER, make_world
from visavis.availability.actions import Admits, change_weekly_block, remove_weekly_block
from visavis.availability.models import WeeklyBlock
from visavis.core.errors import NotFound
from visavis.core.models import HistoryEntry
from visavis.people.enums import Source
from visavis.people.models import Provider

pytestmark = pytest.mark.django_db
NINE_TO_TEN = {"weekday": 0, "start_minute": 540, "end_minute": 600}


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def talia(world):
    return world.provider()


@pytest.fixture
def block(talia):
    """Monday, 9:00 to 17:00."""
    return talia.weekly_blocks.first()


def same_values(block):
    names = ("weekday", "start_minute", "end_minute", "valid_from", "valid_until")
    return {name: getattr(block, name) for name in names}


def test_hours_that_somebody_removed_are_not_brought_back_by_an_old_page(block):
    old = WeeklyBlock.objects.get(pk=block.pk)
    remove_weekly_block(block, by=TESTER)

    with pytest.raises(NotFound, match="removed these hours meanwhile"):
        change_weekly_block(old, **NINE_TO_TEN, by=TESTER)
    with pytest.raises(NotFound):
        remove_weekly_block(old, by=TESTER)

    assert not WeeklyBlock.objects.filter(weekday=0).exists()
    assert HistoryEntry.objects.filter(verb="removed hours").count() == 1


def test_hours_from_a_file_that_are_changed_by_hand_are_the_hands(block):
    WeeklyBlock.objects.update(source=Source.CSV, service_entries=["CHEM*"], any_service=False)

    changed = change_weekly_block(block, **NINE_TO_TEN, by=TESTER)

    assert (changed.source, changed.service_entries, changed.any_service) == ("hand", [], True)


def test_hours_that_are_saved_as_they_are_stay_the_files(block):
    WeeklyBlock.objects.update(source=Source.CSV, service_entries=["CHEM*"], any_service=False)
    before = Provider.objects.get().hours_version

    admits = Admits(services=[])
    kept = change_weekly_block(block, **same_values(block), admits=admits, by=TESTER)

    assert (kept.source, kept.service_entries) == ("csv", ["CHEM*"])
    assert Provider.objects.get().hours_version == before
    assert not HistoryEntry.objects.filter(verb="changed hours").exists()
