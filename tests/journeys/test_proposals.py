"""A meeting loses its hours: the mentor says what becomes of it, the student takes another time."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.factories.cast import make_cast
from visavis.bookings.actions import search_times
from visavis.bookings.models import Booking, Proposal
from visavis.core import clock
from visavis.people.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh"
PHONE = {"width": 390, "height": 800}


@pytest.fixture
def place():
    place = make_cast().own
    User.objects.filter(pk=place.student.pk).update(first_name=LONG, last_name=LONG)
    return place


def check(page):
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []
    width = page.viewport_size["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def decide(page, look=lambda _page: None):
    """Remove the hours, and offer other times for all meetings but the request, which stays."""
    page.get_by_role("button", name="Remove these hours").click()
    expect(page.get_by_role("heading", name="What becomes of these meetings?")).to_be_visible()
    look(page)
    page.get_by_label("Offer other times").check()
    page.get_by_label("What becomes of the meeting").last.select_option("keep")
    page.get_by_label("Message to the students").fill("I have an exam then.")
    page.get_by_role("button", name="Change the hours and do this").click()
    expect(page.get_by_role("status").filter(has_text="Removed: Monday")).to_be_visible()


def test_a_student_takes_one_of_the_times_on_a_phone(opened, place):
    removal = f"teach/hours/blocks/{place.block.pk}/removal/"
    decide(opened(place.provider.user, removal, viewport=PHONE), look=check)
    proposal = search_times(Proposal.objects.get(), now=clock.now())
    assert proposal.booking == place.booking

    page = opened(place.student, "learn/", viewport=PHONE, java_script_enabled=True)
    check(page)
    page.get_by_role("link", name="Choose a time").click()
    expect(page.get_by_text("I have an exam then.")).to_be_visible()
    check(page)
    expect(page.get_by_text("somebody else than before · has to accept it too")).to_be_visible()
    page.get_by_role("button", name=re.compile("Take .* Talia Example")).first.click()
    expect(page.get_by_role("heading", name="You are booked")).to_be_visible()
    expect(page.get_by_text("The meeting is moved.")).to_be_visible()
    moved = Booking.objects.get(pk=place.booking.pk)
    assert moved.appointment_id != place.booking.appointment_id
    assert moved.public_id == place.booking.public_id


def test_without_scripts_the_student_takes_none(opened, place):
    removal = f"teach/hours/blocks/{place.block.pk}/removal/"
    decide(opened(place.provider.user, removal, java_script_enabled=False))
    search_times(Proposal.objects.get(), now=clock.now())
    path = f"bookings/{place.booking.public_id}/times/"
    page = opened(place.student, path, java_script_enabled=False)
    page.get_by_role("link", name="Cancel the meeting").click()
    page.get_by_role("button", name="Cancel the meeting").click()
    expect(page.get_by_role("heading", name="This meeting is cancelled")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_pages_are_accessible(opened, place, scheme):
    removal = f"teach/hours/blocks/{place.block.pk}/removal/"
    kind = {"color_scheme": scheme, "viewport": {"width": 1280, "height": 900}}
    decide(opened(place.provider.user, removal, **kind), look=check)
    search_times(Proposal.objects.get(), now=clock.now())
    path = f"bookings/{place.booking.public_id}/times/"
    for size in (PHONE, kind["viewport"]):
        check(opened(place.student, path, **kind | {"viewport": size}))
        check(opened(place.student, f"{path}declining/", **kind | {"viewport": size}))
