"""An administrator tries words out on the students' real pages, in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.factories.world import TESTER, make_user, make_world
from tests.journeys.test_student_books import check
from visavis.communities.models import Community
from visavis.people.actions import give_role
from visavis.people.enums import Role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_students_page_follows_the_typing_and_only_saving_changes_it_for_others(opened):
    world, ada = make_world(), make_user("ada@uni.test", "Ada")
    give_role(ada, world.community, Role.ADMIN, by=TESTER)
    world.provider()
    page = opened(ada, "manage/wording/")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="Select your Peer Mentor")).to_be_visible()
    check(page)
    page.get_by_label("Somebody who gives support", exact=True).fill("Coach")
    expect(frame.get_by_role("heading", name="Select your Coach")).to_be_visible()
    page.get_by_label("Page", exact=True).select_option(label="With whom")
    expect(frame.get_by_role("heading", name="Which Coach would you like?")).to_be_visible()
    frame.get_by_role("link", name="Select").first.click()
    expect(frame.get_by_role("heading", name="Where would you like to meet?")).to_be_visible()
    assert Community.objects.get().wording == {}
    page.get_by_role("button", name="Save the words").click()
    expect(page.get_by_text("The words are saved.")).to_be_visible()
    assert Community.objects.get().wording == {"provider": ["Coach", "Peer Mentors"]}
