"""Hours that were removed come back whole, and once."""

import json
from datetime import date

import pytest

from tests.factories.world import TESTER
from visavis.availability.actions import (
    Admits,
    add_dated_change,
    remove_dated_change,
    remove_weekly_block,
)
from visavis.availability.enums import ChangeKind
from visavis.availability.models import DatedChange, WeeklyBlock
from visavis.availability.restoring import keep, restore_hours
from visavis.catalogue.models import Service
from visavis.core.models import HistoryEntry
from visavis.people.enums import Source
from visavis.people.models import Provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def block(world, talia):
    """Hours from a file, for one course and for some that are not there yet."""
    block = talia.weekly_blocks.first()
    block.source, block.any_service, block.any_location = Source.CSV, False, False
    block.service_entries, block.valid_from = ["CHEM*", "BIO101"], date(2027, 3, 1)
    block.save()
    block.services.set([world.service])
    block.locations.set([world.location])
    return block


def told(row):
    """Through JSON, as a token carries it."""
    return json.loads(json.dumps(keep(row)))


def test_a_block_comes_back_as_it_was_however_often_it_is_asked_for(talia, block):
    kept = told(block)
    remove_weekly_block(block, by=TESTER)
    before = Provider.objects.get().hours_version

    for _time in range(2):
        restore_hours(talia, kept, by=TESTER)

    assert told(WeeklyBlock.objects.get(pk=kept["columns"]["id"])) == kept
    assert WeeklyBlock.objects.filter(provider=talia).count() == 5
    assert Provider.objects.get().hours_version == before + 1
    assert HistoryEntry.objects.filter(verb="restored hours").count() == 1


def test_equal_hours_that_were_added_meanwhile_do_not_stand_for_it(talia, block):
    kept = told(block)
    remove_weekly_block(block, by=TESTER)
    times = {"weekday": block.weekday, "start_minute": 540, "end_minute": 1020}
    WeeklyBlock.objects.create(provider=talia, valid_from=block.valid_from, **times)

    restore_hours(talia, kept, by=TESTER)

    assert WeeklyBlock.objects.filter(provider=talia, weekday=block.weekday).count() == 2


def test_what_it_admitted_and_is_gone_does_not_open_it_to_all(world, talia, block):
    kept = told(block)
    remove_weekly_block(block, by=TESTER)
    Service.objects.all().delete()

    back = restore_hours(talia, kept, by=TESTER)

    assert (back.any_service, list(back.services.all())) == (False, [])
    assert list(back.locations.all()) == [world.location]


def test_a_dated_change_comes_back_as_it_was(world, talia):
    change = add_dated_change(
        talia,
        kind=ChangeKind.EXTRA,
        first=date(2027, 3, 6),
        last=date(2027, 3, 7),
        start_minute=600,
        end_minute=720,
        note="Before the exam",
        admits=Admits(services=[world.service]),
        by=TESTER,
    )
    kept = told(change)
    remove_dated_change(change, by=TESTER)

    restore_hours(talia, kept, by=TESTER)

    assert told(DatedChange.objects.get()) == kept
