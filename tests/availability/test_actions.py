"""Hours as they are written: what changes, what stays, and what history tells of it."""

from datetime import date

import pytest

from tests.factories.world import TESTER
from visavis.availability.actions import (
    Admits,
    add_dated_change,
    add_weekly_block,
    change_weekly_block,
    remove_dated_change,
    remove_weekly_block,
)
from visavis.availability.closures import add_closure, remove_closure
from visavis.availability.copying import copy_day
from visavis.availability.enums import ChangeKind
from visavis.availability.errors import InvalidHours
from visavis.availability.models import Closure, DatedChange, WeeklyBlock
from visavis.core.errors import NotFound
from visavis.core.models import HistoryEntry
from visavis.people.enums import Source
from visavis.people.models import Provider

pytestmark = pytest.mark.django_db
NINE_TO_TEN = {"weekday": 0, "start_minute": 540, "end_minute": 600}


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


def told(verb):
    """Before and after, as history tells them."""
    return HistoryEntry.objects.filter(verb=verb).values_list("before", "after").get()


WHOLE_DAY = {"start_minute": 0, "end_minute": 1440}
FIRST_TO_LAST = {"first": date(2027, 3, 5), "last": date(2027, 3, 6)}
AS_TOLD = {"first": "2027-03-05", "last": "2027-03-06"}


def test_history_tells_changed_hours_before_and_after(world, block):
    admits = Admits(services=[world.service])
    change_weekly_block(block, **NINE_TO_TEN, admits=admits, by=TESTER)

    before, after = told("changed hours")
    assert (before["end_minute"], before["services"]) == (1020, "any")
    assert (after["end_minute"], after["services"]) == (600, [world.service.code])
    remove_weekly_block(block, by=TESTER)
    assert told("removed hours") == (after, {})


def test_history_tells_a_dated_change_that_comes_and_goes(talia):
    away = {"kind": ChangeKind.AWAY, "note": "Conference", **FIRST_TO_LAST}
    change = add_dated_change(talia, **away, by=TESTER)
    old = DatedChange.objects.get()
    remove_dated_change(change, by=TESTER)

    anything = {"services": "any", "formats": "any", "locations": "any"}
    values = {"kind": "away", "note": "Conference", **AS_TOLD, **WHOLE_DAY, **anything}
    assert (told("added away"), told("removed away")) == (({}, values), (values, {}))
    with pytest.raises(NotFound):
        remove_dated_change(old, by=TESTER)


def test_the_same_closure_is_entered_once_and_one_at_another_time_beside_it(world):
    add_closure(world.community, reason="Break", **FIRST_TO_LAST, by=TESTER)
    with pytest.raises(InvalidHours) as refused:
        add_closure(world.community, reason="Holiday", **FIRST_TO_LAST, by=TESTER)
    assert refused.value.message == (
        "The community is closed at just this time already. Change that closure instead."
    )
    add_closure(world.community, start_minute=540, **FIRST_TO_LAST, by=TESTER)
    assert [row.start_minute for row in Closure.objects.all()] == [0, 540]


def test_history_tells_a_closure_that_comes_and_goes(world):
    closure = add_closure(world.community, reason="Break", **FIRST_TO_LAST, by=TESTER)
    old = Closure.objects.get()
    remove_closure(closure, by=TESTER)

    values = {"reason": "Break", **AS_TOLD, **WHOLE_DAY}
    assert (told("added closure"), told("removed closure")) == (({}, values), (values, {}))
    with pytest.raises(NotFound):
        remove_closure(old, by=TESTER)


def test_what_a_file_gave_a_day_already_is_not_copied_onto_it_again(talia):
    values = {**NINE_TO_TEN, "by": TESTER}
    add_weekly_block(talia, **values | {"weekday": 5}, source=Source.CSV)
    add_weekly_block(talia, **values | {"weekday": 6}, source=Source.CSV)
    assert copy_day(talia, 5, [6], by=TESTER).is_empty
    assert copy_day(talia, 5, [6], by=TESTER, instead=True).is_empty
    assert talia.weekly_blocks.get(weekday=6).source == Source.CSV
