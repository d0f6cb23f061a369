"""Booking trusts no row that was read before its locks."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from tests.factories.world import MONDAY, TESTER, make_world
from visavis.availability.models import Location
from visavis.bookings.actions import admitting, book
from visavis.bookings.errors import Refused, SlotTaken
from visavis.bookings.models import Appointment
from visavis.catalogue.models import AppointmentFormat, Service
from visavis.communities.actions import change_settings
from visavis.communities.models import Community
from visavis.core.errors import NotFound
from visavis.people.models import Provider

pytestmark = pytest.mark.django_db
TEN = MONDAY + timedelta(hours=2)


@pytest.fixture
def world():
    return make_world()


@pytest.mark.parametrize(
    ("model", "changes", "code"),
    [
        (Provider, {"retired_at": MONDAY}, "provider_inactive"),
        (Provider, {"weekly_cap_minutes": 15}, "provider_cap"),
        (Service, {"archived_at": MONDAY}, "service_inactive"),
        (AppointmentFormat, {"archived_at": MONDAY}, "format_inactive"),
        (Location, {"archived_at": MONDAY}, "location_inactive"),
        (Community, {"lead_time_minutes": 24 * 60}, "lead_time"),
        (Community, {"visible": False}, "not_eligible"),
    ],
)
def test_change_after_the_page_was_loaded_refuses_the_booking(world, model, changes, code):
    order = world.order(world.provider(), world.student(), TEN, location=world.location)
    model.objects.update(**changes)
    with pytest.raises(Refused) as refused:
        book(order, by=TESTER, now=MONDAY)
    assert refused.value.code == code
    assert not Appointment.objects.exists()


def test_room_that_got_its_limit_after_the_page_was_loaded_is_counted(world):
    talia, omar = world.provider(), world.provider("Omar")
    order = world.order(omar, world.student("Kim"), TEN, location=world.location)
    world.book(talia, world.student(), TEN)
    Location.objects.update(capacity=1)
    with pytest.raises(SlotTaken):
        book(order, by=TESTER, now=MONDAY)


@pytest.mark.skipif(
    not connection.features.has_select_for_update, reason="SQLite lets one transaction write"
)
@pytest.mark.parametrize("is_named", [True, False], ids=["this place", "any place"])
def test_what_changed_while_a_place_was_waited_for_counts(world, monkeypatch, is_named):
    Location.objects.update(capacity=1)
    place = world.location if is_named else None
    order = world.order(world.provider(), world.student(), TEN, location=place)
    wait = admitting._lock_places

    def wait_while_the_centre_changes(ids):
        wait(ids)
        Community.objects.update(lead_time_minutes=24 * 60)

    monkeypatch.setattr(admitting, "_lock_places", wait_while_the_centre_changes)
    with pytest.raises(Refused) as refused:
        book(order, by=TESTER, now=MONDAY)
    assert refused.value.code == "lead_time"


@pytest.mark.parametrize("what", ["format", "provider"])
def test_what_belongs_to_another_community_is_not_there(world, what):
    other = make_world("writing")
    own = {"format": other.format, "provider": other.provider("Omar")}
    order = world.order(world.provider(), world.student(), TEN)
    order = replace(order, question=replace(order.question, **{what: own[what]}))
    with pytest.raises(NotFound):
        book(order, by=TESTER, now=MONDAY)


def test_what_was_deleted_meanwhile_is_not_there(world):
    order = world.order(world.provider(), world.student(), TEN, location=world.location)
    Location.objects.all().delete()
    with pytest.raises(NotFound):
        book(order, by=TESTER, now=MONDAY)


def test_lead_time_counts_from_now_and_not_from_when_the_page_was_made(world):
    change_settings(world.community, {"lead_time_minutes": 60}, by=TESTER)
    order = world.order(world.provider(), world.student(), TEN, now=MONDAY - timedelta(days=1))
    with pytest.raises(Refused) as refused:
        book(order, by=TESTER, now=TEN)
    assert refused.value.code == "lead_time"


@pytest.mark.parametrize(
    ("start", "code"),
    [
        (datetime(1, 1, 1, 0, 30, tzinfo=UTC), "lead_time"),
        (datetime(9999, 12, 31, 23, 30, tzinfo=UTC), "beyond_horizon"),
    ],
)
def test_start_at_the_end_of_the_calendar_is_refused(world, start, code):
    order = replace(world.order(world.provider(), world.student(), TEN), start=start)
    with pytest.raises(Refused) as refused:
        book(order, by=TESTER, now=MONDAY)
    assert refused.value.code == code
