"""Requests on Teach: one, or all weeks of a weekly one; accepted, declined, in time or too late."""

from datetime import timedelta

import pytest

from tests.factories.way import TEN, ask_question
from tests.factories.world import MONDAY, TESTER, make_weekly_world
from visavis.bookings.actions import (
    Offer,
    Target,
    accept,
    book_series,
    decline,
    propose_times,
    reschedule,
)
from visavis.bookings.enums import HoldPurpose, Otherwise
from visavis.bookings.equivalents import OtherTime
from visavis.bookings.models import Answer, Booking
from visavis.core.clock import frozen_at

pytestmark = pytest.mark.django_db
TEACH = "/c/mentoring/teach/"
FRIDAY_TEN = TEN + timedelta(days=4)


@pytest.fixture(autouse=True)
def monday():
    with frozen_at(MONDAY):
        yield


@pytest.fixture
def world(client):
    world = make_weekly_world(auto_confirm=False)
    world.talia, world.sam = world.provider(), world.student()
    client.force_login(world.talia.user)
    return world


@pytest.fixture
def asked(world):
    order = world.order(world.talia, world.sam, FRIDAY_TEN, location=world.location)
    return book_series(order, weeks=4, by=TESTER, now=MONDAY)


def states():
    rows = Booking.objects.order_by("appointment__start")
    return list(rows.values_list("state", flat=True))


def page(client, address=""):
    return client.get(f"{TEACH}{address}").content.decode()


def test_a_weekly_request_is_one_with_its_weeks(client, asked):
    answer = client.get(TEACH)
    [one] = answer.context["waiting"]
    assert (one.series, len(one.bookings)) == (asked, 4)
    body = answer.content.decode()
    assert "One request waits for your answer" in body
    assert "Sam Example asks for 4 weekly meetings" in body
    assert "Accept all 4 weeks" in body


def test_all_weeks_are_accepted_with_one_press(client, asked):
    url = f"{TEACH}series/{asked.public_id}/acceptance/"
    told = client.post(url, follow=True).content.decode()
    assert "Accepted: 4 meetings with Sam Example." in told
    assert states() == ["confirmed"] * 4
    again = client.post(url, follow=True).content.decode()
    assert "Nothing of this request waits for an answer any more." in again


def test_declining_all_lists_every_week_and_takes_a_reason(client, asked):
    url = f"{TEACH}series/{asked.public_id}/refusal/"
    body = client.get(url).content.decode()
    assert [day in body for day in ("19 February", "26 February", "5 March", "12 March")] == [
        True
    ] * 4
    told = client.post(url, {"reason": "I am full."}, follow=True).content.decode()
    assert "Declined: 4 meetings." in told
    assert states() == ["declined"] * 4
    assert set(Booking.objects.values_list("cancel_reason", flat=True)) == {"I am full."}
    assert "Nothing of this request waits" in client.get(url).content.decode()


def test_one_week_is_answered_on_the_page_of_the_series(client, asked):
    first = asked.bookings.order_by("appointment__start").first()
    url = f"{TEACH}meetings/{first.public_id}/acceptance/"
    answer = client.post(url, {"back": "series"})
    assert answer.headers["Location"] == f"{TEACH}series/{asked.public_id}/"
    assert states() == ["confirmed"] + ["requested"] * 3
    body = page(client, f"series/{asked.public_id}/")
    assert "3 weeks wait for your answer" in body
    assert "Accept all 3 weeks" in body


def test_a_request_says_what_the_student_wants_and_until_when(client, world, asked):
    question = ask_question(world, label="What is it about?")
    booking = asked.bookings.order_by("appointment__start").first()
    Answer.objects.create(booking=booking, question=question, label=question.label, value="Essays")
    body = page(client)
    assert ("What is it about?" in body, "Essays" in body) == (True, True)
    assert "Wednesday 17 February, 8:00 AM" in body


