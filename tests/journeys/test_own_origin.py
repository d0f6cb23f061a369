"""Nothing on any page comes from anybody else: every request of a browser goes to this site."""

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from tests.factories.cast import make_cast
from tests.factories.world import MONDAY
from visavis.core import clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# One pixel: a photo is fetched, whatever it shows.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cf"
    "c0f01f00050001ff89993d1d0000000049454e44ae426082"
)
HERE, MANAGE, TEACH = "/c/mentoring", "/c/mentoring/manage", "/c/mentoring/teach"
PAGES = {
    "anonymous": ["/", "/accounts/login/", "/styleguide/", "/nowhere/"],
    "student": [
        "/",
        f"{HERE}/learn/",
        f"{HERE}/bookings/",
        f"{HERE}/my-services/",
        "/accounts/profile/",
        "/accounts/calendars/",
        "/accounts/data/",
        "/accounts/data/notes/",
        "/accounts/data/erasure/",
    ],
    "provider": [f"{TEACH}/", f"{TEACH}/hours/", f"{TEACH}/profile/", f"{TEACH}/to-log/"],
    "admin": [
        f"{MANAGE}/",
        f"{MANAGE}/calendar/",
        f"{MANAGE}/appointments/",
        f"{MANAGE}/services/",
        f"{MANAGE}/providers/",
        f"{MANAGE}/students/",
        f"{MANAGE}/settings/",
        f"{MANAGE}/wording/",
        f"{MANAGE}/messages/",
        f"{MANAGE}/history/",
        f"{MANAGE}/logs/",
        f"{MANAGE}/hours/",
        f"{MANAGE}/retention/",
        f"{MANAGE}/imports/students/",
    ],
    "school_admin": ["/school/", "/school/settings/", "/school/people/", "/school/retention/"],
}


@pytest.fixture
def cast():
    with clock.frozen_at(MONDAY):
        cast = make_cast()
        cast.own.provider.photo.save("p.png", ContentFile(PIXEL))
        yield cast


@pytest.mark.parametrize("role", PAGES)
def test_every_request_of_every_page_goes_to_this_site(cast, live_server, browser, role):
    asked = []
    context = browser.new_context(locale="en-US")
    if role != "anonymous":
        client = Client()
        client.force_login(cast.people[role])
        value = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
    page = context.new_page()
    page.set_default_timeout(120_000)
    page.on("request", lambda request: asked.append(request.url))
    paths = list(PAGES[role])
    if role == "student":
        paths += [*_way(cast), f"{HERE}/bookings/{cast.own.booking.public_id}/"]
    for path in paths:
        response = page.goto(f"{live_server.url}{path}")
        assert response.status < 400 or path == "/nowhere/", path
        assert "default-src 'self'" in response.headers["content-security-policy"]
        page.wait_for_load_state("networkidle", timeout=120_000)
    context.close()
    assert len(asked) >= 3 * len(paths), "style sheet and script are asked for, too"
    elsewhere = [url for url in asked if not url.startswith((live_server.url, "data:"))]
    assert elsewhere == []


def _way(cast):
    """The steps of booking."""
    world = cast.own.world
    book = f"{HERE}/book/{world.format.pk}/"
    return [f"{book}services/", f"{book}{world.service.pk}/times/"]
