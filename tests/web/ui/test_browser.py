import gzip
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.factories.world import TESTER, make_user, make_world
from visavis.communities.actions import change_settings

ROOT = Path(__file__).parents[3]
DIST = ROOT / "visavis/web/ui/static/dist"
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module", autouse=True)
def assets():
    if not (DIST / "app.css").exists():
        pytest.skip("no assets here: build them with “npm run build”")


@pytest.fixture
def console(page):
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("address", ["/", "/styleguide/", "/styleguide/?accent=rust"])
def test_a_page_is_accessible_and_fits(live_server, page, console, scheme, width, address):
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(live_server.url + address)
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert console == []


def test_controls_are_tall_enough_for_a_finger(live_server, browser):
    page = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    ).new_page()
    page.goto(live_server.url + "/styleguide/")
    low = page.evaluate(
        """() => Array.from(document.querySelectorAll(
            ".btn, button, .input, .select, summary, .tabbar a"))
          .filter(part => part.checkVisibility() && part.getBoundingClientRect().height < 43.9)
          .map(part => part.outerHTML)"""
    )
    page.context.close()
    assert low == []


def test_the_first_tab_stop_leads_past_the_header(live_server, page):
    page.goto(live_server.url)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_the_stylesheet_and_scripts_of_a_page_stay_under_sixty_kilobytes(live_server, page):
    answers = []
    # Playwright cannot mark a built-in method as its listener.
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108
    page.goto(live_server.url + "/styleguide/", wait_until="networkidle")
    sizes = {
        answer.url: len(gzip.compress(answer.body()))
        for answer in answers
        if answer.request.resource_type in ("stylesheet", "script")
    }
    assert len(sizes) == 3
    assert sum(sizes.values()) < 60 * 1024, sizes


LONG_NAMES = ["The Center for Interdisciplinary Writing and Peer Mentoring Support", "Zentrum" * 12]


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("name", LONG_NAMES)
def test_account_stays_beside_the_name_of_a_community_however_long_it_is(
    live_server, page, client, width, name
):
    community = make_world().community
    change_settings(community, {"name": name}, by=TESTER)
    client.force_login(make_user("ann@uni.test", "Ann"))
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    page.context.add_cookies([session | {"url": live_server.url}])
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{live_server.url}/c/mentoring/learn/")
    brand, account = (page.locator(part).bounding_box() for part in (".brand", ".site-header .pop"))
    assert brand["x"] + brand["width"] <= account["x"]
    assert brand["y"] < account["y"] + account["height"] / 2 < brand["y"] + brand["height"]
    assert account["x"] + account["width"] <= width
    assert page.evaluate("document.documentElement.scrollWidth") <= width
