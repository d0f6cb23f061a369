"""The calendar of hours in a real browser: drawn with mouse and finger, or none of it at all."""

from datetime import date, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page, expect

from tests.factories.cast import make_cast
from tests.factories.world import TESTER
from visavis.availability.actions import Admits, add_dated_change, add_weekly_block
from visavis.availability.enums import ChangeKind
from visavis.availability.models import DatedChange, WeeklyBlock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# A week without meetings, and far from today: nothing of it depends on the clock.
WEEK = date(2027, 6, 9)


@pytest.fixture
def place():
    return make_cast().own


@pytest.fixture
def provider(place):
    return place.provider


def sign_in(context, url, user) -> Page:
    client = Client()
    client.force_login(user)
    value = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": value, "url": url}])
    return context.new_page()


@pytest.fixture
def calendar(live_server, browser, provider):
    """Opens the week in a browser of this kind."""

    def open_week(week=WEEK, **kind):
        context = browser.new_context(locale="en-US", reduced_motion="reduce", **kind)
        page = sign_in(context, live_server.url, provider.user)
        page.goto(f"{live_server.url}/c/mentoring/teach/hours/?week={week}#week")
        return page

    return open_week


def at(page: Page, weekday: int, minute: int) -> tuple[float, float]:
    """Where a minute of a weekday is on the screen."""
    week = page.locator("[data-hours]")
    since, until = (int(week.get_attribute(f"data-{name}")) for name in ("since", "until"))
    track = page.locator(f'.hours-track[data-weekday="{weekday}"]')
    track.scroll_into_view_if_needed()
    box = track.bounding_box()
    share = (minute - since) / (until - since)
    return box["x"] + box["width"] / 2, box["y"] + share * box["height"]


def drag(page: Page, start, end):
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    page.mouse.move(*end)
    page.mouse.up()


def blocks(provider, weekday):
    rows = WeeklyBlock.objects.filter(provider=provider, weekday=weekday)
    return [(row.start_minute, row.end_minute) for row in rows]


def said(page: Page, words: str):
    expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()


def test_a_mouse_draws_moves_and_stretches(calendar, provider):
    page = calendar()
    drag(page, at(page, 5, 600), at(page, 5, 690))
    said(page, "Saved: Saturday, 10:00–11:30 AM.")
    assert blocks(provider, 5) == [(600, 690)]

    x, y = at(page, 5, 645)
    drag(page, (x, y), (x, at(page, 5, 765)[1]))
    said(page, "Saved: Saturday, 12:00–1:30 PM.")
    x, y = at(page, 5, 810)
    drag(page, (x, y - 3), at(page, 5, 900))
    said(page, "Saved: Saturday, 12:00–3:00 PM.")
    drag(page, at(page, 5, 800), at(page, 6, 800))
    said(page, "Saved: Sunday, 12:00–3:00 PM.")
    assert (blocks(provider, 5), blocks(provider, 6)) == ([], [(720, 900)])

    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone.")).to_be_visible()
    assert (blocks(provider, 5), blocks(provider, 6)) == ([(720, 900)], [])


def test_what_a_block_is_for_stays_when_it_is_moved(calendar, provider, place):
    block = add_weekly_block(
        provider,
        weekday=5,
        start_minute=600,
        end_minute=720,
        valid_until=date(2027, 12, 1),
        admits=Admits(formats=[place.world.format]),
        by=TESTER,
    )
    page = calendar()
    drag(page, at(page, 5, 660), at(page, 5, 780))
    said(page, "Saved: Saturday, 12:00–2:00 PM.")
    block.refresh_from_db()
    assert (block.start_minute, block.valid_until) == (720, date(2027, 12, 1))
    assert list(block.formats.all()) == [place.world.format]


def test_escape_drops_what_is_being_drawn(calendar, provider):
    page = calendar()
    page.mouse.move(*at(page, 5, 600))
    page.mouse.down()
    page.mouse.move(*at(page, 5, 690))
    expect(page.locator(".hours-ghost")).to_have_text("10:00 AM–11:30 AM")
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(page.locator(".hours-ghost")).to_have_count(0)
    assert blocks(provider, 5) == []


def test_time_away_is_drawn_on_one_day(calendar, provider):
    page = calendar()
    page.get_by_label("What is drawn").select_option("extra")
    drag(page, at(page, 5, 600), at(page, 5, 660))
    said(page, "Saved: Extra hours Saturday 12 June 2027, 10:00–11:00 AM.")
    assert DatedChange.objects.filter(provider=provider, kind=ChangeKind.EXTRA).count() == 1
    assert blocks(provider, 5) == []


def test_extra_hours_of_one_day_are_dragged_to_another(calendar, provider):
    saturday = WEEK + timedelta(days=3)
    change = add_dated_change(
        provider,
        kind=ChangeKind.EXTRA,
        first=saturday,
        last=saturday,
        start_minute=600,
        end_minute=720,
        note="Exams",
        by=TESTER,
    )
    page = calendar()
    start, end = at(page, 5, 660), at(page, 6, 720)
    drag(page, start, end)
    said(page, "Saved: Extra hours Sunday 6 June 2027, 11:00 AM–1:00 PM.")
    change.refresh_from_db()
    assert (change.first, change.last, change.note) == (date(2027, 6, 6), date(2027, 6, 6), "Exams")


