"""A provider moves a meeting or calls it off: with a reason, told to whoever was to come."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.factories.way import TEN
from tests.factories.world import MONDAY, TESTER
from visavis.bookings.actions import cancel
from visavis.bookings.models import Appointment, Booking, BookingEvent
from visavis.catalogue.actions import add_format
from visavis.communities.actions import change_settings
from visavis.core.instants import write_instant
from visavis.notifications.enums import Audience, Kind
from visavis.notifications.models import MailText

pytestmark = pytest.mark.django_db
TEACH = "/c/mentoring/teach/"
DAY = timedelta(days=1)


@pytest.fixture
def url(place):
    return f"{TEACH}meetings/{place.booking.public_id}/move/"


def sent(place, start, **changes):
    return {
        "start": write_instant(start),
        "seen": place.booking.appointment_id,
        "place": place.world.location.pk,
        "reason": "The room is taken.",
    } | changes


def test_a_move_shows_the_free_times_of_both_and_then_old_and_new(talia, place, url):
    place.world.book(place.colleague, place.student, TEN + DAY, "busy")
    body = talia.get(url).content.decode()
    wanted = f"?start={write_instant(TEN + DAY + timedelta(hours=1))}"
    assert (wanted in body, f"?start={write_instant(TEN + DAY)}" in body) == (True, False)
    body = talia.get(f"{url}{wanted}").content.decode()
    assert [words in body for words in ("Until now", "From now on", "16 February")] == [True] * 3
    assert "gets a mail with your reason" in body


def test_a_meeting_beyond_the_horizon_can_be_moved_within_its_week(talia, place, url):
    change_settings(place.community, {"weeks_ahead": 1}, by=TESTER)
    # On the Tuesday of the week that begins where the horizon of one week ends.
    far = TEN + 8 * DAY
    Appointment.objects.filter(pk=place.booking.appointment_id).update(
        start=far, end=far + timedelta(minutes=30)
    )
    body = talia.get(f"{url}?from={(far + DAY).date()}").content.decode()
    assert f"?start={write_instant(far + DAY)}" in body


def test_a_move_needs_a_reason_and_stays_confirmed_though_the_format_asks(talia, place, url):
    answer = talia.post(url, sent(place, TEN + DAY, reason=" "))
    assert (answer.status_code, "so that the student knows" in answer.content.decode()) == (
        422,
        True,
    )
    told = talia.post(url, sent(place, TEN + DAY), follow=True).content.decode()
    assert "The meeting is moved." in told
    place.booking.refresh_from_db()
    assert (place.booking.state, place.booking.appointment.start) == ("confirmed", TEN + DAY)
    event = BookingEvent.objects.get(kind="moved")
    assert (event.data["reason"], event.data["by"]) == ("The room is taken.", "provider")


@pytest.mark.parametrize("start", ["", "soon", write_instant(TEN + timedelta(hours=1)), "9" * 40])
def test_a_start_that_is_not_free_leads_back_to_those_that_are(talia, place, url, start):
    answer = talia.post(url, sent(place, TEN) | {"start": start}, follow=True)
    assert "That time is not free for both of you" in answer.content.decode()
    place.booking.refresh_from_db()
    assert place.booking.appointment.start == TEN


def test_what_was_moved_meanwhile_is_not_moved_on(talia, place, url):
    form = sent(place, TEN + DAY)
    talia.post(url, sent(place, TEN + 2 * DAY))
    told = talia.post(url, form, follow=True).content.decode()
    assert "was moved meanwhile" in told
    place.booking.refresh_from_db()
    assert place.booking.appointment.start == TEN + 2 * DAY


def test_only_a_confirmed_meeting_is_moved(talia, place):
    url = f"{TEACH}meetings/{place.request.public_id}/move/"
    assert "Only a confirmed meeting" in talia.get(url, follow=True).content.decode()
    cancel(place.booking, by=TESTER, now=MONDAY)
    url = f"{TEACH}meetings/{place.booking.public_id}/move/"
    told = talia.post(url, sent(place, TEN + DAY), follow=True).content.decode()
    assert "Only a confirmed meeting" in told


def test_the_page_says_when_no_mail_tells_of_it(talia, place):
    url = f"{TEACH}meetings/{place.booking.public_id}/cancellation/"
    assert "gets a mail with your reason" in talia.get(url).content.decode()
    MailText.objects.create(
        community=place.community, kind=Kind.CANCELLED, audience=Audience.STUDENT, is_on=False
    )
    assert "No mail is sent about it here" in talia.get(url).content.decode()


def test_calling_off_offers_to_propose_instead(talia, place):
    body = talia.get(f"{TEACH}meetings/{place.booking.public_id}/cancellation/").content.decode()
    assert f"{TEACH}meetings/{place.booking.public_id}/proposal/" in body


@pytest.fixture
def group(place):
    format_ = add_format(place.community, by=TESTER, name="Circle", minutes=30, capacity=4)
    world = place.world
    people = [world.student(name) for name in ("Ann", "Ben", "Cho")]
    start = TEN + DAY
    return [
        world.book(place.provider, who, start, who.first_name, format=format_) for who in people
    ]


def test_a_group_shows_who_comes_and_how_many_seats(talia, group):
    body = talia.get(TEACH).content.decode()
    assert "3 of 4 seats taken" in body
    body = talia.get(f"{TEACH}meetings/{group[0].public_id}/").content.decode()
    assert [name in body for name in ("Ann Example", "Ben Example", "Cho Example")] == [True] * 3
    assert ("3 of 4 taken" in body, "Cancel the whole meeting" in body) == (True, True)
    assert "Propose another time" not in body


def test_a_whole_group_is_called_off_with_one_reason_and_told_as_one(talia, group):
    url = f"{TEACH}meetings/{group[0].public_id}/group-cancellation/"
    body = talia.get(url).content.decode()
    assert "3 students would no longer meet you" in body
    assert talia.post(url, {"reason": ""}).status_code == 422
    told = talia.post(url, {"reason": "I am ill."}, follow=True).content.decode()
    assert "The meeting is cancelled for 3 students." in told
    mine = Booking.objects.filter(pk__in=[booking.pk for booking in group])
    assert set(mine.values_list("state", "cancel_reason")) == {("cancelled", "I am ill.")}
    events = BookingEvent.objects.filter(kind="cancelled", booking__in=group)
    assert (events.count(), events.values("batch").distinct().count()) == (3, 1)
    assert Appointment.objects.get(pk=group[0].appointment_id).state == "cancelled"
    again = talia.post(url, {"reason": "Again"}, follow=True).content.decode()
    assert "Nobody comes to this meeting any more." in again


def test_one_leaves_a_group_and_the_others_meet(talia, group):
    url = f"{TEACH}meetings/{group[0].public_id}/cancellation/"
    assert "Whoever else comes still meets you." in talia.get(url).content.decode()
    talia.post(url, {"reason": "You asked me to."})
    states = [Booking.objects.get(pk=booking.pk).state for booking in group]
    assert states == ["cancelled", "confirmed", "confirmed"]


def test_nothing_is_proposed_in_a_group(talia, group):
    url = f"{TEACH}meetings/{group[0].public_id}/proposal/"
    assert "Nobody holds a seat in a group" in talia.get(url, follow=True).content.decode()


def test_a_stranger_reaches_none_of_it(place, group):
    client = Client()
    client.force_login(place.colleague.user)
    for name in ("", "move/", "group-cancellation/", "proposal/", "cancellation/"):
        assert client.get(f"{TEACH}meetings/{group[0].public_id}/{name}").status_code == 404
