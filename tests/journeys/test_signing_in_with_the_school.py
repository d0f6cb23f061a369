"""In a browser: a provider is tested and switched on, and people come in by it, both kinds."""

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories.world import TESTER, make_user
from tests.identities.oidc_server import oidc_server
from tests.identities.saml_server import OIDS, SUBJECT_ID, saml_server
from tests.journeys.test_student_books import check
from visavis.core import clock
from visavis.identities.actions import add_oidc, add_saml, switch_provider
from visavis.identities.own_keys import keep_key
from visavis.identities.wanted import OidcKeys, SamlSource, Wanted
from visavis.people.actions import make_school_admin

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning"),
]
LONG = "The Northfield Institute of Technology X"  # as long as a name may be
DOMAINS = ["northfield.edu"]


@pytest.fixture(autouse=True)
def here(settings):
    settings.IDENTITY_PROVIDER_HOSTS = ["127.0.0.1"]


def pressed(page, name):
    page.get_by_role("button", name=name).click()


def test_an_administrator_tests_a_provider_and_a_student_comes_in_by_it(
    live_server, opened, browser
):
    rosa = make_school_admin(make_user("rosa@northfield.edu", "Rosa"), by=TESTER)
    with oidc_server() as server:
        keys = OidcKeys(server.issuer, "later", "later")
        row = add_oidc(Wanted("Northfield University", domains=DOMAINS), keys, by=TESTER)
        callback = reverse("openid_connect_callback", args=[row.key])
        server.register(f"{live_server.url}{callback}")
        row.app.client_id = server.client_id
        keep_key(row.app, server.secret)
        row.app.save()
        server.know("jo", email="jo@northfield.edu", given_name="Jo", family_name="March")

        page = opened(rosa, "../../school/sign-in/")
        page.get_by_role("link", name="Northfield University").click()
        expect(page.get_by_role("heading", name="For your identity team")).to_be_visible()
        check(page)
        pressed(page, "Test the sign-in")
        page.locator("input[name=sub]").fill("jo")
        page.get_by_role("button", name="Authorize").click()
        expect(
            page.get_by_text("Jo March (jo@northfield.edu) makes a new account.")
        ).to_be_visible()
        check(page)
        page.get_by_role("link", name="Back to the provider").click()
        pressed(page, "Switch it on")
        expect(page.get_by_text("its button stands on the sign-in page")).to_be_visible()

        other = browser.new_context(locale="en-US").new_page()
        other.goto(f"{live_server.url}/accounts/login/")
        check(other)
        pressed(other, "Sign in with Northfield University")
        other.locator("input[name=sub]").fill("jo")
        other.get_by_role("button", name="Authorize").click()
        expect(other.get_by_role("textbox", name="First name")).to_have_value("Jo")
        other.context.close()
        page.context.close()


def test_a_student_comes_in_by_saml_without_a_script(live_server, browser):
    host = live_server.url.removeprefix("http://")
    with saml_server() as server:
        source = SamlSource(metadata_url=f"{server.root}/metadata", root=live_server.url)
        row = add_saml(Wanted(LONG, domains=DOMAINS), source, by=TESTER, now=clock.now())
        switch_provider(row, is_on=True, by=TESTER)
        metadata = reverse("saml_metadata", args=[row.key])
        server.know(Client(headers={"host": host}).get(metadata).content)
        server.person = {
            SUBJECT_ID: ["jo-1@northfield.edu"],
            "mail": ["jo@northfield.edu"],
            "displayName": ["Jo March"],
        }
        assert set(server.person) <= set(OIDS)
        page = browser.new_context(locale="en-US", java_script_enabled=False).new_page()
        page.goto(f"{live_server.url}/accounts/login/")
        pressed(page, f"Sign in with {LONG}")
        pressed(page, "Sign in")
        expect(page.get_by_role("textbox", name="First name")).to_have_value("Jo")
        page.context.close()
