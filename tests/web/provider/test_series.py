"""Who gives weekly meetings can end what is left of them, with a reason."""

import re
from datetime import timedelta

import pytest

from tests.factories.way import TEN
from tests.factories.world import MONDAY, TESTER, make_weekly_world
from visavis.bookings.actions import Target, book_series, cancel, reschedule
from visavis.bookings.models import Appointment, Booking
from visavis.core.clock import frozen_at
from visavis.core.history import Actor
from visavis.notifications.actions import change_text
from visavis.notifications.enums import Audience, Kind

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


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


def test_the_meetings_page_leads_to_the_series_and_that_to_its_end(series, client):
    page = client.get("/c/mentoring/teach/").content.decode()
    url = f"/c/mentoring/teach/series/{series.public_id}/"
    assert url in page
    page = client.get(url).content.decode()
    assert f"{url}ending/" in page
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


def switch_off(community, kind):
    words = {"subject": "Off", "body": "Off", "is_on": False}
    change_text(community, kind, Audience.STUDENT, **words, by=TESTER)


def test_whether_a_mail_is_sent_is_asked_of_the_one_about_as_many_weeks_as_are_left(series, client):
    url = f"/c/mentoring/teach/series/{series.public_id}/ending/"
    assert client.get(url).context["is_told"]
    switch_off(series.community, Kind.SERIES_CANCELLED)
    assert not client.get(url).context["is_told"]
    for booking in series.bookings.order_by("pk")[1:]:
        cancel(booking, by=TESTER, now=MONDAY)
    # Of one week that is left the usual mail tells.
    assert client.get(url).context["is_told"]


def test_declining_several_weeks_asks_for_the_mail_that_tells_of_them(world, client):
    world.format.auto_confirm = False
    world.format.save()
    talia, sam = world.provider(), world.student()
    client.force_login(talia.user)
    order = world.order(talia, sam, TEN, location=world.location)
    series = book_series(order, weeks=3, by=TESTER, now=MONDAY)
    url = f"/c/mentoring/teach/series/{series.public_id}/refusal/"
    assert client.get(url).context["is_told"]
    switch_off(series.community, Kind.SERIES_DECLINED)
    assert not client.get(url).context["is_told"]


@pytest.mark.parametrize("from_list", [True, False])
def test_weeks_that_were_moved_meanwhile_are_accepted_only_when_asked_anew(
    world, client, from_list
):
    world.format.auto_confirm = False
    world.format.save()
    talia, sam = world.provider(), world.student()
    client.force_login(talia.user)
    order = world.order(talia, sam, TEN, location=world.location)
    series = book_series(order, weeks=3, by=TESTER, now=MONDAY)
    url = f"/c/mentoring/teach/series/{series.public_id}/"
    stale = weeks_named(client.get("/c/mentoring/teach/" if from_list else url))
    week = series.bookings.select_related("appointment").first()
    by_sam = Actor(sam.pk, str(sam))
    reschedule(week, Target(week.appointment.start + HOUR, talia), by=by_sam, now=MONDAY)
    told = client.post(f"{url}acceptance/", {"seen": stale}, follow=True)
    assert "Some of these weeks have changed since you opened this page." in told.content.decode()
    assert not series.bookings.filter(state="confirmed").exists()
    for forged in ("x", "9" * 5000, "1\x00"):
        client.post(f"{url}acceptance/", {"seen": forged})
    assert not series.bookings.filter(state="confirmed").exists()
    client.post(f"{url}acceptance/", {"seen": weeks_named(told)})
    assert series.bookings.filter(state="confirmed").count() == 3


def weeks_named(page):
    """What the form that accepts all weeks sends of them."""
    return re.search(r'name="seen" value="([\d ]+ )"', page.content.decode())[1]
