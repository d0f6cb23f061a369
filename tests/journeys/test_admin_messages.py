"""An administrator words a mail and sees at once how it will look, in a real browser."""

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from tests.factories.world import TESTER, make_user, make_world
from tests.journeys.test_student_books import check
from visavis.notifications.models import MailText
from visavis.people.actions import give_role
from visavis.people.enums import Role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(page: Page, live_server) -> Page:
    world, ada = make_world(), make_user("ada@uni.test", "Ada")
    give_role(ada, world.community, Role.ADMIN, by=TESTER)
    client = Client()
    client.force_login(ada)
    cookie = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page.goto(f"{live_server.url}/c/mentoring/manage/messages/")
    return page


def test_the_preview_follows_the_typing_and_the_words_are_kept(page):
    check(page)
    page.locator("main a[href$='/messages/confirmed/student/']").click()
    mail = page.frame_locator("iframe")
    expect(mail.get_by_text("Your meeting with Talia K is confirmed.")).to_be_visible()
    check(page)
    page.get_by_label("Text").fill("Dear {student}, bring your laptop.")
    expect(mail.get_by_text("Dear Sam, bring your laptop.")).to_be_visible()
    page.get_by_label("Subject").fill("Fixed: {nobody}")
    expect(page.locator("#preview")).to_contain_text("“{nobody}” is no placeholder here.")
    page.get_by_label("Subject").fill("Fixed: {starts}")
    expect(page.locator("#preview")).to_contain_text("Fixed: ")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Own words")).to_be_visible()
    assert MailText.objects.get().body == "Dear {student}, bring your laptop."
