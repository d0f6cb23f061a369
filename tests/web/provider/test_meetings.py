"""Today, the coming week, requests and their answers."""

from datetime import timedelta

import pytest

from tests.factories.way import TEN
from tests.factories.world import MONDAY, TESTER
from visavis.bookings.actions import Target, cancel, reschedule
from visavis.bookings.enums import OPEN, BookingState
from visavis.core import clock
from visavis.core.history import Actor
from visavis.web.provider.days import coming_days

TEACH = "/c/mentoring/teach/"


def state_of(booking) -> str:
    booking.refresh_from_db()
    return booking.state


def action(booking, name: str) -> str:
    return f"{TEACH}meetings/{booking.public_id}/{name}/"


def test_the_first_page_shows_today_and_what_waits(talia, place):
    answer = talia.get(TEACH)
    body = answer.content.decode()
    assert [m.pk for m in answer.context["today"].meetings] == [
        place.booking.appointment_id,
        place.request.appointment_id,
    ]
    assert [asked.booking.pk for asked in answer.context["waiting"]] == [place.request.pk]
    assert "2 meetings today" in body
    assert "One request waits for your answer" in body


def test_gaps_and_now_stand_between_the_meetings_of_today(place):
    with clock.frozen_at(MONDAY):
        today, *_later = coming_days(place.provider, now=TEN + timedelta(minutes=45))
    assert [(bool(e.meeting), e.gap_minutes, e.is_now) for e in today.entries] == [
        (True, 0, False),
        (False, 0, True),
        (False, 30, False),
        (True, 0, False),
    ]


def test_a_request_is_accepted(talia, place):
    talia.post(action(place.request, "acceptance"))
    assert state_of(place.request) == BookingState.CONFIRMED


def test_a_request_is_declined_with_a_reason(talia, place):
    talia.post(action(place.request, "refusal"), {"reason": "I am away."})
    assert state_of(place.request) == BookingState.DECLINED
    assert place.request.cancel_reason == "I am away."


def test_a_meeting_is_cancelled_only_with_a_reason(talia, place):
    answer = talia.post(action(place.booking, "cancellation"), {"reason": " "})
    assert (answer.status_code, state_of(place.booking)) == (422, BookingState.CONFIRMED)
    talia.post(action(place.booking, "cancellation"), {"reason": "I am ill."})
    assert state_of(place.booking) == BookingState.CANCELLED


@pytest.mark.parametrize("name", ["acceptance", "refusal", "cancellation"])
def test_what_is_over_is_told_and_not_changed(talia, place, name):
    cancel(place.request, by=TESTER, now=MONDAY)
    answer = talia.post(action(place.request, name), {"reason": "Too late"}, follow=True)
    assert state_of(place.request) == BookingState.CANCELLED
    [message] = answer.context["messages"]
    assert message.level_tag == "error"


def test_a_colleague_sees_nothing_of_it(client, place):
    client.force_login(place.colleague.user)
    assert client.get(TEACH).context["waiting"] == []
    for name in ("acceptance", "refusal", "cancellation"):
        assert client.post(action(place.request, name), {"reason": "x"}).status_code == 404
    assert state_of(place.request) == BookingState.REQUESTED


def test_a_full_week_costs_no_more_queries(talia, place, django_assert_max_num_queries):
    for day in range(1, 5):
        for hour in range(4):
            start = TEN + timedelta(days=day, hours=hour)
            place.world.book(place.provider, place.student, start, f"{day}-{hour}")
    with django_assert_max_num_queries(24):
        assert talia.get(TEACH).status_code == 200


@pytest.mark.parametrize(
    ("name", "asked", "end"),
    [
        ("cancellation", "booking", BookingState.CANCELLED),
        ("group-cancellation", "booking", BookingState.CANCELLED),
        ("refusal", "request", BookingState.DECLINED),
    ],
)
def test_what_was_moved_meanwhile_ends_only_when_asked_anew(talia, place, name, asked, end):
    booking = getattr(place, asked)
    page = action(booking, name)
    stale = {"seen": talia.get(page).context["form"]["seen"].value(), "reason": "I am ill."}
    reschedule(booking, Target(TEN + timedelta(days=1), place.provider), by=TESTER, now=MONDAY)
    told = talia.post(page, stale)
    assert told.status_code == 422
    assert state_of(booking) in OPEN
    body = told.content.decode()
    assert "This meeting was moved or handed over since you opened this page." in body
    seen = told.context["form"]["seen"].value()
    assert f'name="seen" value="{seen}"' in body
    talia.post(page, {**stale, "seen": seen})
    assert state_of(booking) == end


@pytest.mark.parametrize("back", ["", "meeting"])
def test_request_that_was_moved_meanwhile_is_accepted_only_when_asked_anew(talia, place, back):
    stale, page = place.request.appointment_id, action(place.request, "acceptance")
    hidden = '<input type="hidden" name="seen" value="{}">'
    shown = page.removesuffix("acceptance/") if back else page.split("meetings/")[0]
    assert hidden.format(stale) in talia.get(shown).content.decode()
    student = Actor(place.request.student_id, str(place.request.student))
    later = Target(TEN + timedelta(days=1), place.provider)
    reschedule(place.request, later, by=student, now=MONDAY)
    told = talia.post(page, {"seen": stale, "back": back}, follow=True).content.decode()
    assert state_of(place.request) == BookingState.REQUESTED
    assert "This meeting was moved or handed over since you opened this page." in told
    place.request.refresh_from_db()
    assert hidden.format(place.request.appointment_id) in told
    talia.post(page, {"seen": place.request.appointment_id, "back": back})
    assert state_of(place.request) == BookingState.CONFIRMED
