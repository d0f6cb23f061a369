"""Words that are longer than a phone is wide break, and nothing has to be pushed sideways."""

from datetime import timedelta

import pytest

from tests.factories.world import TESTER, make_user, make_world
from visavis.availability.actions import add_weekly_block
from visavis.bookings.actions import book
from visavis.core import clock
from visavis.people.actions import make_school_admin
from visavis.people.models import Provider
from visavis.web.admin.setup_steps import SEES_TO

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}
# Text that is clipped at an edge is cut as well, though nothing can be pushed.
CUT = """() => [...document.querySelectorAll("main *")].filter(one => {
  const box = one.getBoundingClientRect();
  return box.width > 1 && box.right > window.innerWidth + 1;
}).map(one => one.outerHTML.slice(0, 80))"""


def fits(page):
    page.evaluate("Promise.all(document.getAnimations().map(one => one.finished))")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], page.url
    assert page.evaluate(CUT) == [], page.url


def test_a_mentors_long_word_breaks_in_the_preview_of_their_profile(opened):
    world = make_world()
    talia = world.provider()
    bio = f"{'B' * 100} and {'b' * 100}"
    Provider.objects.filter(pk=talia.pk).update(bio=bio)
    type(talia.user).objects.filter(pk=talia.user.pk).update(pronouns="p" * 40)
    page = opened(talia.user, "teach/profile/", viewport=PHONE)
    fits(page)


def test_a_long_name_of_a_community_breaks_in_its_guide(opened):
    rita = make_school_admin(make_user("rita@uni.test", "Rita"), by=TESTER)
    page = opened(rita, "../../school/new/", viewport=PHONE)
    page.get_by_label("Name", exact=True).fill("W" * 200)
    page.get_by_label("Short name").fill("wide")
    page.get_by_label("Time zone").fill("New York")
    page.get_by_text("Provider first").click()
    page.get_by_role("button", name="Add a community").click()
    root = page.url.split("/setup/")[0] + "/setup/"
    for step in ("", *SEES_TO):
        if step:
            page.goto(f"{root}{step}/")
        fits(page)


def test_the_buttons_of_the_next_meeting_stand_in_rows_on_a_phone(opened):
    world = make_world()
    talia, sam, now = world.provider(hours=False), world.student(), clock.now()
    for weekday in range(7):
        add_weekly_block(talia, weekday=weekday, start_minute=0, end_minute=1440, by=TESTER)
    start = (now + timedelta(days=3)).replace(minute=0, second=0, microsecond=0)
    first = start.astimezone(world.community.zone).date()
    book(world.order(talia, sam, start, first=first, now=now), by=TESTER, now=now)
    page = opened(sam, "", viewport=PHONE)
    fits(page)
    foot = page.locator(".next-meeting .box-foot a")
    tops = [foot.nth(number).bounding_box()["y"] for number in range(4)]
    assert (tops == sorted(tops), len(set(tops)), tops[2] == tops[3]) == (True, 3, True)
    page.set_viewport_size({"width": 1280, "height": 800})
    assert len({foot.nth(number).bounding_box()["y"] for number in range(4)}) == 1
