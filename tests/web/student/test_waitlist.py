"""Waiting for a time: the form, the offer, letting go, leaving; and what stays hidden."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.world import MONDAY, TESTER
from visavis.availability.actions import add_weekly_block
from visavis.availability.models import WeeklyBlock
from visavis.bookings.actions import Wish, cancel, join_waitlist, run_waitlist
from visavis.bookings.enums import HoldState, WaitlistState
from visavis.bookings.models import Booking, Hold, WaitlistEntry
from visavis.communities.actions import change_settings
from visavis.core.clock import frozen_at
from visavis.web.student.instants import write_instant

pytestmark = pytest.mark.django_db
TEN = MONDAY + timedelta(hours=2)
DAYS = {"first": "2027-02-15", "last": "2027-02-19"}


@pytest.fixture
def full(way):
    """Talia's only half-hour is taken by Bo, and the community keeps a list."""
    world = way.world
    world.community = change_settings(world.community, {"waitlist": True}, by=TESTER)
    world.service.community = world.community
    WeeklyBlock.objects.all().delete()
    add_weekly_block(way.provider, weekday=0, start_minute=600, end_minute=630, by=TESTER)
    change_settings(world.community, {"weeks_ahead": 1}, by=TESTER)
    world.community.weeks_ahead = 1
    return world.book(way.provider, world.student("Bo"), TEN)


@pytest.fixture
def form_url(way):
    return way.times.replace("times/", "waitlist/")


def text(answer):
    return " ".join(answer.content.decode().split())


def wait(way, student, **changes):
    days = (MONDAY.date(), MONDAY.date())
    wish = Wish(student, way.world.service, way.world.format, *days, **changes)
    return join_waitlist(wish, by=TESTER, now=MONDAY)


@pytest.mark.usefixtures("full")
def test_page_without_times_leads_to_the_list(client, way, form_url):
    assert f'href="{form_url}"' in text(client.get(way.times))
    change_settings(way.world.community, {"waitlist": False}, by=TESTER)
    assert form_url not in text(client.get(way.times))
    assert client.get(form_url).status_code == 409


def test_page_with_many_times_does_not_name_the_list(client, way, form_url):
    change_settings(way.world.community, {"waitlist": True}, by=TESTER)
    assert form_url not in text(client.get(way.times))


@pytest.mark.usefixtures("full")
def test_student_joins_and_sees_the_position(client, way, form_url, sam):
    wait(way, way.world.student("Uma"))
    sent = client.post(form_url, {**DAYS, "weekdays": ["0", "2"], "start": "9:00", "end": "12:00"})
    assert sent.headers["Location"] == way.learn
    entry = WaitlistEntry.objects.get(student=sam)
    assert (entry.weekdays, entry.ranges, entry.provider) == ([0, 2], [[540, 720]], None)
    shown = text(client.get(way.learn))
    assert "You are number 2 on the list." in shown
    assert "on Monday, Wednesday" in shown
    assert "Uma" not in shown


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"first": "2027-02-19", "last": "2027-02-15"}, "The last day is before the first."),
        ({"first": "", "last": "2027-02-15"}, "Say from which day on."),
        ({**DAYS, "start": "12:00", "end": "9:00"}, "The end is before the start."),
        ({**DAYS, "start": "9:00", "end": "9:10"}, "there is no room for 30 minutes"),
        ({**DAYS, "provider": "99999"}, "The person you chose is no longer there."),
    ],
)
def test_what_cannot_be_waited_for_is_told(client, form_url, sent, sentence):
    answer = client.post(form_url, sent)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert not WaitlistEntry.objects.exists()


def test_who_finds_a_free_time_is_led_there(client, way, form_url):
    change_settings(way.world.community, {"waitlist": True}, by=TESTER)
    answer = client.post(form_url, DAYS)
    assert answer.status_code == 422
    assert "There are free times within these days already." in text(answer)
    assert f'href="{way.times}"' in text(answer)


def test_offer_is_shown_with_its_end_and_booked_the_usual_way(client, way, full, sam):
    entry = wait(way, sam)
    cancel(full, by=TESTER, now=MONDAY)
    run_waitlist(now=MONDAY)
    shown = text(client.get(way.learn))
    assert "Held for you until 10:00 AM (New York time)" in shown
    topic = way.topic.replace(write_instant(way.start), write_instant(TEN))
    assert f'href="{topic}"' in shown
    assert client.get(topic, follow=True).status_code == 200
    booked = client.post(way.bookings, way.confirmation())
    assert booked.status_code == 302
    assert Booking.objects.filter(student=sam, state="confirmed").count() == 1
    entry.refresh_from_db()
    assert entry.state == WaitlistState.BOOKED
    assert "You are waiting for" not in text(client.get(way.learn))


def test_an_offer_that_ran_out_is_shown_no_more_before_any_job(client, way, full, sam):
    change_settings(way.world.community, {"waitlist_hold_minutes": 30}, by=TESTER)
    wait(way, sam)
    cancel(full, by=TESTER, now=MONDAY)
    run_waitlist(now=MONDAY)
    assert "Held for you until 8:30 AM" in text(client.get(way.learn))
    with frozen_at(MONDAY + timedelta(minutes=30)):
        shown = text(client.get(way.learn))
    assert "Held for you" not in shown
    assert "You are number 1 on the list." in shown


def test_letting_go_asks_first_and_keeps_the_place(client, way, full, sam):
    entry = wait(way, sam)
    cancel(full, by=TESTER, now=MONDAY)
    run_waitlist(now=MONDAY)
    url = f"{way.root}/waitlist/{entry.public_id}/letting-go/"
    assert "Let this time go?" in text(client.get(url))
    assert Hold.objects.get().state == HoldState.OPEN
    assert client.post(url).headers["Location"] == way.learn
    assert Hold.objects.get().state == HoldState.RELEASED
    assert client.post(url).status_code == 409
    assert "You are number 1 on the list." in text(client.get(way.learn))


@pytest.mark.usefixtures("full")
def test_leaving_asks_first(client, way, sam):
    entry = wait(way, sam)
    url = f"{way.root}/waitlist/{entry.public_id}/leaving/"
    assert "Leave the waitlist?" in text(client.get(url))
    client.post(url)
    entry.refresh_from_db()
    assert entry.state == WaitlistState.LEFT
    assert client.get(url).status_code == 404


@pytest.mark.usefixtures("full", "sam")
def test_entries_of_others_are_not_there(client, way):
    entry = wait(way, way.world.student("Uma"))
    for step in ("leaving", "letting-go"):
        assert client.post(f"{way.root}/waitlist/{entry.public_id}/{step}/").status_code == 404
    entry.refresh_from_db()
    assert entry.state == WaitlistState.WAITING


@pytest.mark.usefixtures("full")
def test_learn_screen_asks_as_little_with_many_who_wait(client, way, sam):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            client.get(way.learn)
        return len(seen)

    wait(way, sam)
    few = queries()
    for name in ("Uma", "Kim", "Ali", "Eve"):
        wait(way, way.world.student(name))
    wait(way, sam, provider=way.provider)
    assert queries() == few
