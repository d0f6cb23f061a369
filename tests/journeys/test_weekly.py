"""A weekly series in a browser: booked as a whole, one week moved, one skipped, the rest ended."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.factories.way import own_service
from tests.factories.world import TESTER, make_weekly_world
from tests.journeys.test_student_books import check, press_to, step
from visavis.availability.actions import add_weekly_block
from visavis.bookings.actions import Order, book
from visavis.bookings.models import Booking, Series
from visavis.core import clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def world():
    """Talia is there every day from nine to five; the third week at ten she meets somebody else."""
    world = make_weekly_world()
    world.talia = world.provider(hours=False)
    for weekday in range(7):
        add_weekly_block(
            world.talia, weekday=weekday, start_minute=9 * 60, end_minute=17 * 60, by=TESTER
        )
    world.service = own_service(world, world.talia)
    now = clock.now()
    tomorrow = now.astimezone(world.community.zone) + timedelta(days=1)
    world.ten = tomorrow.replace(hour=10, minute=0, second=0, microsecond=0)
    asked = {
        "format": world.community.formats.first(),
        "first": (world.ten + timedelta(weeks=2)).date(),
        "student": world.student("Uma"),
        "provider": world.talia,
        "now": now,
    }
    start = world.ten + timedelta(weeks=2)
    book(Order(world.question(**asked), start, "in the way"), by=TESTER, now=now)
    return world


@pytest.fixture
def page(world, context, live_server):
    client = Client()
    client.force_login(world.student())
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.set_viewport_size(PHONE)
    page.goto(f"{live_server.url}/c/mentoring/learn/")
    return page


def choose_ten_tomorrow(page, world):
    day = f"#day-{world.ten.date()}"
    page.locator(day).click()
    # Today has a ten o'clock too, for as long as the page still shows it.
    page.locator(f"{day}[aria-current]").wait_for()
    page.get_by_role("link", name="10:00 AM to 11:00 AM").click()


def weeks_of_sam():
    found = Booking.objects.filter(student__first_name="Sam").order_by("appointment__start")
    return [(row.appointment.start, row.state) for row in found.select_related("appointment")]


def test_student_meets_talia_every_week_from_a_phone(page, world):
    page.get_by_role("link", name="Weekly hour").click()
    page.get_by_role("link", name="Talia Example").click()
    step(page, "Pick a time with Talia")
    choose_ten_tomorrow(page, world)
    page.get_by_role("link", name="Select Talia").click()
    page.get_by_role("link", name="Main office").click()
    step(page, "Choose your weeks")
    check(page)
    page.get_by_label("How many weeks").select_option("5")
    page.get_by_role("button", name="Show these weeks").click()
    page.get_by_role("heading", name="4 of 5 weeks will be booked").wait_for()
    page.get_by_text("The Peer Mentor has another meeting then.").wait_for()
    check(page)
    page.get_by_role("button", name="Continue").click()
    step(page, "Is everything right?")
    assert page.get_by_text("left out").count() == 1
    check(page)
    page.get_by_role("button", name="Book 4 weeks").click()
    step(page, "Your weekly meetings are booked")
    check(page)
    tens = [world.ten + timedelta(weeks=number) for number in (0, 1, 3, 4)]
    assert weeks_of_sam() == [(start, "confirmed") for start in tens]

    move_the_second_week(page)
    tens[1] += timedelta(hours=1)
    assert weeks_of_sam() == [(start, "confirmed") for start in tens]
    skip_the_third(page)
    end_the_rest(page)
    states = ["cancelled"] * 4
    assert weeks_of_sam() == list(zip(tens, states, strict=True))


def move_the_second_week(page):
    page.get_by_role("link", name="See the meeting").nth(1).click()
    page.get_by_role("link", name="Move to another time").click()
    step(page, "Pick a time with Talia")
    page.get_by_text("You are moving your meeting of").wait_for()
    assert page.get_by_role("link", name="10:00 AM to 11:00 AM").count() == 0
    check(page)
    page.get_by_role("link", name="11:00 AM to 12:00 PM").click()
    step(page, "Move your meeting?")
    assert page.get_by_text("2 of 2").is_visible()
    check(page)
    page.get_by_role("button", name="Move to").click()
    page.get_by_text("The meeting is moved.").wait_for()
    check(page)
    page.get_by_role("link", name="One of your weekly meetings").click()
    step(page, "Your weekly meetings are booked")


def skip_the_third(page):
    page.get_by_role("link", name="Skip").nth(2).click()
    step(page, "Skip this week?")
    check(page)
    page.get_by_role("button", name="Skip this week").click()
    page.get_by_text("This week is skipped.").wait_for()
    check(page)
    page.get_by_role("link", name="One of your weekly meetings").click()
    page.get_by_text("3 of 4 are to come.").wait_for()


def end_the_rest(page):
    page.get_by_role("link", name="End the rest").click()
    step(page, "End these weekly meetings?")
    page.get_by_text("3 meetings with Talia Example would be cancelled.").wait_for()
    check(page)
    page.get_by_role("button", name="End the rest").click()
    step(page, "Your weekly meetings are over")
    check(page)
    page.get_by_role("link", name="Go to your meetings").click()
    page.get_by_role("heading", name="Past and cancelled meetings").wait_for()
    check(page)


def test_student_books_a_series_by_keyboard_alone(page):
    for text, heading in [
        ("Weekly hour", "Select your Peer Mentor"),
        ("Talia Example", "Pick a time with Talia"),
        ("M to ", "Which Peer Mentor would you like?"),
        ("Select Talia", "Where would you like to meet?"),
        ("Main office", "Choose your weeks"),
    ]:
        press_to(page, text)
        page.keyboard.press("Enter")
        step(page, heading)
    while page.evaluate("document.activeElement.name") != "weeks":
        page.keyboard.press("Tab")
    page.keyboard.type("3")
    press_to(page, "Show these weeks")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="of 3 weeks will be booked").wait_for()
    press_to(page, "skip")
    page.keyboard.press("Space")
    press_to(page, "Continue")
    page.keyboard.press("Enter")
    step(page, "Is everything right?")
    press_to(page, "Book ")
    page.keyboard.press("Enter")
    step(page, "Your weekly meetings are booked")
    series = Series.objects.get()
    assert (series.weeks, series.bookings.count()) in ((3, 2), (3, 1))
