"""A mentor says when she is free; and every page of Manage and Teach is accessible and fits."""

from urllib.parse import urljoin

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from playwright.sync_api import Page, expect

from tests.factories.cast import Cast, make_cast
from visavis.people.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def sign_in(page: Page, url: str, user: User | AnonymousUser) -> None:
    client = Client()
    client.force_login(user)
    value = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": value, "url": url}])


def test_a_mentor_adds_hours_removes_them_and_changes_her_mind(live_server, page: Page, cast: Cast):
    sign_in(page, live_server.url, cast.own.provider.user)
    page.goto(f"{live_server.url}/c/mentoring/teach/hours/")
    page.get_by_role("link", name="Add hours").click()
    page.get_by_label("Saturday", exact=True).check()
    page.get_by_label("From", exact=True).fill("13:00")
    page.get_by_label("To", exact=True).fill("09:00")
    page.get_by_role("button", name="Save these hours").click()
    expect(page.get_by_role("alert")).to_contain_text("The end is before the start.")
    page.get_by_label("To", exact=True).fill("15:00")
    page.get_by_role("button", name="Save these hours").click()
    expect(page.get_by_text("Saved: Saturday, 1:00–3:00 PM.")).to_be_visible()

    page.get_by_role("link", name="Remove Saturday").click()
    page.get_by_role("button", name="Remove these hours").click()
    expect(page.get_by_role("row").filter(has_text="Saturday")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("row").filter(has_text="Saturday")).to_have_count(1)


PAGES = {
    "admin": [
        "manage/",
        "manage/services/",
        "manage/services/{service}/",
        "manage/enrollment/",
        "manage/providers/",
        "manage/providers/{provider}/",
        "manage/providers/{provider}/hours/",
        "manage/eligibility/",
        "manage/eligibility/?by=service",
        "manage/students/",
        "manage/locations/",
        "manage/closures/",
        "manage/links/",
        "manage/roles/",
        "manage/formats/",
        "manage/formats/new/",
        "manage/formats/{format}/",
        "manage/formats/{format}/questions/",
        "manage/formats/{format}/questions/new/",
        "manage/log/",
        "manage/log/questions/new/",
        "manage/logs/",
        "manage/messages/",
        "manage/messages/confirmed/student/",
        "manage/messages/undelivered/",
        "manage/absences/",
        "manage/waitlist/",
        "manage/terms/",
        "manage/terms/new/",
        "manage/history/",
        "manage/settings/",
        "manage/wording/",
        "manage/imports/courses/",
        "manage/imports/runs/{run}/",
    ],
    "school_admin": ["/school/", "/school/new/", "/school/settings/", "/school/administrators/"],
    "provider": [
        "teach/",
        "teach/hours/",
        "teach/hours/blocks/new/",
        "teach/hours/blocks/{block}/",
        "teach/hours/blocks/{block}/removal/",
        "teach/hours/changes/new/",
        "teach/later/",
        "teach/past/",
        "teach/to-log/",
        "teach/meetings/{booking}/",
        "teach/meetings/{booking}/cancellation/",
        "teach/meetings/{booking}/move/",
        "teach/meetings/{request}/",
        "teach/meetings/{request}/refusal/",
        "teach/meetings/{request}/proposal/",
        "teach/series/{series}/",
        "teach/profile/",
    ],
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("role", PAGES)
def test_pages_are_accessible_and_fit_a_phone(
    live_server, page: Page, cast: Cast, role: str, scheme: str
):
    place = cast.own
    User.objects.filter(pk=place.student.pk).update(first_name=LONG, last_name=LONG)
    ids = {
        "service": place.world.service.pk,
        "provider": place.provider.pk,
        "block": place.block.pk,
        "run": place.run.public_id,
        "format": place.question.format_id,
        "booking": place.booking.public_id,
        "request": place.request.public_id,
        "series": place.series.public_id,
    }
    sign_in(page, live_server.url, cast.people[role])
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    # Light or dark, what a page is made of is the same; its colours are not.
    rules = {} if scheme == "light" else {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
    wrong = []
    for address in PAGES[role]:
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            path = urljoin("/c/mentoring/", address.format(**ids))
            answer = page.goto(f"{live_server.url}{path}")
            assert (address, answer.status) == (address, 200)
            found = Axe().run(page, options=rules).response["violations"]
            wrong += [(address, width, rule["id"]) for rule in found]
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wrong.append((address, width, "wider than the screen"))
    assert wrong == []


def test_tables_become_cards_on_a_phone(live_server, page: Page, cast: Cast):
    sign_in(page, live_server.url, cast.people["admin"])
    page.goto(f"{live_server.url}/c/mentoring/manage/services/")
    heads, cells = page.locator("thead").first, page.locator("tbody td[data-label]:visible").first
    assert heads.bounding_box()["width"] <= 1
    assert cells.evaluate("cell => getComputedStyle(cell).display") == "grid"
