"""Meetings online: who sees the link, and what is said where there is none."""

import pytest

from tests.factories.way import Way
from tests.factories.world import TESTER
from visavis.availability.locations import add_location
from visavis.bookings.models import Booking

LINK = "https://meet.uni.test/room-5"


@pytest.fixture
def online(way: Way) -> Way:
    place = add_location(
        way.world.community, by=TESTER, name="Video room", kind="online", details=f"Join: {LINK}"
    )
    way.world.location = place
    return way


def booked(online, client) -> str:
    client.post(online.bookings, online.confirmation())
    booking = Booking.objects.get()
    return client.get(f"{online.root}/bookings/{booking.public_id}/").content.decode()


def test_link_of_a_place_is_shown_to_those_who_have_booked(online, client):
    before = client.get(online.places).content.decode()
    assert "Video room" in before
    assert LINK not in before
    assert "The link stands on the page of your meeting" in before
    after = booked(online, client)
    assert f'href="{LINK}"' in after
    assert "has not given a link yet" not in after


def test_meeting_without_any_link_says_so_and_what_to_do(online, client):
    online.world.location.details = "By video."
    online.world.location.save()
    online.world.community.contact = "Library 210"
    online.world.community.save()
    page = booked(online, client)
    assert "Talia Example has not given a link yet." in page
    assert "ask Mentoring: Library 210" in page
    online.provider.meeting_link = LINK
    online.provider.save()
    page = client.get(f"{online.root}/bookings/{Booking.objects.get().public_id}/")
    assert "has not given a link yet" not in page.content.decode()


@pytest.mark.parametrize("admitted", ["either", "a room alone", "video alone"])
def test_both_zones_are_named_while_the_meeting_may_be_online(online, client, sam, admitted):
    sam.timezone = "Asia/Tokyo"
    sam.save()
    kinds = {"a room alone": ["in_person"], "video alone": ["online"]}.get(admitted)
    if kinds:
        online.world.format.meeting_kinds = kinds
        online.world.format.save()
    page = " ".join(client.get(online.times).content.decode().split())
    told = {
        "either": "Times are in New York time. Where it differs, Tokyo time stands beside it.",
        "a room alone": "Times are in New York time.",
        "video alone": "Times are in Tokyo time. Where it differs, New York time stands beside it.",
    }
    assert told[admitted] in page
    assert ("stands beside it" in page) is (admitted != "a room alone")


def test_details_of_rooms_are_shown_whole(way, client):
    way.world.location.details = f"See the map: {LINK}"
    way.world.location.save()
    assert LINK in client.get(way.places).content.decode()