def test_meetings_under_a_moved_block_are_asked_about(calendar, provider, place):
    page = calendar(week=place.booking.appointment.start.date())
    drag(page, at(page, 0, 900), at(page, 6, 900))
    expect(page.get_by_role("heading", name="What becomes of these meetings?")).to_be_visible()
    page.get_by_label("Keep them as they are").check()
    page.get_by_role("button", name="Change the hours and do this").click()
    said(page, "Saved: Sunday, 9:00 AM–5:00 PM.")
    assert (blocks(provider, 0), blocks(provider, 6)) == ([], [(540, 1020)])


class Finger:
    """Touches as a touch screen sends them."""

    def __init__(self, page: Page) -> None:
        self.page, self.cdp = page, page.context.new_cdp_session(page)

    def _send(self, kind: str, *points: tuple[float, float]) -> None:
        touches = [{"x": x, "y": y} for x, y in points]
        self.cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    def drag(self, start, end, *, rest_ms: int = 0) -> None:
        self._send("touchStart", start)
        self.page.wait_for_timeout(rest_ms)
        for step in range(1, 6):
            share = step / 5
            point = tuple(a + (b - a) * share for a, b in zip(start, end, strict=True))
            self._send("touchMove", point)
            self.page.wait_for_timeout(30)
        self._send("touchEnd")


PHONE = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True}


def test_a_finger_that_rests_draws_and_one_that_does_not_scrolls(calendar, provider):
    page = calendar(**PHONE)
    finger = Finger(page)
    before = page.evaluate("scrollY")
    start, end = at(page, 5, 840), at(page, 5, 660)
    finger.drag(start, end)
    page.wait_for_timeout(300)
    assert page.evaluate("scrollY") != before
    assert blocks(provider, 5) == []

    page.evaluate("document.getElementById('week').scrollIntoView()")
    finger.drag(at(page, 5, 660), at(page, 5, 750), rest_ms=600)
    said(page, "Saved: Saturday, 11:00 AM–12:30 PM.")
    assert blocks(provider, 5) == [(660, 750)]


def test_a_finger_stretches_a_block_by_its_grip(calendar, provider):
    add_weekly_block(provider, weekday=5, start_minute=600, end_minute=720, by=TESTER)
    page = calendar(**PHONE)
    x, y = at(page, 5, 720)
    Finger(page).drag((x, y - 8), (x, at(page, 5, 840)[1]))
    said(page, "Saved: Saturday, 10:00 AM–2:00 PM.")
    assert blocks(provider, 5) == [(600, 840)]


def test_hours_are_set_by_keyboard_alone_on_a_phone(calendar, provider):
    page = calendar(viewport={"width": 390, "height": 800})
    page.evaluate("scrollTo(0, 0)")
    press_until(page, "Add hours")
    page.keyboard.press("Enter")
    page.wait_for_url("**/blocks/new/*")
    press_until(page, "Saturday")
    page.keyboard.press("Space")
    press_until(page, "From")
    page.keyboard.type("1000AM")
    press_until(page, "To")
    page.keyboard.type("1200PM")
    press_until(page, "Save these hours")
    page.keyboard.press("Enter")
    said(page, "Saved: Saturday, 10:00 AM–12:00 PM.")
    assert blocks(provider, 5) == [(600, 720)]


def press_until(page: Page, name: str) -> None:
    """Tab on until what bears this name has the focus."""
    for _press in range(80):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            """() => {
              const node = document.activeElement;
              const label = node.labels && node.labels.length ? node.labels[0].innerText : "";
              return (label || node.innerText || "").trim();
            }"""
        )
        if focused.split("\n")[0] == name:
            return
    raise AssertionError(f"Nothing called {name!r} takes the focus.")


def test_enter_on_a_block_opens_it_on_the_same_page(calendar, provider):
    add_weekly_block(provider, weekday=5, start_minute=600, end_minute=720, by=TESTER)
    page = calendar()
    address = page.url
    page.locator(".hours-segment a").filter(has_text="10:00 AM–12:00 PM").focus()
    page.keyboard.press("Enter")
    form = page.locator("#editor #block-form")
    expect(form).to_be_focused()
    assert page.url == address
    form.get_by_label("To", exact=True).fill("13:00")
    form.get_by_role("button", name="Save these hours").click()
    said(page, "Saved: Saturday, 10:00 AM–1:00 PM.")


def test_without_scripts_the_week_is_a_list_of_links(calendar, provider):
    page = calendar(java_script_enabled=False)
    expect(page.get_by_text("What is drawn")).not_to_be_visible()
    page.locator(".hours-segment a").first.click()
    expect(page.get_by_role("heading", name="Change these hours")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_calendar_is_accessible_and_fits(calendar, provider, scheme):
    add_weekly_block(provider, weekday=5, start_minute=1320, end_minute=1560, by=TESTER)
    saturday = WEEK + timedelta(days=3)
    add_dated_change(
        provider, kind=ChangeKind.AWAY, first=WEEK, last=WEEK, note="x" * 60, by=TESTER
    )
    add_dated_change(
        provider,
        kind=ChangeKind.EXTRA,
        first=saturday,
        last=saturday,
        start_minute=600,
        end_minute=660,
        by=TESTER,
    )
    for width in (390, 1280):
        page = calendar(viewport={"width": width, "height": 900}, color_scheme=scheme)
        found = Axe().run(page).response["violations"]
        assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
