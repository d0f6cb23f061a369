"""What several journeys begin with."""

import pytest
from django.test import Client


@pytest.fixture
def opened(live_server, browser):
    """A page of this person's, in a browser of its own."""

    def open_page(user, path, **kind):
        client = Client()
        client.force_login(user)
        value = client.cookies["sessionid"].value
        context = browser.new_context(locale="en-US", reduced_motion="reduce", **kind)
        context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
        page = context.new_page()
        page.goto(f"{live_server.url}/c/mentoring/{path}")
        return page

    return open_page