def test_what_has_run_out_is_neither_a_request_nor_a_meeting(client, world, asked):
    with frozen_at(MONDAY + timedelta(hours=49)):
        client.force_login(world.talia.user)
        answer = client.get(TEACH)
        assert (answer.context["waiting"], answer.context["week"]) == ([], [])
        assert 'status">Requested' not in answer.content.decode()
        body = page(client, f"series/{asked.public_id}/")
        assert ("Accept" in body, "Expired" in body) == (False, True)


def test_a_request_to_which_times_are_proposed_waits_for_its_student(client, place, talia):
    other = OtherTime(TEN + timedelta(days=1), place.provider, None, MONDAY + timedelta(days=1))
    offer = Offer(Otherwise.KEEP, MONDAY + timedelta(days=1), "I teach then.", HoldPurpose.PROPOSED)
    propose_times(place.request, [other], offer, by=TESTER, now=MONDAY)
    answer = talia.get(TEACH)
    assert answer.context["waiting"] == []
    assert [found.booking for found in answer.context["proposals"]] == [place.request]
    body = answer.content.decode()
    assert "One student has times of yours to choose from" in body
    assert "the request is yours to answer" in body


def test_a_request_that_is_answered_is_not_asked_about_again(place, talia):
    decline(place.request, by=TESTER, now=MONDAY)
    answer = talia.get(f"{TEACH}meetings/{place.request.public_id}/refusal/", follow=True)
    assert "This request waits for no answer any more." in answer.content.decode()


@pytest.mark.parametrize("name", ["", "acceptance/", "refusal/"])
def test_a_colleague_has_no_part_in_it(client, world, asked, name):
    client.force_login(world.provider("Omar").user)
    url = f"{TEACH}series/{asked.public_id}/{name}"
    assert (client.get(url).status_code, client.post(url).status_code in (404, 405)) == (404, True)
    assert states() == ["requested"] * 4


def test_many_requests_cost_no_more_queries(client, world, asked, django_assert_max_num_queries):
    for number in range(6):
        student = world.student(f"Kim{number}")
        start = FRIDAY_TEN + timedelta(days=3, hours=1 + number)
        order = world.order(world.talia, student, start, location=world.location)
        book_series(order, weeks=8, by=TESTER, now=MONDAY)
    with django_assert_max_num_queries(24):
        assert len(client.get(TEACH).context["waiting"]) == 7


def test_the_student_and_what_they_wrote_stand_on_the_meetings_page(talia, place):
    body = page(talia, f"meetings/{place.request.public_id}/")
    assert "Sam Example asks to meet you" in body
    assert "Accept" in body
    accept(place.request, by=TESTER, now=MONDAY)
    body = page(talia, f"meetings/{place.request.public_id}/")
    assert ("Meeting with Sam Example" in body, "Propose another time" in body) == (True, True)


def test_a_week_of_a_colleagues_series_is_a_meeting_by_itself(client, world, asked):
    omar = world.provider("Omar")
    week = asked.bookings.order_by("appointment__start").first()
    reschedule(week, Target(week.appointment.start, omar), by=TESTER, now=MONDAY)
    client.force_login(omar.user)
    answer = client.get(TEACH)
    [one] = answer.context["waiting"]
    assert (one.series, one.booking) == (None, week)
    url = f"{TEACH}meetings/{week.public_id}/acceptance/"
    assert client.post(url, {"back": "series"}).headers["Location"] == TEACH
    for address in ("", "later/", f"meetings/{week.public_id}/"):
        assert f"series/{asked.public_id}" not in page(client, address)


@pytest.mark.parametrize(
    ("step", "told"),
    [("acceptance", "Accepted."), ("refusal", "Declined."), ("cancellation", "Cancelled.")],
)
def test_second_of_two_clicks_tells_what_the_first_has_done(talia, place, step, told):
    url = f"{TEACH}meetings/{place.request.public_id}/{step}/"
    for _click in range(2):
        said = talia.post(url, {"reason": "I am away."}, follow=True).content.decode()
        assert told in said
        assert "no longer" not in said
