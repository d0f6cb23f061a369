"""Sign-in by SAML 2.0, through a real provider on this machine."""

import re
import time
from datetime import timedelta

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

from tests.factories.world import TESTER, make_world
from tests.identities.saml_server import (
    SHA1,
    SUBJECT_ID,
    passing_name_id,
    saml_server,
    set_clock,
    without_signatures,
)
from visavis.communities.actions import change_school
from visavis.core import clock
from visavis.identities.actions import add_saml, switch_provider
from visavis.identities.wanted import SamlSource, Wanted
from visavis.people.actions import find_or_make_user, give_role
from visavis.people.enums import Role
from visavis.people.models import User

pytestmark = pytest.mark.django_db
HOST = "127.0.0.1"
MANAGE, SECOND = "/c/mentoring/manage/settings/", "/accounts/login/second/"
JANE = {
    SUBJECT_ID: ["jd12-0815@northfield.edu"],
    "mail": ["jane@northfield.edu"],
    "givenName": ["Jane"],
    "sn": ["Doe"],
    "eduPersonPrincipalName": ["jd12@northfield.edu"],
    "eduPersonScopedAffiliation": ["student@northfield.edu", "staff@southfield.edu"],
}


@pytest.fixture(autouse=True)
def here(settings):
    settings.IDENTITY_PROVIDER_HOSTS = ["127.0.0.1"]


@pytest.fixture(scope="module")
def running():
    with saml_server() as server:
        yield server


@pytest.fixture
def server(running):
    running.person = dict(JANE)
    yield running
    running.how, running.bend = {}, lambda xml: xml


@pytest.fixture
def provider(server):
    source = SamlSource(metadata_url=f"{server.root}/metadata", root=f"http://{HOST}")
    wanted = Wanted("Northfield University", domains=["northfield.edu"])
    made = add_saml(wanted, source, by=TESTER, now=clock.now())
    switch_provider(made, is_on=True, by=TESTER)
    made.refresh_from_db()
    server.know(Client(SERVER_NAME=HOST).get(reverse("saml_metadata", args=[made.key])).content)
    return made


def a_client():
    return Client(SERVER_NAME=HOST)


def go(client, provider, next_path=""):
    begun = client.post(reverse("account_begin", args=[provider.key]), {"next": next_path})
    assert begun.status_code == 200, begun.content.decode()
    found = re.search(r'content="0;url=([^"]+)"', begun.content.decode())
    return found[1].replace("&amp;", "&")


def post(client, provider, form):
    """What the browser does with the provider's form: post it, and follow to the end."""
    sent = Client(SERVER_NAME=HOST).post(reverse("saml_acs", args=[provider.key]), form)
    assert sent.status_code == 302, sent.content.decode()
    return client.get(sent["Location"])


def sign_in(client, server, provider, next_path=""):
    return post(client, provider, server.sign_in(go(client, provider, next_path)))


def said(response):
    assert response.status_code == 403, response
    assert escape(response.context["sentence"]) in response.content.decode()
    return response.context["sentence"]


def test_the_first_sign_in_makes_an_account(server, provider):
    client = a_client()
    back = sign_in(client, server, provider)
    assert (back.status_code, back["Location"]) == (302, "/accounts/profile/?first=yes")
    user = get_user(client)
    assert (user.email, str(user)) == ("jane@northfield.edu", "Jane Doe")
    identity = SocialAccount.objects.get()
    assert identity.uid == "subject-id:jd12-0815@northfield.edu"
    assert identity.extra_data == {"affiliations": ["student"]}


def test_the_second_opens_the_same_account_though_address_and_principal_name_are_others(
    server, provider
):
    sign_in(a_client(), server, provider)
    server.person |= {
        "mail": ["doe@northfield.edu"],
        "eduPersonPrincipalName": ["x@northfield.edu"],
    }
    client = a_client()
    assert sign_in(client, server, provider, "/styleguide/")["Location"] == "/styleguide/"
    assert get_user(client).email == "jane@northfield.edu"
    assert User.objects.count() == 1


def test_a_prepared_account_is_claimed_by_its_sso_id(server, provider):
    prepared, _made = find_or_make_user("janet@northfield.edu", by=TESTER)
    prepared.sso_id = "JD12"
    prepared.save()
    client = a_client()
    sign_in(client, server, provider)
    assert get_user(client) == prepared


def test_an_sso_id_never_opens_what_somebody_uses(server, provider):
    used, _made = find_or_make_user("janet@northfield.edu", by=TESTER)
    used.sso_id, used.claimed_at = "jd12", clock.now()
    used.save()
    assert "Somebody uses the account with your SSO ID" in said(
        sign_in(a_client(), server, provider)
    )


