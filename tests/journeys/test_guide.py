"""A provider-first centre is set up from nothing through the guide, and then booked in."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import expect

from tests.factories.world import TESTER, make_user
from visavis.bookings.models import Booking
from visavis.people.actions import make_school_admin

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
UNTIL_AT_REST = "Promise.all(document.getAnimations().map(one => one.finished))"


@pytest.fixture
def opened(live_server, browser):
    """A page of somebody who is signed in, in a browser of its own."""

    def open_page(user, path, viewport):
        client = Client()
        client.force_login(user)
        value = client.cookies["sessionid"].value
        context = browser.new_context(locale="en-US", reduced_motion="reduce", viewport=viewport)
        context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
        page = context.new_page()
        page.goto(live_server.url + path)
        return page

    return open_page


def check(page):
    """Nothing serious for axe, and no scrolling sideways, once everything has come to rest."""
    page.evaluate(UNTIL_AT_REST)
    found = Axe().run(page).response["violations"]
    serious = [
        (v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in ("serious", "critical")
    ]
    assert serious == [], page.url
    width = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert width <= 0, page.url


def go_on(page, heading):
    page.get_by_role("link", name="Go on").or_(page.get_by_role("button", name="Go on")).click()
    expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible()
    check(page)


def found_centre(page):
    check(page)
    page.get_by_label("Name", exact=True).fill("Peer Mentoring")
    page.get_by_label("Time zone").fill("New York")
    page.get_by_text("Provider first").click()
    page.get_by_role("button", name="Add a community").click()
    expect(page.get_by_role("heading", level=1, name="What are things called")).to_be_visible()
    check(page)
    page.get_by_role("button", name="Call the first one “Peer Mentoring”").click()
    expect(page.get_by_text("are both called")).to_have_count(0)


def type_people(page):
    for number, (first, last) in enumerate((("Talia", "Kovac"), ("Sam", "Oduya"))):
        row = page.get_by_role("group", name=f"Row {number + 1}", exact=True)
        row.get_by_label("First name").fill(first)
        row.get_by_label("Last name").fill(last)
        row.get_by_label("E-mail").fill(f"{first}@uni.test" if first == "Talia" else "sam")
    page.get_by_role("button", name="Add these people").click()
    expect(page.get_by_role("link", name="Row 2: “sam”")).to_be_visible()
    check(page)
    page.get_by_role("group", name="Row 2", exact=True).get_by_label("E-mail").fill("sam@uni.test")
    page.get_by_role("button", name="Add these people").click()
    expect(page.get_by_role("link", name="Peer Mentoring with Talia K")).to_be_visible()
    check(page)


def give_hours(page):
    page.get_by_role("button", name="Give them these hours").click()
    expect(page.get_by_text("2 are added.")).to_be_visible()


def book(page):
    check(page)
    page.get_by_role("link", name="Schedule a Meeting").click()
    expect(page.get_by_role("link", name="Talia").first).to_be_visible()
    check(page)
    page.get_by_role("link", name="Talia").first.click()
    page.locator("a.time-link").first.click()
    page.get_by_role("link", name="Select Talia").click()
    page.get_by_role("link", name="Main office").click()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name=re.compile("^Book ")).click()
    expect(page.get_by_role("heading", name="You are booked")).to_be_visible()


def test_centre_is_set_up_through_the_guide_and_booked_in(opened):
    rita = make_school_admin(make_user("rita@uni.test", "Rita"), by=TESTER)
    student = make_user("kim@uni.test", "Kim")
    page = opened(rita, "/school/new/", DESK)
    found_centre(page)
    go_on(page, "Who are your Peer Mentors?")
    type_people(page)
    go_on(page, "Where and when do they meet?")
    give_hours(page)
    go_on(page, "What can be booked?")
    go_on(page, "What a student will see")
    expect(page.get_by_text("next free:").first).to_be_visible()
    go_on(page, "Open Peer Mentoring")
    early = opened(student, "/c/peer-mentoring/learn/", PHONE)
    expect(early.get_by_role("link", name="Schedule a Meeting")).to_have_count(0)
    page.get_by_role("button", name="Open Peer Mentoring to students").click()
    expect(page.get_by_role("heading", level=1, name="Peer Mentoring is open")).to_be_visible()
    check(page)
    early.reload()
    book(early)
    assert Booking.objects.get().student == student


def test_guide_fits_a_phone(opened):
    rita = make_school_admin(make_user("rita@uni.test", "Rita"), by=TESTER)
    page = opened(rita, "/school/new/", PHONE)
    found_centre(page)
    for heading in ("Who are your", "Where and when", "What can be", "What a student", "Open Peer"):
        go_on(page, heading)
    page.get_by_role("link", name="What students pick first").first.click()
    expect(page.get_by_role("heading", level=1, name="What do students pick")).to_be_visible()
    check(page)
