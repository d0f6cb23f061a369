"""A student's plans change, in a real browser: another time, and a late cancellation."""

import pytest
from django.test import Client

from tests.factories.world import TESTER, make_world
from tests.journeys.test_student_books import check, step
from visavis.availability.actions import add_weekly_block
from visavis.bookings.actions import Order, book
from visavis.bookings.models import Booking
from visavis.bookings.openings import Question, ask
from visavis.communities.actions import change_settings
from visavis.core import clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def booking():
    """The second of all times that are free with Talia from now on, booked by Sam."""
    world = make_world()
    talia, sam, now = world.provider(hours=False), world.student(), clock.now()
    for weekday in range(7):
        add_weekly_block(talia, weekday=weekday, start_minute=0, end_minute=1440, by=TESTER)
    question = Question(
        community=world.community,
        service=world.service,
        format=world.format,
        first=now.date(),
        days=3,
        now=now,
        student=sam,
        provider=talia,
    )
    start = ask(question).starts[1]
    return book(Order(question, start, "one wish"), by=TESTER, now=now)


@pytest.fixture
def sign_in(booking, live_server):
    """Opens the booking's page as its student."""

    def open_booking(context):
        client = Client()
        client.force_login(booking.student)
        cookie = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page = context.new_page()
        page.goto(f"{live_server.url}/c/mentoring/bookings/{booking.public_id}/")
        return page

    return open_booking


def move(page, *, look=lambda _page: None):
    look(page)
    page.get_by_role("link", name="Move to another time").click()
    step(page, "Pick a time")
    look(page)
    page.locator("a.time-link").nth(3).click()
    step(page, "Move your meeting?")
    look(page)
    page.get_by_role("button", name="Move to").click()
    step(page, "You are booked")
    page.get_by_text("The meeting is moved.").wait_for()
    look(page)


def test_student_moves_a_meeting_from_a_phone(sign_in, context, booking):
    page = sign_in(context)
    page.set_viewport_size({"width": 320, "height": 720})
    move(page, look=check)
    moved = Booking.objects.get()
    assert moved.public_id == booking.public_id
    assert moved.appointment.start != booking.appointment.start


def test_student_moves_a_meeting_without_scripts(sign_in, browser, booking):
    context = browser.new_context(locale="en-US", java_script_enabled=False)
    move(sign_in(context))
    assert Booking.objects.get().appointment.start != booking.appointment.start
    context.close()


def test_late_cancellation_is_told_before_it_is_one(sign_in, context, booking):
    change_settings(booking.appointment.community, {"late_cancels_count": True}, by=TESTER)
    page = sign_in(context)
    page.get_by_role("link", name="Cancel this meeting").click()
    step(page, "Cancel this meeting?")
    page.get_by_text("This counts as a late cancellation").wait_for()
    check(page)
    page.get_by_role("button", name="Cancel the meeting").click()
    step(page, "This meeting is cancelled")
    page.get_by_text("It counts as a late cancellation.").wait_for()
    check(page)
    assert Booking.objects.get().cancelled_late