def test_an_sso_id_never_opens_an_account_of_another_domain(server, provider):
    prepared, _made = find_or_make_user("janet@southfield.edu", by=TESTER)
    prepared.sso_id = "jd12"
    prepared.save()
    assert "for which Northfield University may not vouch" in said(
        sign_in(a_client(), server, provider)
    )


def test_address_and_sso_id_of_two_people_open_neither(server, provider):
    find_or_make_user("jane@northfield.edu", by=TESTER)
    other, _made = find_or_make_user("janet@northfield.edu", by=TESTER)
    other.sso_id = "jd12"
    other.save()
    assert "two different accounts" in said(sign_in(a_client(), server, provider))


def test_a_recycled_address_does_not_open_the_account_of_who_had_it(server, provider):
    sign_in(a_client(), server, provider)
    server.person |= {SUBJECT_ID: ["another-4711@northfield.edu"]}
    client = a_client()
    assert "belongs to somebody else" in said(sign_in(client, server, provider))
    assert not get_user(client).is_authenticated


def test_the_principal_name_alone_says_too_little(server, provider):
    server.person.pop(SUBJECT_ID)
    server.how = {"name_id": passing_name_id()}
    assert "did not say who you are" in said(sign_in(a_client(), server, provider))


def test_who_has_no_address_is_told_so(server, provider):
    server.person.pop("mail")
    assert "did not say what your e-mail address is" in said(sign_in(a_client(), server, provider))


@pytest.mark.parametrize(
    "how", [{"sign_assertion": False}, {"sign_response": False}], ids=["response", "assertion"]
)
def test_either_signature_is_enough(server, provider, how):
    server.how = how
    client = a_client()
    sign_in(client, server, provider)
    assert get_user(client).is_authenticated


def test_an_encrypted_assertion_is_read(server, provider):
    server.how = {"encrypt_assertion": True, "sign_assertion": True}
    client = a_client()
    sign_in(client, server, provider)
    assert get_user(client).is_authenticated


def last_said(caplog):
    """The last line of the log that is not the account of a request."""
    said = [one.getMessage() for one in caplog.records if one.name != "visavis.access"]
    return said[-1]


def refused(server, provider, caplog):
    client = a_client()
    sentence = said(sign_in(client, server, provider))
    assert not get_user(client).is_authenticated
    assert not User.objects.exists()
    code = last_said(caplog).rpartition(" ")[2]
    return code, sentence


def test_an_unsigned_answer_is_refused(server, provider, caplog):
    server.bend = without_signatures
    assert refused(server, provider, caplog)[0] == "unsigned"


def test_an_altered_answer_is_refused(server, provider, caplog):
    server.bend = lambda xml: xml.replace("jane@northfield.edu", "boss@northfield.edu")
    assert refused(server, provider, caplog)[0] == "bad_signature"


def test_an_answer_signed_with_another_key_is_refused(server, provider, caplog):
    with saml_server() as other:
        certificate = (other.folder / "cert.pem").read_text().split("-----")[2]
    provider.app.settings["idp"]["x509cert"] = "".join(certificate.split())
    provider.app.save()
    assert refused(server, provider, caplog)[0] == "bad_signature"


def test_an_answer_for_somebody_else_is_refused(server, provider, caplog):
    provider.app.settings["sp"]["entity_id"] = "https://another.example/sp"
    provider.app.save()
    ours = Client(SERVER_NAME=HOST).get(reverse("saml_metadata", args=[provider.key])).content
    server.know(ours)
    form = server.sign_in(go(a_client(), provider))
    provider.app.settings["sp"]["entity_id"] = "https://ours.example/sp"
    provider.app.save()
    said(post(a_client(), provider, form))
    assert last_said(caplog).endswith("wrong_audience")


def test_an_answer_signed_by_a_broken_algorithm_is_refused(server, provider, caplog):
    server.how = SHA1
    assert refused(server, provider, caplog)[0] == "old_algorithm"


def test_an_answer_of_somebody_else_is_refused(server, provider, caplog):
    provider.app.settings["idp"]["entityId"] = "https://another.example/idp"
    provider.app.save()
    assert refused(server, provider, caplog)[0] == "wrong_saml_issuer"


@pytest.mark.parametrize(
    ("offset", "code"), [(-timedelta(hours=2), "expired"), (timedelta(hours=2), "too_early")]
)
def test_an_answer_that_does_not_hold_now_is_refused(
    server, provider, caplog, monkeypatch, offset, code
):
    set_clock(monkeypatch, offset)
    assert refused(server, provider, caplog)[0] == code


