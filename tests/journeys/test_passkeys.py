"""Passkeys in a real browser, whose authenticator is a virtual one."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from playwright.sync_api import expect

from tests.factories.cast import make_cast
from tests.journeys.test_student_books import check
from visavis.core.worker import drain
from visavis.people.models import AccountEvent

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(live_server, browser):
    """A browser with a phone's lock in it: it holds passkeys and knows its owner."""
    cache.clear()
    context = browser.new_context(locale="en-US", viewport={"width": 390, "height": 844})
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "automaticPresenceSimulation": True}
    options |= {"hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.authenticator = made["authenticatorId"]
    page.devtools = devtools
    yield page
    context.close()


def heading(page, words):
    expect(page.get_by_role("heading", level=1, name=words)).to_be_visible()


def code_of_the_mail():
    drain()
    return re.search(r"[A-Z]{3}-[A-Z]{3}", mail.outbox[-1].subject).group()


def sign_in_by_code(page, live_server, person, path="/accounts/security/"):
    page.goto(f"{live_server.url}/accounts/login/?next={path}")
    page.get_by_label("Your e-mail address").fill(person.email)
    page.get_by_role("button", name="Send me a code").click()
    heading(page, "Enter the code")
    page.get_by_label("The code from the mail").fill(code_of_the_mail())
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page, live_server):
    page.goto(f"{live_server.url}/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()


def set_up_passkey(page, name):
    page.get_by_role("link", name="Set up a passkey").click()
    heading(page, "Set up a passkey")
    check(page)
    page.get_by_label("What you call it").fill(name)
    page.get_by_role("button", name="Set the passkey up").click()
    heading(page, "Recovery codes")


def test_a_passkey_is_set_up_and_signs_in_by_itself(page, live_server):
    provider = make_cast().people["provider"]
    provider.claimed_at = provider.created_at
    provider.save(update_fields=["claimed_at"])
    sign_in_by_code(page, live_server, provider)
    heading(page, "How you sign in")
    set_up_passkey(page, "My phone")
    check(page)
    page.get_by_role("link", name="I have kept them").click()
    heading(page, "How you sign in")
    expect(page.get_by_text("Passkey “My phone”", exact=True).first).to_be_visible()
    check(page)

    sign_out(page, live_server)
    page.goto(f"{live_server.url}/accounts/login/?next=/accounts/security/")
    check(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    heading(page, "How you sign in")
    newest = AccountEvent.objects.filter(kind="signed_in").first()
    assert (newest.user, newest.way, newest.second_way) == (provider, "passkey", "")

    sign_out(page, live_server)
    sign_in_by_code(page, live_server, provider)
    heading(page, "Your second factor")
    check(page)
    page.get_by_role("button", name="Use your passkey").click()
    heading(page, "How you sign in")


def test_a_passkey_that_is_not_shown_is_said_in_words(page, live_server):
    page.devtools.send(
        "WebAuthn.setUserVerified", {"authenticatorId": page.authenticator, "isUserVerified": False}
    )
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was chosen")


def test_without_scripts_the_pages_say_what_else_there_is(browser, live_server):
    context = browser.new_context(java_script_enabled=False, locale="en-US")
    page = context.new_page()
    page.goto(f"{live_server.url}/accounts/login/")
    expect(page.get_by_text("Passkeys are asked for by a script")).to_be_visible()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    context.close()
