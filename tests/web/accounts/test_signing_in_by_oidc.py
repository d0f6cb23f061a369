"""Sign-in by OpenID Connect, through a real provider on this machine."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import get_user
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from tests.factories.world import TESTER
from tests.identities.oidc_server import an_hour_ago, oidc_server
from visavis.communities.actions import change_school
from visavis.core.models import HistoryEntry
from visavis.identities.actions import add_oidc, switch_provider
from visavis.identities.own_keys import keep_key
from visavis.identities.wanted import OidcKeys, Wanted
from visavis.people.actions import find_or_make_user
from visavis.people.models import AccountEvent, User

pytestmark = [
    pytest.mark.django_db,
    # The provider's own: its thread shares our filters.
    pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning"),
]
JANE = {
    "email": "jane@northfield.edu",
    "email_verified": True,
    "given_name": "Jane",
    "family_name": "Doe",
}


@pytest.fixture(autouse=True)
def here(settings):
    settings.IDENTITY_PROVIDER_HOSTS = ["127.0.0.1"]


@pytest.fixture(scope="module")
def running():
    with oidc_server() as server:
        yield server


@pytest.fixture
def server(running):
    yield running
    running.changes.clear()
    running.statuses.clear()
    running.claims = None


@pytest.fixture
def provider(server):
    change_school({"name": "Northfield"}, by=TESTER)
    wanted = Wanted("Northfield University", domains=["northfield.edu"])
    made = add_oidc(wanted, OidcKeys(server.issuer, "unknown yet", "s"), by=TESTER)
    server.register(f"http://testserver/accounts/oidc/{made.key}/callback/")
    made.app.client_id = server.client_id
    keep_key(made.app, server.secret)
    made.app.save()
    switch_provider(made, is_on=True, by=TESTER)
    made.refresh_from_db()
    return made


def go(client, provider, next_path=""):
    """Press the button here; the address at the provider where the browser is sent."""
    begun = client.post(reverse("account_begin", args=[provider.key]), {"next": next_path})
    assert begun.status_code == 200, begun.content.decode()
    found = re.search(r'content="0;url=([^"]+)"', begun.content.decode())
    return found[1].replace("&amp;", "&")


def sign_in(client, server, provider, sub, next_path="", **claims):
    server.know(sub, **claims)
    return client.get(server.sign_in(go(client, provider, next_path), sub))


def said(response):
    """The sentence of the page that refuses."""
    assert response.status_code == 403, response
    assert escape(response.context["sentence"]) in response.content.decode()
    return response.context["sentence"]


def person(client):
    return get_user(client)


def test_the_first_sign_in_makes_an_account_and_shows_the_profile(server, provider):
    client = Client()
    back = sign_in(client, server, provider, "sub-new", **JANE)
    assert (back.status_code, back["Location"]) == (302, "/accounts/profile/?first=yes")
    user = person(client)
    assert (user.email, user.first_name, user.last_name) == (JANE["email"], "Jane", "Doe")
    assert user.claimed_at is not None
    assert SocialAccount.objects.get().uid == "sub-new"


def test_the_second_factor_is_asked_for_after_the_provider_as_well(server, provider):
    sign_in(Client(), server, provider, "sub-factor", **JANE)
    secret = generate_totp_secret()
    TOTP.activate(User.objects.get(), secret)
    client = Client()
    back = sign_in(client, server, provider, "sub-factor", "/styleguide/", **JANE)
    assert back["Location"] == "/accounts/login/second/"
    assert not person(client).is_authenticated
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    through = client.post(back["Location"], {"code": code})
    assert (through.status_code, through["Location"]) == (302, "/styleguide/")
    assert person(client).email == JANE["email"]
    newest = AccountEvent.objects.filter(kind="signed_in").first()
    assert (newest.way, newest.second_way) == ("school", "app")


def test_the_second_sign_in_opens_the_same_account_whatever_the_address_is_by_now(server, provider):
    sign_in(Client(), server, provider, "sub-again", **JANE)
    client = Client()
    renamed = {**JANE, "email": "jane.doe@northfield.edu"}
    back = sign_in(client, server, provider, "sub-again", "/styleguide/", **renamed)
    assert back["Location"] == "/styleguide/"
    assert person(client).email == JANE["email"]
    assert User.objects.count() == 1


def test_a_prepared_account_is_claimed_and_keeps_its_name(server, provider):
    prepared, _made = find_or_make_user(JANE["email"], first_name="Janet", by=TESTER)
    client = Client()
    sign_in(client, server, provider, "sub-claims", **JANE)
    assert person(client) == prepared
    assert person(client).first_name == "Janet"
    verbs = set(HistoryEntry.objects.values_list("verb", flat=True))
    assert {"signed in for the first time", "linked identity"} <= verbs


def test_an_account_of_another_domain_is_out_of_reach(server, provider):
    stranger, _made = find_or_make_user("jane@southfield.edu", by=TESTER)
    client = Client()
    foreign = {**JANE, "email": "jane@southfield.edu"}
    refused = sign_in(client, server, provider, "sub-foreign", **foreign)
    assert "may not vouch for addresses" in said(refused)
    assert not person(client).is_authenticated
    stranger.refresh_from_db()
    assert stranger.claimed_at is None


def test_an_account_that_is_somebody_elses_there_is_not_taken(server, provider):
    sign_in(Client(), server, provider, "sub-first", **JANE)
    client = Client()
    refused = sign_in(client, server, provider, "sub-second", **JANE)
    assert "belongs to somebody else at Northfield University" in said(refused)
    assert not person(client).is_authenticated


def test_an_address_that_the_provider_has_not_checked_proves_nothing(server, provider):
    prepared, _made = find_or_make_user(JANE["email"], by=TESTER)
    unproven = {**JANE, "email_verified": False}
    refused = sign_in(Client(), server, provider, "sub-unproven", **unproven)
    assert "has not checked that jane@northfield.edu is yours" in said(refused)
    prepared.refresh_from_db()
    assert prepared.claimed_at is None


def test_who_has_no_address_is_told_so(server, provider):
    refused = sign_in(Client(), server, provider, "sub-nameless", given_name="Jane")
    assert "did not say what your e-mail address is" in said(refused)


def test_another_browser_cannot_finish_what_this_one_began(server, provider):
    server.know("sub-csrf", **JANE)
    back = server.sign_in(go(Client(), provider), "sub-csrf")
    client = Client()
    assert said(client.get(back)) == "This sign-in was not completed. Begin it again here."
    assert not person(client).is_authenticated


def test_what_came_back_once_cannot_come_back_again(server, provider):
    client = Client()
    server.know("sub-twice", **JANE)
    back = server.sign_in(go(client, provider), "sub-twice")
    assert client.get(back).status_code == 302
    client.logout()
    assert said(client.get(back)) == "This sign-in was not completed. Begin it again here."


def test_a_provider_that_was_switched_off_meanwhile_lets_nobody_in(server, provider):
    client = Client()
    server.know("sub-late", **JANE)
    back = server.sign_in(go(client, provider), "sub-late")
    switch_provider(provider, is_on=False, by=TESTER)
    assert "was switched off" in said(client.get(back))
    assert not person(client).is_authenticated
    assert not User.objects.exists()


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example/", "javascript:x"])
def test_the_way_on_is_never_to_another_site(server, provider, wanted):
    client = Client()
    sign_in(client, server, provider, "sub-open", **JANE)
    client = Client()
    assert sign_in(client, server, provider, "sub-open", wanted, **JANE)["Location"] == "/"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda claims: claims.update(aud="somebody-else"), "does not work at the moment"),
        (lambda claims: claims.update(iss="https://evil.example"), "does not work at the moment"),
        (an_hour_ago, "took too long"),
        (lambda claims: claims.update(iat=int(time.time()) + 3600), "clocks"),
        (lambda claims: claims.update(nonce="another"), "was not completed"),
        (lambda claims: claims.update(sub="somebody-else"), "does not work at the moment"),
        (lambda claims: claims.pop("sub"), "does not work at the moment"),
    ],
)
def test_an_id_token_that_does_not_hold_is_refused(server, provider, change, sentence):
    server.claims = change
    client = Client()
    assert sentence in said(sign_in(client, server, provider, "sub-bent", **JANE))
    assert not person(client).is_authenticated


def test_an_id_token_signed_by_somebody_else_is_refused(server, provider):
    def forge(answer):
        head, body, signature = answer["id_token"].split(".")
        turned = ("A" if signature[0] != "A" else "B") + signature[1:]
        answer["id_token"] = f"{head}.{body}.{turned}"

    server.changes["/oauth2/token"] = forge
    client = Client()
    said(sign_in(client, server, provider, "sub-forged", **JANE))
    assert not person(client).is_authenticated


def test_a_wrong_secret_is_told_to_nobody_but_who_sets_it_up(server, provider, caplog):
    keep_key(provider.app, "wrong-and-not-to-be-logged")
    provider.app.save()
    refused = said(sign_in(Client(), server, provider, "sub-secret", **JANE))
    assert refused.endswith("Tell your school’s help desk.")
    assert "client_refused" in caplog.text
    assert "wrong-and-not-to-be-logged" not in caplog.text


def test_who_cancels_there_is_told_how_to_go_on(server, provider):
    client = Client()
    address = go(client, provider)
    state = re.search(r"state=([^&]+)", address)[1]
    callback = reverse("openid_connect_callback", args=[provider.key])
    refused = client.get(callback, {"state": state, "error": "access_denied"})
    assert "was cancelled" in said(refused)


def test_an_answer_of_another_issuer_is_refused(server, provider):
    client = Client()
    server.know("sub-mixed", **JANE)
    back = server.sign_in(go(client, provider), "sub-mixed")
    said(client.get(f"{back}&iss=https://evil.example"))
    assert not person(client).is_authenticated
