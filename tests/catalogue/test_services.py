"""Courses and topics by hand: what fits, what is refused, and what follows."""

import pytest

from tests.factories.world import MONDAY, TESTER, make_world
from visavis.availability.actions import add_weekly_block
from visavis.catalogue.actions import certify
from visavis.catalogue.errors import InvalidEntry, InvalidService
from visavis.catalogue.models import Certification, Service
from visavis.catalogue.queries import certified_providers, is_certified
from visavis.catalogue.services import service_values
from visavis.changes.enums import Fate
from visavis.changes.errors import Undecided
from visavis.changes.fates import Decision
from visavis.changes.people import retire
from visavis.changes.services import (
    add_service,
    archive_service,
    change_service,
    restore_service,
)
from visavis.core.models import HistoryEntry
from visavis.core.seen import ChangedMeanwhile, write_seen
from visavis.people.enums import Source
from visavis.people.models import Provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    world = make_world()
    world.talia = world.provider()
    return world


def add(world, **values):
    return add_service(world.community, {"subject": "CHEM", "number": "1301", **values}, by=TESTER)


def change(service, seen=None, **values):
    return change_service(service, values, by=TESTER, now=MONDAY, seen=seen)


def test_course_is_added_and_hours_that_waited_for_it_admit_it(world):
    block = add_weekly_block(world.talia, weekday=0, start_minute=540, end_minute=600, by=TESTER)
    block.any_service, block.service_entries = False, ["CHEM*"]
    block.save()
    service = add(world, name="General chemistry")
    assert (service.code, service.source) == ("CHEM1301", Source.HAND)
    assert list(block.services.all()) == [service]
    assert HistoryEntry.objects.filter(verb="added service").count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"subject": "CHEM|BIOL"},
        {"number": "13*"},
        {"subject": "C" * 70},
        {"subject": "", "number": ""},
        {"name": "N" * 201},
    ],
)
def test_what_no_code_can_be_is_refused_where_it_stands(world, wrong):
    with pytest.raises(InvalidService) as refusal:
        add(world, **wrong)
    assert refusal.value.data
    assert Service.objects.count() == 1


def test_same_code_whatever_its_case_and_spaces_is_refused(world):
    add(world)
    with pytest.raises(InvalidService, match="CHEM1301"):
        add(world, subject="chem ", number="1301")


def test_owner_is_certified_and_must_be_somebody_here_and_the_only_one(world):
    elsewhere = make_world("writing").provider("Omar")
    own = add(world, subject="With Talia", number="", owner_id=world.talia.pk)
    assert is_certified(world.talia, own)
    for wrong in (
        {"owner_id": elsewhere.pk, "number": ""},
        {"owner_id": world.talia.pk},
        {"owner_id": world.talia.pk, "number": "", "for_everybody": True},
    ):
        with pytest.raises(InvalidService) as refusal:
            add(world, **wrong)
        assert list(refusal.value.data) == ["owner_id"]


@pytest.mark.parametrize(
    ("entry", "changes", "may"),
    [
        ("CHEM 1301", {}, True),
        ("CHEM 1302", {}, False),
        ("CHEM*", {}, True),
        ("CHEM 13*", {}, True),
        ("CHEM 1301*", {}, True),
        ("CHE*", {}, True),
        ("CHEM 2*", {}, False),
        ("*", {}, True),
        ("*", {"owner_id": "somebody else"}, False),
        ("CHEM 1301", {"retired_at": MONDAY}, False),
        ("*", {"retired_at": MONDAY}, False),
    ],
)
def test_one_is_asked_as_all_are(world, entry, changes, may):
    service, omar = add(world), world.provider("Omar")
    omar.certifications.all().delete()
    certify(omar, entry, by=TESTER)
    if "owner_id" in changes:
        Service.objects.filter(pk=service.pk).update(owner_id=world.talia.pk)
        service.refresh_from_db()
    if "retired_at" in changes:
        Provider.objects.filter(pk=omar.pk).update(**changes)
    assert is_certified(omar, service) is may
    assert (omar in certified_providers(service)) is may


def test_new_code_takes_those_along_who_were_certified_by_name(world):
    service = add(world)
    certify(world.talia, "chem 1301", by=TESTER)
    changed = change(service, subject="CHM")
    assert changed.code == "CHM1301"
    assert is_certified(world.talia, changed)
    assert not Certification.objects.filter(key="chem1301").exists()


def test_second_of_two_who_change_it_is_told(world):
    service = add(world)
    seen = write_seen(service_values(service))
    change(service, seen, name="One")
    with pytest.raises(ChangedMeanwhile):
        change(service, seen, name="Two")
    assert Service.objects.get(pk=service.pk).name == "One"


def test_archived_with_the_fate_of_its_meetings_and_restored(world):
    booking = world.book(world.talia, world.student(), MONDAY.replace(hour=15))
    with pytest.raises(Undecided) as refusal:
        archive_service(world.service, by=TESTER, now=MONDAY)
    assert list(refusal.value.touched) == [booking]
    decision = Decision({booking.pk: Fate.KEEP})
    assert archive_service(world.service, decision, by=TESTER, now=MONDAY)
    assert not archive_service(world.service, by=TESTER, now=MONDAY)
    assert restore_service(world.service, by=TESTER, now=MONDAY)
    assert Service.objects.get(pk=world.service.pk).is_active


def test_what_belongs_to_somebody_who_left_comes_back_with_them_only(world):
    own = add(world, subject="With Talia", number="", owner_id=world.talia.pk)
    retire(world.talia, by=TESTER, now=MONDAY)
    with pytest.raises(InvalidService, match="Talia"):
        restore_service(own, by=TESTER, now=MONDAY)


@pytest.mark.parametrize("wrong", ["", "  ", "A|B", "C" * 70])
def test_an_entry_that_is_no_code_is_refused(world, wrong):
    with pytest.raises(InvalidEntry):
        certify(world.talia, wrong, by=TESTER)
