"""Students book in a real browser: on a phone, without scripts, and by keyboard alone."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import expect

from tests.factories.way import ask_question, own_service
from tests.factories.world import make_world
from visavis.bookings.models import Booking
from visavis.catalogue.enums import QuestionKind

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world():
    world = make_world()
    talia, jo = world.provider(), world.provider("Jo")
    talia.bio = "Second-year chemistry.\nAsk me about labs."
    talia.save()
    own_service(world, talia)
    own_service(world, jo)
    ask_question(world, label="What is it about?", kind=QuestionKind.LONG_TEXT, is_required=True)
    return world


@pytest.fixture
def signed_in(world, live_server):
    """Puts the student's session into a browser context."""

    def sign_in(context):
        client = Client()
        client.force_login(world.student())
        cookie = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page = context.new_page()
        page.goto(f"{live_server.url}/c/mentoring/learn/")
        return page

    return sign_in


@pytest.fixture
def phone(signed_in, context):
    return signed_in(context)


@pytest.fixture
def desk(signed_in, browser):
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, locale="en-US", java_script_enabled=False
    )
    yield signed_in(context)
    context.close()


UNTIL_AT_REST = "Promise.all(document.getAnimations().map(one => one.finished))"


def check(page):
    """Nothing serious for axe, and no scrolling sideways, once everything has come to rest.

    A toast that is still fading in has not the colours in which it will be read.
    """
    page.evaluate(UNTIL_AT_REST)
    found = Axe().run(page).response["violations"]
    serious = [
        (v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in ("serious", "critical")
    ]
    assert serious == [], page.url
    width = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert width <= 0, page.url


def step(page, heading):
    page.get_by_role("heading", level=1, name=heading).wait_for()


def choose_first_time(page):
    page.locator("a.time-link").first.click()


def test_student_meets_talia_from_a_phone(phone):
    page = phone
    check(page)
    page.get_by_role("link", name="Schedule a Meeting").click()
    step(page, "Select your Peer Mentor")
    check(page)
    page.get_by_role("searchbox").type("tal")
    page.get_by_role("link", name="Jo Example").wait_for(state="detached")
    page.get_by_role("link", name="Talia Example").click()
    step(page, "Pick a time with Talia")
    check(page)
    page.get_by_role("link", name="Week").click()
    page.get_by_role("table").wait_for()
    check(page)
    choose_first_time(page)
    step(page, "Which Peer Mentor would you like?")
    assert page.get_by_text("Ask me about labs.").is_visible()
    check(page)
    page.get_by_role("link", name="Select Talia").click()
    step(page, "Where would you like to meet?")
    check(page)
    page.get_by_role("link", name="Main office").click()
    step(page, "What would you like to talk about?")
    check(page)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("link", name="An answer is needed here.").wait_for()
    check(page)
    page.get_by_label("What is it about?").fill("Organic chemistry")
    page.get_by_role("button", name="Continue").click()
    step(page, "Is everything right?")
    check(page)
    page.get_by_role("button", name=re.compile("^Book ")).click()
    step(page, "You are booked")
    check(page)
    assert page.get_by_text("Organic chemistry").is_visible()
    assert Booking.objects.get().appointment.provider.user.first_name == "Talia"
    page.get_by_role("link", name="Go to your meetings").click()
    page.get_by_role("heading", name="Your next meeting").wait_for()
    check(page)


def test_student_chooses_among_everybody_without_scripts(desk):
    page = desk
    page.get_by_role("link", name="Schedule a Meeting").click()
    page.get_by_role("link", name="All available Peer Mentoring").click()
    step(page, "When would you like to meet?")
    page.get_by_label("Peer Mentor").select_option("Jo Example")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile("provider=.+"))
    page.get_by_label("Peer Mentor").select_option("Anybody")
    page.get_by_role("button", name="Show").click()
    choose_first_time(page)
    step(page, "Which Peer Mentor would you like?")
    page.get_by_role("link", name="Select Talia").click()
    page.get_by_role("link", name="Main office").click()
    page.get_by_label("What is it about?").fill("Notes")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name=re.compile("^Book ")).click()
    step(page, "You are booked")
    page.get_by_role("link", name="Cancel this meeting").click()
    step(page, "Cancel this meeting?")
    page.get_by_label("Reason").fill("I am ill.")
    page.get_by_role("button", name="Cancel the meeting").click()
    step(page, "This meeting is cancelled")
    assert Booking.objects.get().cancel_reason == "I am ill."


def press_to(page, text):
    """Tab until what is focused is called `text`; a keyboard user has nothing else."""
    for _ in range(80):
        page.keyboard.press("Tab")
        name = page.evaluate("document.activeElement.textContent || document.activeElement.name")
        if text in (name or ""):
            return
    pytest.fail(f"“{text}” cannot be reached by keyboard on {page.url}")


def test_student_books_by_keyboard_alone(phone):
    page = phone
    for text, heading in [
        ("Schedule a Meeting", "Select your Peer Mentor"),
        ("All available Peer Mentoring", "When would you like to meet?"),
        ("M to ", "Which Peer Mentor would you like?"),
    ]:
        press_to(page, text)
        page.keyboard.press("Enter")
        step(page, heading)
    for text, heading in [
        ("Select Jo", "Where would you like to meet?"),
        ("Main office", "What would you like to talk about?"),
    ]:
        press_to(page, text)
        page.keyboard.press("Enter")
        step(page, heading)
    press_to(page, "q")
    page.keyboard.type("Labs")
    press_to(page, "Continue")
    page.keyboard.press("Enter")
    step(page, "Is everything right?")
    press_to(page, "Book ")
    page.keyboard.press("Enter")
    step(page, "You are booked")
    assert Booking.objects.get().appointment.provider.user.first_name == "Jo"


def test_days_change_in_place_and_the_address_follows(phone):
    page = phone
    page.get_by_role("link", name="Schedule a Meeting").click()
    page.get_by_role("link", name="All available Peer Mentoring").click()
    page.get_by_role("link", name="Later").click()
    page.wait_for_url("**since=*")
    day = page.locator("a.day-cell").nth(1)
    name = day.locator(".sr-only").inner_text().split(",")[0]
    day.click()
    page.get_by_role("heading", level=2, name=name).wait_for()
    check(page)
    page.reload()
    page.get_by_role("heading", level=2, name=name).wait_for()
    page.go_back()
    page.wait_for_url("**since=*")


def test_filter_applies_at_once_and_keeps_the_focus(phone):
    page = phone
    page.get_by_role("link", name="Schedule a Meeting").click()
    page.get_by_role("link", name="All available Peer Mentoring").click()
    step(page, "When would you like to meet?")
    expect(page.get_by_role("button", name="Show")).to_be_hidden()
    who = page.get_by_label("Peer Mentor", exact=True)
    who.focus()
    who.select_option("Jo Example")
    page.wait_for_url("**provider=*")
    page.wait_for_function("document.activeElement.name === 'provider'")
    choose_first_time(page)
    step(page, "Which Peer Mentor would you like?")
    assert page.get_by_role("link", name="Select Jo").is_visible()
    assert not page.get_by_text("Talia Example").is_visible()
