"""Forged, stale and foreign addresses: a sentence and a way on, never a traceback."""

from datetime import timedelta

import pytest

from tests.factories.way import TEN, Way, own_service
from tests.factories.world import MONDAY, make_world
from visavis.bookings.models import Booking
from visavis.people.enums import HourCycle

HUGE = 10**30
DAY = timedelta(days=1)


@pytest.fixture
def other():
    world = make_world("elsewhere")
    return Way(world, world.provider("Oda"))


def forged(way, other):
    """Address → status and a part of the sentence."""
    base, own, theirs = way.root, way.world, other.world
    fmt, service = f"{base}/book/{own.format.pk}", own.service.pk
    at = way.providers.removesuffix("providers/")
    return [
        (f"{base}/book/{HUGE}/", 404, "does not offer this kind"),
        (f"{base}/book/{theirs.format.pk}/services/", 404, "does not offer this kind"),
        (f"{fmt}/{HUGE}/times/", 404, "is not offered here"),
        (f"{fmt}/{theirs.service.pk}/times/", 404, "is not offered here"),
        (f"{fmt}/{service}/yesterday/providers/", 404, "does not hold a time"),
        (f"{fmt}/{service}/99999999T999999Z/providers/", 404, "does not hold a time"),
        (f"{fmt}/{service}/99991231T235500Z/providers/", 404, "does not hold a time"),
        (f"{fmt}/{service}/00010101T000000Z/providers/", 404, "does not hold a time"),
        (f"{at}{HUGE}/places/", 404, "Nobody at this address"),
        (f"{at}{other.provider.pk}/places/", 404, "Nobody at this address"),
        (f"{at}{way.provider.pk}/{HUGE}/review/", 404, "do not take place there"),
        (f"{at}{way.provider.pk}/{theirs.location.pk}/topic/", 404, "do not take place there"),
    ]


def test_ids_of_nobody_and_of_other_communities_look_alike(way, other, client):
    for url, status, words in forged(way, other):
        page = client.get(url)
        assert (page.status_code, words in page.content.decode()) == (status, True), url
        assert "form-actions" in page.content.decode(), f"{url} leads nowhere on"


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (MONDAY - DAY + timedelta(hours=2), "too late to book"),
        (TEN + timedelta(minutes=15), "start at :00, :30"),
        (TEN + timedelta(minutes=7), "start at :00, :30"),
        (TEN + timedelta(seconds=1), "start at :00, :30"),
        (TEN + 13 * 7 * DAY, "too far ahead"),
        (TEN + timedelta(hours=9), "Nobody is free at that time"),
    ],
)
def test_times_that_are_not_offered_say_why_and_offer_the_nearest(way, client, start, words):
    way.start = start
    page = client.get(way.providers)
    assert page.status_code == 409
    text = page.content.decode()
    assert words in text
    links = page.context["end"].times
    assert links
    assert client.get(links[0].url).status_code == 200


def test_earliest_time_is_written_in_the_readers_habit_with_its_zone(way, sam, client):
    way.start = MONDAY - DAY + timedelta(hours=2)
    sam.hour_cycle = HourCycle.TWELVE
    sam.save()
    text = client.get(way.providers).content.decode()
    assert "The earliest now is Monday 15 February, 8:00 AM (New York time)." in text
    sam.hour_cycle = HourCycle.TWENTY_FOUR
    sam.save()
    assert "15 February, 8:00 (New York time)." in client.get(way.providers).content.decode()


def test_person_who_is_busy_by_now_is_said_so_with_who_else_is_free(way, client):
    way.world.provider("Jo")
    way.world.book(way.provider, way.world.student("Kim"), TEN)
    page = client.get(way.review)
    assert page.status_code == 409
    assert "The Peer Mentor has another meeting then." in page.content.decode()
    assert [on.label for on in page.context["end"].ways] == [
        "See who else is free at that time",
        "See all free times",
    ]


def test_shared_link_to_a_service_off_the_list_explains_itself(way, client):
    way.service = own_service(way.world, way.provider)
    assert client.get(way.times).status_code == 200
    community = way.world.community
    community.edit_services, community.contact = False, "Ask in Library 101."
    community.save()
    page = client.get(way.times)
    assert page.status_code == 409
    assert "is not on your list" in page.content.decode()
    assert "Ask in Library 101." in page.content.decode()


@pytest.mark.parametrize(
    "query",
    ["day=tomorrow", "provider=x", "place=999999", "view=month", "since=3/4/2027", "at=noon"],
)
def test_calendar_leaves_out_what_it_does_not_understand_and_says_so(way, client, query):
    page = client.get(f"{way.times}?{query}")
    assert page.status_code == 200
    assert "was not understood" in page.content.decode()
    assert page.context["parts"]


@pytest.mark.parametrize(
    ("day", "words"),
    [("2027-02-14", "That day is over"), ("2028-02-14", "until Monday 10 May")],
)
def test_days_outside_what_can_be_booked_are_said_so(way, client, day, words):
    page = client.get(f"{way.times}?day={day}")
    assert page.status_code == 200
    assert words in page.content.decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"format": ""},
        {"service": "x"},
        {"start": ""},
        {"key": "not-a-key"},
        {"place": HUGE},
        {"provider": HUGE},
        {"start": "20270215T150700Z"},
    ],
)
def test_forged_confirmations_book_nothing(way, client, changes):
    page = client.post(way.bookings, way.confirmation(**changes))
    assert page.status_code in (404, 409, 422)
    assert "form-actions" in page.content.decode()
    assert not Booking.objects.exists()


def test_stranger_signs_in_first_whether_the_community_is_there_or_not(way, client):
    client.logout()
    for slug in ("mentoring", "nowhere"):
        url = f"/c/{slug}/learn/"
        assert client.get(url).url == f"/accounts/login/?next={url}"


def test_hidden_community_looks_like_none(way, client):
    assert client.get(way.learn).status_code == 200
    way.world.community.visible = False
    way.world.community.save()
    hidden, none = client.get(way.learn), client.get("/c/nowhere/learn/")
    assert hidden.status_code == none.status_code == 404


def test_booking_of_somebody_else_looks_like_none(way, client):
    theirs = way.world.book(way.provider, way.world.student("Kim"), TEN)
    for page in ("", "cancellation/", "calendar.ics"):
        assert client.get(f"{way.bookings}{theirs.public_id}/{page}").status_code == 404


def test_no_page_of_a_student_is_kept_by_browsers(way, client):
    for url in (way.learn, *way.steps, f"{way.root}/my-services/", f"{way.root}/book/{HUGE}/"):
        assert "no-store" in client.get(url).headers["Cache-Control"], url


def test_a_stranger_who_sends_a_form_comes_back_to_the_front_page(way, client):
    client.logout()
    for url in (way.bookings, f"{way.root}/my-services/"):
        assert client.post(url).url == f"/accounts/login/?next={way.learn}"
