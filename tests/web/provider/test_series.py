"""Who gives weekly meetings can end what is left of them, with a reason."""

from datetime import timedelta

import pytest

from tests.factories.way import TEN
from tests.factories.world import MONDAY, TESTER, make_weekly_world
from visavis.bookings.actions import book_series
from visavis.bookings.models import Appointment, Booking
from visavis.core.clock import frozen_at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday():
    with frozen_at(MONDAY):
        yield


@pytest.fixture
def world():
    return make_weekly_world()


@pytest.fixture
def series(world, client):
    talia, sam = world.provider(), world.student()
    client.force_login(talia.user)
    order = world.order(talia, sam, TEN, location=world.location)
    return book_series(order, weeks=3, by=TESTER, now=MONDAY)


def test_the_meetings_page_leads_to_the_end_of_a_series(series, client):
    page = client.get("/c/mentoring/teach/").content.decode()
    assert f"/c/mentoring/teach/series/{series.public_id}/ending/" in page
    assert "End the weekly meetings" in page


def test_ending_needs_a_reason_and_names_every_week(series, client):
    url = f"/c/mentoring/teach/series/{series.public_id}/ending/"
    page = client.get(url).content.decode()
    assert [day in page for day in ("15 February", "22 February", "1 March")] == [True] * 3
    refused = client.post(url, {"reason": ""})
    assert refused.status_code == 422
    assert set(Booking.objects.values_list("state", flat=True)) == {"confirmed"}
    answer = client.post(url, {"reason": "I leave the centre."}, follow=True)
    assert "3 meetings are cancelled." in answer.content.decode()
    assert set(Booking.objects.values_list("state", "cancel_reason")) == {
        ("cancelled", "I leave the centre.")
    }


def test_what_is_over_is_told_and_not_asked(series, client):
    url = f"/c/mentoring/teach/series/{series.public_id}/ending/"
    with frozen_at(MONDAY + timedelta(weeks=5)):
        client.force_login(series.provider.user)
        assert "Nothing of this series is left to end." in client.get(url).content.decode()
        answer = client.post(url, {"reason": "Late"}, follow=True)
    assert "Nothing of this series is left to end." in answer.content.decode()


def test_who_gives_one_moved_week_is_not_led_to_the_end_of_the_series(world, series, client):
    omar = world.provider("Omar")
    Appointment.objects.filter(bookings__series=series).update(provider=omar)
    client.force_login(omar.user)
    page = client.get("/c/mentoring/teach/").content.decode()
    assert "Sam" in page
    assert "End the weekly meetings" not in page


def test_a_week_that_went_to_somebody_else_is_not_listed(world, series, client):
    second = series.bookings.order_by("pk")[1].appointment
    Appointment.objects.filter(pk=second.pk).update(provider=world.provider("Omar"))
    page = client.get(f"/c/mentoring/teach/series/{series.public_id}/ending/").content.decode()
    found = [day in page for day in ("15 February", "22 February", "1 March")]
    assert found == [True, False, True]
