"""An administrator sets a centre up from three files, in a real browser."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from tests.factories.world import TESTER, make_user
from visavis.communities.models import Community
from visavis.people.actions import give_role
from visavis.people.enums import Role
from visavis.setup.actions import found_community

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

COURSES = """Subject Abbreviation,Course Number,Course Name
Peer Mentoring with Talia K,,
All available Peer Mentoring,,
CHEM|,1301,Chemistry
"""
PROVIDERS = """Email,First Name,Last Name,Courses
talia@uni.test,Talia,Kaplan,Peer Mentoring with Talia K|All available Peer Mentoring|WRIT*
"""
ENROLLMENT = """Email,Course
sam@uni.test,Peer Mentoring with Talia K
"""


@pytest.fixture
def community() -> Community:
    community = found_community(
        slug="mentoring",
        name="Mentoring",
        preset="provider-first",
        timezone="America/New_York",
        by=TESTER,
    )
    give_role(make_user("ada@uni.test", "Ada"), community, Role.ADMIN, by=TESTER)
    return community


@pytest.fixture
def manage(live_server, page: Page, community: Community) -> str:
    """The address of Manage, for a browser in which Ada is signed in."""
    sign_in(page, live_server.url, "ada@uni.test")
    return f"{live_server.url}/c/mentoring/manage"


def sign_in(page: Page, url: str, email: str) -> None:
    client = Client()
    client.force_login(make_user(email))
    value = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": value, "url": url}])


def upload(page: Page, address: str, name: str, text: str) -> None:
    page.goto(address)
    page.get_by_label("The file", exact=True).set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
    )
    page.get_by_role("button", name="Upload and preview").click()


def apply(page: Page) -> None:
    page.get_by_role("button", name="Apply this file").click()
    expect(page.get_by_text("The file is applied")).to_be_visible()


def test_three_files_make_a_centre_and_one_is_undone(manage: str, page: Page):
    upload(page, f"{manage}/imports/courses/", "courses.csv", COURSES)
    problem = page.get_by_role("row").filter(has_text="Line 4")
    expect(problem).to_contain_text("CHEM|")

    upload(page, f"{manage}/imports/courses/", "courses.csv", COURSES.replace("CHEM|", "CHEM"))
    expect(page.get_by_role("heading", name="3 new, 0 changed, 0 removed")).to_be_visible()
    apply(page)

    upload(page, f"{manage}/imports/providers/", "providers.csv", PROVIDERS)
    expect(page.get_by_text("becomes Talia Kaplan's own")).to_be_visible()
    apply(page)

    upload(page, f"{manage}/imports/enrollment/", "enrollment.csv", ENROLLMENT)
    apply(page)

    page.goto(f"{manage}/services/?q=talia")
    row = page.get_by_role("row").filter(has_text="Peer Mentoring with Talia K")
    expect(row).to_contain_text("Talia Kaplan")
    page.goto(f"{manage}/eligibility/?dormant=1")
    expect(page.locator("main")).to_contain_text("WRIT*")
    page.goto(f"{manage}/enrollment/")
    expect(page.get_by_role("row").filter(has_text="sam@uni.test")).to_be_visible()

    page.goto(f"{manage}/imports/enrollment/")
    page.get_by_role("link", name="enrollment.csv").click()
    page.get_by_role("link", name="Undo this file").click()
    page.get_by_role("button", name="Undo this file").click()
    expect(page.get_by_text("This file was undone")).to_be_visible()
    page.goto(f"{manage}/enrollment/")
    expect(page.get_by_text("No student has a list yet")).to_be_visible()


def test_words_are_previewed_while_typing_and_without_a_script(
    manage: str, page: Page, browser, live_server
):
    page.goto(f"{manage}/wording/")
    page.get_by_label("Somebody who gives support", exact=True).fill("Advisor")
    expect(page.locator("#preview")).to_contain_text("You meet an Advisor.")

    plain = browser.new_context(java_script_enabled=False).new_page()
    sign_in(plain, live_server.url, "ada@uni.test")
    plain.goto(f"{manage}/wording/")
    plain.get_by_label("Somebody who gives support", exact=True).fill("Coach")
    plain.get_by_role("button", name="Preview").click()
    expect(plain.locator("#preview")).to_contain_text("You meet a Coach.")
    expect(plain.get_by_label("Somebody who gives support", exact=True)).to_have_value("Coach")
    plain.context.close()


def test_a_search_narrows_while_typing(manage: str, page: Page):
    upload(page, f"{manage}/imports/courses/", "courses.csv", COURSES.replace("CHEM|", "CHEM"))
    apply(page)
    page.goto(f"{manage}/services/")
    expect(page.locator("#results tbody tr")).to_have_count(3)
    page.get_by_role("searchbox").fill("chem")
    expect(page.locator("#results tbody tr")).to_have_count(1)
    assert parse_qs(urlsplit(page.url).query) == {"q": ["chem"]}
