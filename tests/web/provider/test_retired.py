"""Whoever is retired keeps what was left to them until it is over, and nothing else."""

from datetime import timedelta

import pytest

from tests.factories.way import TEN
from tests.factories.world import MONDAY, TESTER
from visavis.bookings.actions import cancel, mark_attended
from visavis.bookings.enums import OPEN, BookingState
from visavis.bookings.models import Booking
from visavis.bookings.teaching import has_meetings_left
from visavis.core import clock
from visavis.people.actions import retire_provider

TEACH = "/c/mentoring/teach/"
LONG_AFTER = MONDAY + timedelta(days=90)
OWN = ("hours/", "profile/", "hours/sick-leave/")


@pytest.fixture
def retired(place):
    retire_provider(place.provider, by=TESTER, now=MONDAY)
    place.provider.refresh_from_db()
    return place.provider


def theirs(provider, *states):
    return Booking.objects.filter(appointment__provider=provider, state__in=states)


def end_all(provider, *, but=None):
    for booking in theirs(provider, *OPEN).exclude(pk=but and but.pk):
        cancel(booking, by=TESTER, now=MONDAY, reason="Over")


def page_of(booking, name=""):
    return f"{TEACH}meetings/{booking.public_id}/{name}"


def test_meetings_left_are_seen_and_ended(talia, place, retired):
    body = talia.get(TEACH).content.decode()
    assert "Nobody can book with you here any more." in body
    for gone in ("hours/", "profile/"):
        assert f'href="{TEACH}{gone}' not in body
    for name in ("", "later/", "past/", "to-log/"):
        assert talia.get(TEACH + name).status_code == 200
    for name in ("", "move/", "proposal/", "cancellation/"):
        assert talia.get(page_of(place.booking, name)).status_code == 200
    talia.post(page_of(place.booking, "cancellation/"), {"reason": "I have left."})
    place.booking.refresh_from_db()
    assert place.booking.state == BookingState.CANCELLED


def test_hours_and_profile_are_closed(talia, retired):
    assert [talia.get(TEACH + name).status_code for name in OWN] == [404] * len(OWN)


def test_menu_leads_there_while_something_is_left(talia, retired):
    assert f'href="{TEACH}"' in talia.get("/c/mentoring/learn/").content.decode()
    end_all(retired)
    with clock.frozen_at(LONG_AFTER):
        assert f'href="{TEACH}"' not in talia.get("/c/mentoring/learn/").content.decode()


def test_a_meeting_is_left_until_it_is_said_who_came(place, retired):
    end_all(retired, but=place.booking)
    after = TEN + timedelta(days=2)
    assert has_meetings_left(retired, now=after)
    mark_attended(place.booking, by=TESTER, now=after)
    assert not has_meetings_left(retired, now=after)


def test_the_last_one_cancelled_leads_home_and_says_so(talia, place, retired):
    end_all(retired, but=place.booking)
    sent = page_of(place.booking, "cancellation/")
    answer = talia.post(sent, {"reason": "I have left."}, follow=True)
    assert answer.redirect_chain == [(TEACH, 302), ("/", 302)]
    assert "Cancelled. The time is free again." in answer.content.decode()


def test_once_all_is_over_every_page_leads_home(talia, place, retired):
    end_all(retired)
    with clock.frozen_at(LONG_AFTER):
        answers = [talia.get(TEACH), talia.get(page_of(place.booking))]
        answers.append(talia.post(page_of(place.booking, "cancellation/"), {"reason": "No"}))
    assert [(answer.status_code, answer.url) for answer in answers] == [(302, "/")] * 3


def test_meetings_of_others_stay_closed(talia, place, retired):
    other = place.world.book(place.colleague, place.student, TEN + timedelta(days=3), "other")
    assert talia.get(page_of(place.booking)).status_code == 200
    assert talia.get(page_of(other)).status_code == 404
