"""A mentor's day on a phone: hours by keyboard, ill, a request, and the log of yesterday."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.factories.world import TESTER, make_world
from tests.journeys.test_provider_sick import zone_of_morning
from tests.journeys.test_student_books import check, press_to, step
from visavis.availability.actions import add_weekly_block
from visavis.bookings.actions import book, search_times
from visavis.bookings.models import Booking, Proposal, SessionLog
from visavis.catalogue.actions import add_format
from visavis.catalogue.enums import QuestionKind
from visavis.catalogue.log_questions import add_log_question
from visavis.communities.actions import change_settings
from visavis.core import clock
from visavis.core.mail import unpack
from visavis.notifications import tasks
from visavis.notifications.models import Message

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}
HOUR = timedelta(hours=1)
WORKED_ON = "What did you work on?"


@pytest.fixture
def world():
    """Talia met Kim a day ago, meets Sam and Uma in some hours, and Bo asks for tomorrow."""
    now = clock.now()
    world = make_world(timezone=zone_of_morning(now))
    change_settings(world.community, {"asks_log": True}, by=TESTER)
    question = {"label": WORKED_ON, "kind": QuestionKind.LONG_TEXT, "is_required": True}
    add_log_question(world.community, question, by=TESTER)
    world.talia, world.jo = world.provider(hours=False), world.provider("Jo", hours=False)
    for who in (world.talia, world.jo):
        for weekday in range(7):
            add_weekly_block(who, weekday=weekday, start_minute=0, end_minute=1320, by=TESTER)
    world.next_hour = now.replace(minute=0, second=0, microsecond=0)
    world.kim, world.sam, world.uma, world.bo = map(world.student, ("Kim", "Sam", "Uma", "Bo"))
    take(world, world.kim, world.next_hour - 24 * HOUR, now=now - 48 * HOUR)
    take(world, world.sam, world.next_hour + 3 * HOUR, now=now)
    take(world, world.uma, world.next_hour + 4 * HOUR, now=now)
    world.format = add_format(
        world.community, by=TESTER, name="On request", minutes=30, auto_confirm=False
    )
    take(world, world.bo, world.next_hour + 27 * HOUR, now=now)
    return world


def take(world, student, start, *, now):
    """Book this student's meeting with Talia, at `now`."""
    first = start.astimezone(world.community.zone).date()
    order = world.order(world.talia, student, start, first=first, format=world.format, now=now)
    book(order, by=TESTER, now=now)


def of(student):
    return Booking.objects.select_related("appointment").get(student=student)


def press(page, text):
    press_to(page, text)
    page.keyboard.press("Enter")


def test_a_mentor_lives_through_a_day_on_a_phone(opened, world):
    page = opened(world.talia.user, "teach/", viewport=PHONE)
    page.get_by_role("heading", name="One request waits for your answer").wait_for()
    check(page)
    says_hours_by_keyboard(page)
    goes_sick(page)
    for student in (world.sam, world.uma):
        takes_another_time(opened(student, "learn/", viewport=PHONE))
    accepts(page, world)
    logs(page, world)
    reads_what_is_meant_for_them(opened(world.kim, "learn/", viewport=PHONE))


def says_hours_by_keyboard(page):
    press(page, "Hours")
    step(page, "Your hours")
    check(page)
    press(page, "Add hours")
    step(page, "Add weekly hours")
    check(page)
    press_to(page, "weekday")
    page.keyboard.press("Space")
    press_to(page, "start")
    page.keyboard.type("1000PM")
    press_to(page, "end")
    page.keyboard.type("1100PM")
    press(page, "Save these hours")
    page.get_by_text("Saved: Monday, 10:00–11:00 PM.").wait_for()
    check(page)


def goes_sick(page):
    press(page, "Meetings")
    page.get_by_role("link", name="Sick today").click()
    page.get_by_role("heading", name="2 meetings cannot take place").wait_for()
    check(page)
    page.get_by_label("Message to the students").fill("I am ill, sorry.")
    page.get_by_role("button", name="I am away: offer other times").click()
    page.get_by_role("heading", name="You are away").wait_for()
    check(page)
    for proposal in Proposal.objects.all():  # what the worker does
        search_times(proposal, now=clock.now())


def takes_another_time(page):
    page.get_by_role("link", name="Choose a time").click()
    page.get_by_text("I am ill, sorry.").wait_for()
    check(page)
    page.get_by_role("button", name=re.compile("^Take ")).first.click()
    step(page, "You are booked")
    check(page)
    page.context.close()


def accepts(page, world):
    page.get_by_role("link", name="Meetings", exact=True).click()
    page.get_by_role("button", name="Accept the request of Bo Example").click()
    page.get_by_text("Accepted. Bo Example meets you then.").wait_for()
    check(page)
    assert of(world.bo).state == "confirmed"


def logs(page, world):
    page.get_by_role("link", name="Write the log").click()
    step(page, "How was it with Kim Example?")
    check(page)
    page.get_by_label("Notes").fill("Shy today.")
    page.get_by_role("button", name="Finish the log").click()
    page.get_by_role("alert").get_by_role("link", name=WORKED_ON).wait_for()
    expect(page.get_by_label("Notes")).to_have_value("Shy today.")
    check(page)
    page.get_by_role("button", name="Save as a draft").click()
    page.get_by_text("The draft is kept. Kim Example sees nothing of it.").wait_for()
    assert SessionLog.objects.get().is_draft
    check(page)
    page.get_by_role("link", name="Finish the log").click()
    expect(page.get_by_label("Notes")).to_have_value("Shy today.")
    page.get_by_label(WORKED_ON).fill("The first essay.")
    page.get_by_label("For the student").fill("Read chapter 3.")
    page.get_by_role("button", name="Finish the log").click()
    page.get_by_text("The log is written, and Kim Example gets what is meant for them.").wait_for()
    check(page)
    assert of(world.kim).state == "attended"
    tasks.outbox.tell_all(now=clock.now())  # what the worker does
    letter = unpack(Message.objects.get(recipient=world.kim, kind="logged").mail)
    assert "Read chapter 3." in letter.body
    assert "Shy today." not in letter.body


def reads_what_is_meant_for_them(page):
    page.get_by_role("link", name="Talia Example").first.click()
    page.get_by_text("Read chapter 3.").wait_for()
    assert "Shy today." not in page.content()
    check(page)


def test_a_log_is_written_without_scripts(opened, world):
    page = opened(world.talia.user, "teach/to-log/", viewport=PHONE, java_script_enabled=False)
    page.get_by_role("link", name="Write the log").click()
    page.get_by_text("Save as a draft").click()
    page.get_by_text("The draft is kept.").wait_for()
    page.get_by_role("link", name="Finish the log").click()
    page.get_by_role("button", name="Finish the log").click()
    page.get_by_role("alert").get_by_role("link", name=WORKED_ON).wait_for()
    page.get_by_label(WORKED_ON).fill("The first essay.")
    page.get_by_role("button", name="Finish the log").click()
    page.get_by_text("The log is written.").wait_for()
    assert not SessionLog.objects.get().is_draft
    assert of(world.kim).state == "attended"