def test_an_answer_works_once(server, provider, caplog):
    first = a_client()
    form = server.sign_in(go(first, provider))
    post(first, provider, form)
    again = post(a_client(), provider, form)
    assert said(again) == "This sign-in has been used already. Begin a new one here."


def test_an_answer_that_this_browser_did_not_ask_for_is_refused(server, provider):
    form = server.sign_in(go(a_client(), provider))
    client = a_client()
    assert said(post(client, provider, form)).startswith("This sign-in was not completed.")
    assert not get_user(client).is_authenticated


def test_where_an_answer_says_to_go_on_is_not_gone(server, provider):
    sign_in(a_client(), server, provider)
    client = a_client()
    form = server.sign_in(go(client, provider)) | {"RelayState": "https://evil.example/"}
    assert post(client, provider, form)["Location"] == "/"


def test_a_provider_that_was_switched_off_meanwhile_lets_nobody_in(server, provider):
    client = a_client()
    form = server.sign_in(go(client, provider))
    switch_provider(provider, is_on=False, by=TESTER)
    assert "was switched off" in said(post(client, provider, form))
    assert not User.objects.exists()


@pytest.mark.parametrize("text", ["", "%%%", "bm8geG1s", "PGEvPg==", "x" * 500_000])
def test_what_is_no_answer_is_refused_and_leaves_no_trace(provider, text):
    back = post(a_client(), provider, {"SAMLResponse": text})
    assert said(back).endswith("Tell your school’s help desk.")


def test_our_metadata_do_not_run_out_and_ask_for_what_is_needed(provider):
    found = a_client().get(reverse("saml_metadata", args=[provider.key])).content.decode()
    assert "validUntil" not in found
    assert "cacheDuration" not in found
    assert f'entityID="http://{HOST}/accounts/saml/{provider.key}/metadata/"' in found
    asked = re.findall(
        r'RequestedAttribute Name="[^"]+" NameFormat="[^"]+" FriendlyName="(\S+)"', found
    )
    assert asked == [
        "subject-id",
        "eduPersonUniqueId",
        "eduPersonPrincipalName",
        "mail",
        "displayName",
        "givenName",
        "sn",
        "eduPersonScopedAffiliation",
    ]
    assert "PRIVATE" not in found


# --- And the second factor ------------------------------------------------------------------------


@pytest.fixture
def jane(provider):
    """The person of the provider, who looks after a community; the school asks for a factor."""
    change_school({"name": "Northfield", "admins_need_second_factor": True}, by=TESTER)
    person, _made = find_or_make_user("jane@northfield.edu", by=TESTER)
    person.claimed_at = clock.now()  # has been here before: a first sign-in goes to the profile
    person.save(update_fields=["claimed_at"])
    give_role(person, make_world().community, Role.ADMIN, by=TESTER)
    return person


def way(answer):
    assert answer.status_code == 302
    return answer["Location"].partition("?")[0]


def test_an_administrator_without_a_second_factor_is_led_to_setting_one_up(server, provider, jane):
    client = a_client()
    sign_in(client, server, provider)
    assert get_user(client) == jane
    assert way(client.get(MANAGE)) == "/accounts/security/"
    asked = client.get(client.get(MANAGE)["Location"]).content.decode()
    assert "Your school asks for a second factor" in asked
    # What is no administrator's is open.
    assert client.get("/accounts/profile/").status_code == 200


def test_the_school_s_word_is_not_enough_where_a_second_factor_is_set_up(server, provider, jane):
    secret = generate_totp_secret()
    TOTP.activate(jane, secret)
    client = a_client()
    assert way(sign_in(client, server, provider, MANAGE)) == SECOND
    assert not get_user(client).is_authenticated
    assert way(client.get(MANAGE)) == "/accounts/login/"
    wrong = client.post(SECOND, {"code": "000000"})
    assert "That does not fit" in wrong.content.decode()
    assert not get_user(client).is_authenticated
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    assert client.post(SECOND, {"code": code})["Location"] == MANAGE
    assert get_user(client) == jane
    assert client.get(MANAGE).status_code == 200


def test_the_word_of_another_browser_s_second_factor_does_not_count(server, provider, jane):
    client = a_client()
    sign_in(client, server, provider)
    # Set up elsewhere, after this browser had come in by the school's word alone.
    TOTP.activate(jane, generate_totp_secret())
    assert way(client.get(MANAGE)) == "/accounts/security/confirmation/"
