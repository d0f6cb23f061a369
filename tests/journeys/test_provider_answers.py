"""A mentor on a phone answers three requests: yes, no, and at another time, which is taken."""

from datetime import timedelta

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from tests.factories.world import TESTER, make_user, make_world
from tests.journeys.test_student_books import check
from visavis.bookings.actions import Order, book
from visavis.bookings.models import Booking
from visavis.bookings.openings import ask
from visavis.catalogue.actions import add_format
from visavis.core import clock
from visavis.core.mail import unpack
from visavis.notifications import tasks
from visavis.notifications.models import Message

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh"


@pytest.fixture
def world():
    """Three students ask Talia for a time next week, one of them by a very long name."""
    world = make_world()
    world.format = add_format(
        world.community, by=TESTER, name="On request", minutes=30, auto_confirm=False
    )
    world.talia = world.provider()
    world.students = [
        world.student(),
        make_user("wolfe@students.test", LONG, LONG),
        world.student("Kim"),
    ]
    now = clock.now()
    first = now.astimezone(world.community.zone).date() + timedelta(days=7)
    for number, student in enumerate(world.students):
        question = world.question(
            first=first, days=7, now=now, student=student, provider=world.talia
        )
        order = Order(question, ask(question).starts[number], f"asked-{number}")
        book(order, by=TESTER, now=now)
    return world


def open_as(person, browser, live_server, path, **options) -> Page:
    client = Client()
    client.force_login(person)
    viewport = {"width": 390, "height": 844}
    context = browser.new_context(viewport=viewport, locale="en-US", **options)
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}{path}")
    return page


def booking_of(student) -> Booking:
    return Booking.objects.select_related("appointment").get(student=student)


@pytest.mark.parametrize(
    "options",
    [
        {"java_script_enabled": False},
        {"color_scheme": "dark", "reduced_motion": "reduce"},
    ],
    ids=["no script", "dark"],
)
def test_three_requests_are_answered_between_two_classes(world, browser, live_server, options):
    sam, wolfe, kim = world.students
    page = open_as(world.talia.user, browser, live_server, "/c/mentoring/teach/", **options)
    # Without a script in the page, axe cannot run in it either.
    look = check if options.get("java_script_enabled", True) else lambda _page: None
    expect(page.get_by_role("heading", name="3 requests wait for your answer")).to_be_visible()
    look(page)
    page.get_by_role("button", name="Accept the request of Sam Example").click()
    expect(page.get_by_text("Accepted. Sam Example meets you then.")).to_be_visible()
    assert booking_of(sam).state == "confirmed"

    page.get_by_role("link", name=f"Decline the request of {LONG}").click()
    expect(page.get_by_role("button", name="Decline this request")).to_be_visible()
    look(page)
    page.get_by_label("Why?").fill("I am at a conference.")
    page.get_by_role("button", name="Decline this request").click()
    expect(page.get_by_text("Declined. The time is free again.")).to_be_visible()
    assert booking_of(wolfe).cancel_reason == "I am at a conference."

    page.get_by_role("link", name="Propose another time the request of Kim Example").click()
    expect(page.get_by_role("button", name="Propose these times")).to_be_visible()
    look(page)
    page.get_by_role("button", name="Propose these times").click()
    expect(page.get_by_text("Tick at least one time.").first).to_be_visible()
    asked = booking_of(kim).appointment.start
    page.get_by_role("button", name="Later").click()
    ticks = page.locator(".time-tick")
    ticks.nth(0).click()
    ticks.nth(3).click()
    page.get_by_label("A few words").fill("I have a class then.")
    page.get_by_role("button", name="Propose these times").click()
    expect(page.get_by_text("Kim Example is offered 2 other times.")).to_be_visible()
    look(page)
    page.goto(f"{live_server.url}/c/mentoring/teach/")
    expect(page.get_by_role("heading", name="One student has times of yours")).to_be_visible()
    page.context.close()

    tasks.outbox.tell_all(now=clock.now())  # what the worker does
    letter = Message.objects.get(recipient=kim, kind="proposed")
    path = f"/c/mentoring/bookings/{booking_of(kim).public_id}/times/"
    assert path in unpack(letter.mail).body

    student = open_as(kim, browser, live_server, path, **options)
    expect(student.get_by_text("I have a class then.")).to_be_visible()
    look(student)
    student.get_by_role("button", name="Take ").first.click()
    expect(student.get_by_text("The meeting is confirmed for the new time.")).to_be_visible()
    look(student)
    student.context.close()
    taken = booking_of(kim)
    assert taken.state == "confirmed"
    assert taken.appointment.start > asked
