"""The administrator's waitlist: who waits, what is offered, removing, and the setting."""

from datetime import date, timedelta

import pytest

from tests.factories.world import MONDAY, TESTER
from visavis.availability.actions import add_weekly_block
from visavis.bookings.actions import run_waitlist
from visavis.bookings.enums import WaitlistState
from visavis.bookings.models import Hold
from visavis.communities.models import Community

pytestmark = pytest.mark.django_db
URL = "/c/mentoring/manage/waitlist/"


def text(answer):
    return " ".join(answer.content.decode().split())


def test_page_shows_who_waits_and_what_is_offered(admin, place):
    assert "Number 1" in text(admin.get(URL))
    assert date(2027, 2, 15) == MONDAY.date()
    evening = {"weekday": 0, "start_minute": 18 * 60, "end_minute": 19 * 60}
    add_weekly_block(place.colleague, by=TESTER, **evening)
    run_waitlist(now=MONDAY)
    shown = text(admin.get(URL))
    assert "Offered:" in shown
    assert str(place.student) in shown


def test_removing_asks_first_and_lets_the_offer_go(admin, place):
    add_weekly_block(place.colleague, weekday=0, start_minute=1080, end_minute=1140, by=TESTER)
    run_waitlist(now=MONDAY)
    url = f"{URL}{place.waiting.public_id}/removal/"
    assert "off the waitlist?" in text(admin.get(url))
    assert admin.post(url).headers["Location"] == URL
    place.waiting.refresh_from_db()
    assert (place.waiting.state, Hold.objects.get().state) == (WaitlistState.LEFT, "released")
    assert "Nobody waits" in text(admin.get(URL))
    assert admin.get(url).status_code == 404


def test_setting_is_saved_or_told(admin, place):
    assert admin.post(URL, {"waitlist": "on", "waitlist_hold_minutes": "45"}).status_code == 302
    assert Community.objects.get(pk=place.community.pk).waitlist_hold_minutes == 45
    refused = admin.post(URL, {"waitlist": "on", "waitlist_hold_minutes": "7"})
    assert refused.status_code == 422
    assert "steps of five minutes" in text(refused)
    assert Community.objects.get(pk=place.community.pk).waitlist_hold_minutes == 45


def test_nothing_is_offered_past_the_days_that_were_named(admin, place):
    run_waitlist(now=MONDAY + timedelta(days=6))
    place.waiting.refresh_from_db()
    assert place.waiting.state == WaitlistState.ENDED
    assert "Nobody waits" in text(admin.get(URL))
