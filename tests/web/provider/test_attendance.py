"""Who came, noted on the page of meetings, and taken back."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.factories.way import TEN
from visavis.bookings.models import Booking
from visavis.core.clock import frozen_at

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def page(cast):
    return f"/c/{cast.own.community.slug}/teach/"


@pytest.fixture
def url(cast, page):
    return f"{page}meetings/{cast.own.booking.public_id}/attendance/"


def state(cast):
    return Booking.objects.get(pk=cast.own.booking.pk).state


def test_buttons_are_there_from_the_start_of_the_meeting_on(talia, page, url):
    for now, has_buttons in ((TEN - DAY / 24, False), (TEN, True), (TEN + DAY, True)):
        with frozen_at(now):
            assert (url in talia.get(page).content.decode()) == has_buttons
    with frozen_at(TEN + 16 * DAY):
        assert url not in talia.get(page).content.decode()


def test_meeting_is_noted_as_missed_and_the_note_is_taken_back(cast, talia, page, url):
    with frozen_at(TEN + DAY):
        missed = talia.post(url, {"came": "no"}, follow=True).content.decode()
        assert ("Noted: Sam Example did not come." in missed, state(cast)) == (True, "no_show")
        talia.post(url, {"came": "undo"})
        assert state(cast) == "confirmed"
        talia.post(url, {"came": "yes"})
        assert state(cast) == "attended"


def test_meeting_that_has_not_begun_is_not_noted(cast, talia, url):
    with frozen_at(TEN - DAY / 24):
        told = talia.post(url, {"came": "no"}, follow=True).content.decode()
    assert ("has not begun yet" in told, state(cast)) == (True, "confirmed")


def test_form_without_a_choice_says_so(cast, talia, url):
    with frozen_at(TEN + DAY):
        told = talia.post(url, {"came": "perhaps"}, follow=True).content.decode()
    assert ("Nothing was noted." in told, state(cast)) == (True, "confirmed")


def test_colleague_cannot_note_it(cast, url):
    client = Client()
    client.force_login(cast.own.colleague.user)
    with frozen_at(TEN + DAY):
        assert client.post(url, {"came": "no"}).status_code == 404
    assert state(cast) == "confirmed"
