"""One student gives a time back, another who waits is offered it, and books it in a browser."""

from datetime import timedelta

import pytest
from django.test import Client
from playwright.sync_api import expect

from tests.factories.world import TESTER, make_world
from tests.journeys.test_student_books import check
from visavis.availability.actions import add_weekly_block
from visavis.bookings.actions import Order, book, run_waitlist
from visavis.bookings.models import Booking
from visavis.bookings.openings import ask
from visavis.communities.actions import change_settings
from visavis.core import clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world():
    """Talia has one half-hour in a week, and Bo has it."""
    world = make_world()
    world.talia = world.provider(hours=False)
    world.community = change_settings(
        world.community, {"waitlist": True, "weeks_ahead": 1}, by=TESTER
    )
    tomorrow = clock.now().astimezone(world.community.zone) + timedelta(days=1)
    block = {"weekday": tomorrow.weekday(), "start_minute": 600, "end_minute": 630}
    add_weekly_block(world.talia, by=TESTER, **block)
    world.sam, world.bo = world.student(), world.student("Bo")
    asked = {"student": world.bo, "provider": world.talia, "now": clock.now()}
    question = world.question(first=tomorrow.date(), days=1, **asked)
    (start,) = ask(question).starts
    world.booked = book(Order(question, start, "bo"), by=TESTER, now=clock.now())
    return world


def open_as(person, browser, live_server, path):
    client = Client()
    client.force_login(person)
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-US")
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}{path}")
    return page


def test_a_time_that_one_gives_back_is_offered_to_another_who_books_it(world, browser, live_server):
    times = f"/c/mentoring/book/{world.format.pk}/{world.service.pk}/times/"
    sam = open_as(world.sam, browser, live_server, times)
    sam.get_by_role("link", name="Tell me when a time comes free").click()
    expect(sam.get_by_role("button", name="Put me on the waitlist")).to_be_visible()
    check(sam)
    sam.get_by_role("button", name="Put me on the waitlist").click()
    expect(sam.get_by_text("You are number 1 on the list.")).to_be_visible()

    page = f"/c/mentoring/bookings/{world.booked.public_id}/cancellation/"
    bo = open_as(world.bo, browser, live_server, page)
    bo.get_by_role("button", name="Cancel the meeting").click()
    expect(bo.get_by_role("heading", name="This meeting is cancelled")).to_be_visible()
    bo.context.close()
    assert run_waitlist(now=clock.now()) == 1  # what the worker does each minute

    sam.reload()
    check(sam)
    expect(sam.locator("strong", has_text="Held for you until")).to_be_visible()
    sam.get_by_role("link", name="Book ").first.click()
    sam.get_by_role("button", name="Book ").first.click()
    expect(sam.get_by_role("heading", name="You are booked")).to_be_visible()
    sam.context.close()
    booking = Booking.objects.get(student=world.sam)
    assert booking.appointment.start == world.booked.appointment.start
