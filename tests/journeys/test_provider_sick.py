"""Sick today, on a phone: one button, one look, done; and the student takes another time."""

import re
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.factories.world import TESTER, make_world
from visavis.availability.actions import add_weekly_block
from visavis.availability.enums import ChangeKind
from visavis.bookings.actions import book, search_times
from visavis.bookings.models import Booking, Proposal
from visavis.core import clock
from visavis.people.actions import give_role
from visavis.people.enums import Role
from visavis.people.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh"
PHONE = {"width": 390, "height": 800}
HOUR = timedelta(hours=1)


def zone_of_morning(now):
    """A zone in which it is past eight now: a meeting in three hours is today's, whenever run."""
    ahead = (8 - now.hour + 12) % 24 - 12
    return f"Etc/GMT{-ahead:+d}" if ahead else "UTC"


@pytest.fixture
def world():
    now = clock.now()
    world = make_world(timezone=zone_of_morning(now))
    world.talia = world.provider(hours=False)
    for weekday in range(7):
        add_weekly_block(world.talia, weekday=weekday, start_minute=0, end_minute=1440, by=TESTER)
    world.sam = world.student()
    User.objects.filter(pk=world.sam.pk).update(first_name=LONG, last_name=LONG)
    give_role(world.sam, world.community, Role.STUDENT, by=TESTER)
    start = now.replace(minute=0, second=0, microsecond=0) + 3 * HOUR
    today = now.astimezone(world.community.zone).date()
    order = world.order(world.talia, world.sam, start, first=today, now=now)
    world.booking = book(order, by=TESTER, now=now)
    return world


def check(page):
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_a_mentor_goes_sick_and_the_student_takes_another_time(opened, world):
    page = opened(world.talia.user, "teach/", viewport=PHONE)
    page.get_by_role("link", name="Sick today").click()
    expect(page.get_by_role("heading", name="Sick today?")).to_be_visible()
    expect(page.get_by_role("heading", name="One meeting cannot take place")).to_be_visible()
    check(page)
    page.get_by_label("Message to the students").fill("I am ill, sorry.")
    page.get_by_role("button", name="I am away: offer other times").click()
    expect(page.get_by_role("heading", name="You are away")).to_be_visible()
    expect(page.get_by_text("Away from now until the end of today.")).to_be_visible()
    check(page)

    search_times(Proposal.objects.get(), now=clock.now())
    learn = opened(world.sam, "learn/", viewport=PHONE, color_scheme="dark")
    learn.get_by_role("link", name="Choose a time").click()
    expect(learn.get_by_text("I am ill, sorry.")).to_be_visible()
    check(learn)
    learn.get_by_role("button", name=re.compile("^Take ")).first.click()
    expect(learn.get_by_role("heading", name="You are booked")).to_be_visible()
    moved = Booking.objects.get(pk=world.booking.pk)
    assert moved.appointment_id != world.booking.appointment_id


def test_without_scripts_the_time_away_is_taken_back(opened, world):
    page = opened(world.talia.user, "teach/hours/sick-leave/", java_script_enabled=False)
    page.get_by_role("button", name="I am away: offer other times").click()
    page.get_by_role("button", name="Take the time away back").click()
    expect(page.get_by_text("Undone.")).to_be_visible()
    assert not world.talia.dated_changes.filter(kind=ChangeKind.AWAY).exists()
