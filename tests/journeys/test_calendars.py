"""A mentor connects the calendar of her classes and shows herself, on a phone."""

import io
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from PIL import Image
from playwright.sync_api import Page, expect

from tests.calendars.samples import as_file, calendar_of
from tests.calendars.server import internet
from tests.calendars.server import page as page_of
from tests.factories.world import TESTER, make_world
from tests.journeys.test_student_books import check as check_page
from visavis.availability.models import OutsideCalendar
from visavis.availability.outside import (
    Failure,
    Reading,
    connect_calendar,
    keep_failure,
    keep_reading,
)
from visavis.bookings.openings import Question, ask
from visavis.calendars.reading import read_due
from visavis.communities.models import Community
from visavis.core import clock
from visavis.core.storage import read_bytes
from visavis.people.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DAY = timedelta(days=1)
LONG = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh"


@pytest.fixture
def talia():
    return make_world().provider("Talia")


def sign_in(context, url: str, user: User | AnonymousUser) -> Page:
    client = Client()
    client.force_login(user)
    value = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": value, "url": url}])
    return context.new_page()


def classes(start):
    """A calendar that is busy for an hour from this instant on."""
    end = start + timedelta(hours=1)
    return as_file(
        calendar_of(
            f"UID:1\nDTSTART:{start:%Y%m%dT%H%M%SZ}\nDTEND:{end:%Y%m%dT%H%M%SZ}\nSUMMARY:Lab"
        )
    )


def first_start(provider):
    """The first time that is offered of her from tomorrow on."""
    now = clock.now()
    service = provider.community.services.get()
    question = Question(
        community=Community.objects.get(pk=provider.community_id),
        service=service,
        format=provider.community.formats.get(),
        first=(now + DAY).date(),
        days=14,
        now=now,
        provider=provider,
    )
    return ask(question).starts[0]


def test_mentor_is_not_booked_over_her_classes_once_her_calendar_is_read(
    live_server, context, talia
):
    page = sign_in(context, live_server.url, talia.user)
    page.goto(f"{live_server.url}/c/mentoring/teach/profile/")
    page.get_by_role("link", name="Connect the calendars").click()
    check_page(page)
    page.get_by_label("Address of the calendar").fill("my calendar")
    page.get_by_role("button", name="Connect a calendar").click()
    expect(page.get_by_role("alert")).to_contain_text("It begins with https:// or webcal://")
    check_page(page)
    page.get_by_label("Address of the calendar").fill("http://calendar.test/classes.ics")
    page.get_by_label("What you call it").fill("Classes")
    page.get_by_role("button", name="Connect a calendar").click()
    expect(page.get_by_text("Being read")).to_be_visible()
    check_page(page)

    busy = first_start(talia)
    with internet() as outside:
        outside.pages["/classes.ics"] = page_of(classes(busy))
        assert read_due(clock=clock.now, network=outside.network()) == 1
    # The page asks for its list until it is read; nobody presses anything.
    expect(page.get_by_text("Busy once in the next two weeks")).to_be_visible()
    assert first_start(talia) >= busy + timedelta(hours=1)
    check_page(page)

    page.get_by_role("button", name="Pause Classes").click()
    expect(page.get_by_text("What is in it keeps you busy no more.")).to_be_visible()
    assert first_start(talia) == busy
    page.get_by_role("link", name="Disconnect Classes").click()
    check_page(page)
    page.get_by_role("button", name="Disconnect the calendar").click()
    expect(page.get_by_text("No calendar is connected")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_of_many_calendars_fits_and_needs_no_script(live_server, browser, talia, scheme):
    talia.user.timezone = "Pacific/Auckland"
    talia.user.save()
    now = clock.now()
    for number, name in enumerate((LONG, f"{LONG} {LONG}"[:80], "<b>Home</b>")):
        made = connect_calendar(
            talia.user,
            name=name,
            address=f"https://{'very-' * 20}long.test/{number}",
            by=TESTER,
            now=now,
        )
        spans = [(now + n * DAY, now + (n + 1) * DAY - DAY / 3) for n in range(60)]
        keep_reading(made, Reading(spans, now + 99 * DAY), next_at=now, now=now)
    made.refresh_from_db()
    failure = Failure("not_there", {"host": made.host})
    keep_failure(made, failure, next_at=now + DAY, now=now)
    for width in (320, 1280):
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            java_script_enabled=width > 320,
            locale="en-US",
        )
        page = sign_in(context, live_server.url, talia.user)
        page.goto(f"{live_server.url}/accounts/calendars/")
        if page.get_by_role("button", name="Make a private address").count():
            page.get_by_role("button", name="Make a private address").click()
        expect(page.get_by_label("Your private address")).to_be_visible()
        copies = page.get_by_role("button", name="Copy the address")
        assert copies.is_visible() is (width > 320)
        if width > 320:
            check_page(page)
        context.close()
    assert OutsideCalendar.objects.count() == 3


def test_a_new_photo_takes_back_what_was_said_of_the_old_one(live_server, context, talia):
    page = sign_in(context, live_server.url, talia.user)
    page.goto(f"{live_server.url}/c/mentoring/teach/profile/")
    field = page.locator("input[type=file]")
    broken = {"name": "me.png", "mimeType": "image/png", "buffer": b"no picture"}
    field.set_input_files(broken)
    page.get_by_role("button", name="Save your profile").click()
    expect(page.get_by_role("alert")).to_contain_text("Photo")
    body = io.BytesIO()
    Image.new("RGB", (300, 300), "teal").save(body, "PNG")
    field.set_input_files({"name": "me.png", "mimeType": "image/png", "buffer": body.getvalue()})
    expect(page.locator(".cropper-window")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.locator(".field-error")).to_have_count(0)
    expect(field).not_to_have_attribute("aria-invalid", "true")
    expect(page.locator("#preview .face img")).to_have_count(2)
    check_page(page)
    field.set_input_files(broken)
    expect(page.locator(".cropper-window")).to_be_hidden()
    expect(page.locator("#preview .face img")).to_have_count(0)


def test_photo_is_cut_where_she_drags_it_and_words_are_shown_as_they_are_typed(
    live_server, context, talia
):
    page = sign_in(context, live_server.url, talia.user)
    page.goto(f"{live_server.url}/c/mentoring/teach/profile/")
    source = Image.new("RGB", (900, 300), "white")
    source.paste("black", (600, 0, 900, 300))
    body = io.BytesIO()
    source.save(body, "PNG")
    page.set_input_files(
        "input[type=file]", {"name": "me.png", "mimeType": "image/png", "buffer": body.getvalue()}
    )
    view = page.locator(".cropper-window")
    expect(view).to_be_visible()
    check_page(page)
    box = view.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] - 20, middle)
    page.mouse.down()
    page.mouse.move(box["x"] - box["width"], middle, steps=4)
    page.mouse.up()
    page.get_by_label("About you").fill("I like *labs*.")
    expect(page.locator("#preview em")).to_have_text("labs")
    page.get_by_role("button", name="Save your profile").click()
    expect(page.get_by_text("Your profile is saved.")).to_be_visible()
    talia.refresh_from_db()
    stored = Image.open(read_bytes(talia.photo.name)).convert("L")
    assert stored.getpixel((256, 256)) < 50
