"""A small group in a real browser: two students at one table, and one who leaves it."""

from datetime import timedelta

import pytest

from tests.factories.way import own_service
from tests.factories.world import TESTER, make_world
from tests.journeys.test_student_books import check, step
from tests.journeys.test_waitlist import open_as
from visavis.availability.actions import add_weekly_block
from visavis.bookings.models import Appointment, Booking
from visavis.catalogue.actions import add_format
from visavis.core import clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world():
    """Talia has a table for three, tomorrow from ten to eleven."""
    world = make_world()
    world.talia = world.provider(hours=False)
    world.ten = clock.now().astimezone(world.community.zone) + timedelta(days=1)
    block = {"weekday": world.ten.weekday(), "start_minute": 600, "end_minute": 660}
    add_weekly_block(world.talia, by=TESTER, **block)
    own_service(world, world.talia)
    world.format = add_format(
        world.community, name="Small group", minutes=60, capacity=3, by=TESTER
    )
    return world


@pytest.fixture
def opened(world, browser, live_server):
    """Opens the learn screen on a student's own phone."""
    pages = []

    def open_learn(name):
        page = open_as(world.student(name), browser, live_server, "/c/mentoring/learn/")
        pages.append(page)
        return page

    yield open_learn
    for page in pages:
        page.context.close()


def take_a_seat(page, *, seats, sentence):
    page.get_by_role("link", name="Small group").click()
    page.get_by_role("link", name="Talia Example").click()
    step(page, "Pick a time with Talia")
    first = page.locator("a.time-link").first
    assert seats in first.inner_text()
    check(page)
    first.click()
    page.get_by_role("link", name="Select Talia").click()
    page.get_by_role("link", name="Main office").click()
    step(page, "Is everything right?")
    page.get_by_text(sentence).wait_for()
    check(page)
    page.get_by_role("button", name="Book ").click()
    step(page, "You are booked")
    check(page)


def test_two_students_share_a_table_and_one_leaves_it(opened):
    sam, uma = opened("Sam"), opened("Uma")
    take_a_seat(sam, seats="", sentence="You start “Small group”, a new group of up to 3 people")
    take_a_seat(uma, seats="2 of 3", sentence="You join “Small group”, a group of up to 3 people")
    assert Appointment.objects.get().bookings.count() == 2
    for page, other in ((sam, "Uma"), (uma, "Sam")):
        page.reload()
        assert other not in page.content()

    sam.get_by_role("link", name="Leave this group").click()
    sam.get_by_text("whoever else is there still meets").wait_for()
    check(sam)
    sam.get_by_role("button", name="Leave the group").click()
    step(sam, "You left this group")
    check(sam)

    uma.reload()
    step(uma, "You are booked")
    uma.get_by_role("link", name="Go to your meetings").click()
    uma.get_by_role("heading", name="Your next meeting").wait_for()
    assert "Does not take place" not in uma.content()
    check(uma)
    states = dict(Booking.objects.values_list("student__first_name", "state"))
    assert states == {"Sam": "cancelled", "Uma": "confirmed"}
    assert Appointment.objects.get().state == "planned"
