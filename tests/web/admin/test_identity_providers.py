"""The school's administrator sets up how people sign in, and locks nobody out."""

import json
import re
from dataclasses import asdict

import pytest
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import get_user
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.factories.identity import make_oidc, make_saml
from tests.factories.world import MONDAY, TESTER, make_user
from tests.identities.oidc_server import oidc_server
from tests.identities.saml_server import saml_server
from visavis.communities.models import School
from visavis.core.models import HistoryEntry
from visavis.identities.actions import add_affiliation_role, switch_provider
from visavis.identities.models import AffiliationRole, IdentityProvider
from visavis.identities.own_keys import keep_key, read_key
from visavis.identities.trying import TRIAL, Trial
from visavis.people.actions import make_school_admin
from visavis.people.models import User

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning"),
]
WAYS = "/school/sign-in/"
SECRET = "do-not-show-me"


@pytest.fixture(autouse=True)
def here(settings):
    settings.IDENTITY_PROVIDER_HOSTS = ["127.0.0.1"]


@pytest.fixture
def rosa():
    return make_school_admin(make_user("rosa@northfield.edu", "Rosa"), by=TESTER)


@pytest.fixture
def admin(rosa):
    client = Client()
    client.force_login(rosa)
    return client


@pytest.fixture(scope="module")
def server():
    with oidc_server() as running:
        yield running


def page_of(row, name="identity_provider"):
    return reverse(f"school:{name}", args=[row.key])


def typed(server, **changes):
    return {
        "name": "Northfield University",
        "issuer": server.issuer,
        "client_id": "visavis",
        "secret": SECRET,
        "domains": "northfield.edu\n",
        "makes_accounts": "on",
        **changes,
    }


def add(admin, server, **changes):
    url = admin.get("/school/sign-in/new/oidc/")["Location"]
    return url, admin.post(url, typed(server, **changes))


def test_a_provider_is_set_up_off_under_the_redirect_address_that_was_shown_before(admin, server):
    url, answer = add(admin, server)
    key = url.partition("key=")[2]
    row = IdentityProvider.objects.get()
    assert answer["Location"] == page_of(row)
    assert (row.key, row.issuer, row.is_on, row.domains) == (
        key,
        server.issuer,
        False,
        ["northfield.edu"],
    )
    page = admin.get(page_of(row)).content.decode()
    assert f"http://testserver/accounts/oidc/{key}/callback/" in page


def test_the_secret_is_on_no_page_and_in_no_history(admin, server):
    add(admin, server)
    row = IdentityProvider.objects.get()
    admin.post(page_of(row), typed(server, secret="another-secret", name="Renamed"))
    row.app.refresh_from_db()
    assert read_key(row.app) == "another-secret"
    assert "another-secret" not in f"{row.app.secret} {row.app.settings}"
    admin.post(page_of(row), typed(server, secret="", name="Renamed again"))
    row.app.refresh_from_db()
    assert (read_key(row.app), row.app.name) == ("another-secret", "Renamed again")
    everything = admin.get(page_of(row)).content.decode() + json.dumps(
        list(HistoryEntry.objects.values("before", "after", "subject_label"))
    )
    assert SECRET not in everything
    assert "another-secret" not in everything
    assert "a new one" in everything


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"issuer": "http://127.0.0.1:1"}, "did not answer"),
        ({"issuer": "https://169.254.169.254"}, "stands inside a private network"),
        ({"issuer": "https://10.1.2.3"}, "stands inside a private network"),
        ({"issuer": "ftp://127.0.0.1"}, "is no web address"),
        ({"issuer": "http://northfield.example"}, "without encryption"),
        ({"issuer": "https://user:pass@northfield.example"}, "is no web address"),
        ({"domains": "not a domain"}, "is no e-mail domain"),
        ({"secret": ""}, "Enter the secret"),
        ({"name": ""}, "Enter the name"),
    ],
)
def test_what_cannot_work_is_refused_where_it_was_typed(admin, server, changes, sentence):
    _url, answer = add(admin, server, **changes)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    asks_again = "Type it again: a secret is not sent back" in answer.content.decode()
    assert asks_again == ("secret" not in changes)
    assert not IdentityProvider.objects.exists()


def test_an_issuer_that_calls_itself_otherwise_is_refused(admin, server):
    path = "/.well-known/openid-configuration"
    server.changes[path] = lambda body: body.update(issuer="https://evil.example")
    _url, answer = add(admin, server)
    del server.changes[path]
    assert "calls itself “https://evil.example”" in answer.content.decode()


def test_one_issuer_is_set_up_once(admin, server):
    add(admin, server)
    _url, answer = add(admin, server)
    assert "There is a provider for" in answer.content.decode()


def test_saml_is_set_up_by_address_by_file_or_by_text(admin):
    with saml_server() as server:
        xml = server.metadata
        common = {"name": "Southfield", "domains": "southfield.edu"}
        ways = [
            {"metadata_url": f"{server.root}/metadata"},
            {"metadata_file": SimpleUploadedFile("idp.xml", xml)},
            {"metadata": xml.decode()},
        ]
        for way in ways:
            answer = admin.post("/school/sign-in/new/saml/", {**common, **way})
            assert answer.status_code == 302, answer.content.decode()
            row = IdentityProvider.objects.get()
            assert row.issuer == server.entity_id
            page = admin.get(page_of(row)).content.decode()
            assert f"http://testserver/accounts/saml/{row.key}/metadata/" in page
            assert "PRIVATE KEY" not in page
            admin.post(page_of(row, "identity_provider_removal"))


@pytest.mark.parametrize(
    ("metadata", "sentence"),
    [
        ("", "Enter the address of the metadata"),
        ("no xml", "are no XML"),
        ("<a/>", "describes no SAML 2.0 identity provider"),
        (
            '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
            "hold definitions (DTD)",
        ),
    ],
)
def test_metadata_that_are_none_are_refused(admin, metadata, sentence):
    typed = {"name": "S", "domains": "southfield.edu", "metadata": metadata}
    answer = admin.post("/school/sign-in/new/saml/", typed)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_the_issuer_stays_once_somebody_has_come_in_by_it(admin, server, rosa):
    row = make_oidc()
    SocialAccount.objects.create(provider=row.key, uid="rosa", user=rosa)
    answer = admin.post(page_of(row), typed(server))
    assert "Another one is a new provider" in answer.content.decode()


def test_codes_are_not_switched_off_before_a_provider_has_worked(admin):
    row = make_oidc(is_on=True)
    admin.post("/school/sign-in/codes/", {"on": "0"})
    assert School.objects.filter(email_codes=False).count() == 0
    row.worked_at = MONDAY
    row.save()
    admin.post("/school/sign-in/codes/", {"on": "0"})
    assert School.objects.get().email_codes is False


def test_without_codes_the_last_provider_that_works_stays(admin):
    row, other = make_oidc(is_on=True, worked_at=MONDAY), make_saml(is_on=True)
    admin.post("/school/sign-in/codes/", {"on": "0"})
    for name in ("identity_provider_switch", "identity_provider_removal"):
        answer = admin.post(page_of(row, name), follow=True)
        assert "Nobody could sign in any more" in answer.content.decode()
    row.refresh_from_db()
    assert row.is_on
    admin.post(page_of(other, "identity_provider_removal"))
    assert not IdentityProvider.objects.filter(pk=other.pk).exists()


def test_without_codes_nobody_signs_in_by_one(admin, client):
    make_oidc(is_on=True, worked_at=MONDAY)
    admin.post("/school/sign-in/codes/", {"on": "0"})
    page = client.get("/accounts/login/").content.decode()
    assert "Sign in with Northfield University" in page
    assert "Send me a code" not in page
    answer = client.post("/accounts/login/", {"email": "rosa@northfield.edu"})
    assert answer.status_code == 200
    assert "account_login" not in client.session


def test_the_order_of_the_buttons_can_be_changed(admin, client):
    make_oidc(is_on=True)
    second = make_saml(is_on=True)
    admin.post(page_of(second, "identity_provider_rise"))
    page = client.get("/accounts/login/").content.decode()
    assert re.findall(r"Sign in with ([A-Z]\w+ \w+)", page) == [
        "Southfield College",
        "Northfield University",
    ]


def test_the_test_shows_what_comes_and_changes_nothing(admin, server, rosa):
    add_affiliation_role(affiliation="student", role="student", community=None, by=TESTER)
    add(admin, server)
    row = IdentityProvider.objects.get()
    server.register(f"http://testserver/accounts/oidc/{row.key}/callback/")
    row.app.client_id = server.client_id
    keep_key(row.app, server.secret)
    row.app.save()
    claims = {"email": "jo@northfield.edu", "given_name": "Jo", "family_name": "March"}
    server.know("jo", **claims, eduperson_scoped_affiliation=["student@northfield.edu"])
    history = HistoryEntry.objects.count()
    begun = admin.post(reverse("account_begin", args=[row.key]), {"trial": "1"})
    there = re.search(r'content="0;url=([^"]+)"', begun.content.decode())[1]
    back = admin.get(server.sign_in(there.replace("&amp;", "&"), "jo"))
    assert back["Location"] == page_of(row, "identity_provider_trial")
    page = admin.get(back["Location"]).content.decode()
    assert "Jo March (jo@northfield.edu) makes a new account." in page
    assert "Student (every community)" in page
    assert "eduperson_scoped_affiliation" in page
    assert get_user(admin) == rosa
    assert (User.objects.count(), SocialAccount.objects.count()) == (1, 0)
    assert HistoryEntry.objects.count() == history
    row.refresh_from_db()
    assert row.worked_at is not None


def test_a_test_that_fails_says_why(admin, server):
    add(admin, server)
    row = IdentityProvider.objects.get()
    server.register(f"http://testserver/accounts/oidc/{row.key}/callback/")
    row.app.client_id = server.client_id
    row.app.save()
    server.know("jo", email="jo@northfield.edu")
    begun = admin.post(reverse("account_begin", args=[row.key]), {"trial": "1"})
    there = re.search(r'content="0;url=([^"]+)"', begun.content.decode())[1]
    back = admin.get(server.sign_in(there.replace("&amp;", "&"), "jo"), follow=True)
    page = back.content.decode()
    assert "does not accept the client id and secret (invalid_client)" in page
    assert SECRET not in page


def test_who_does_not_run_the_school_tests_nothing(client):
    row = make_oidc()
    answer = client.post(reverse("account_begin", args=[row.key]), {"trial": "1"})
    assert answer.status_code == 403


def test_roles_by_affiliation_are_given_and_taken_back(admin):
    page = "/school/sign-in/roles/"
    admin.post(page, {"affiliation": "student", "role": "student", "community": ""})
    again = admin.post(page, {"affiliation": "student", "role": "student", "community": ""})
    assert "given already" in again.content.decode()
    admins = admin.post(page, {"affiliation": "staff", "role": "admin", "community": ""})
    assert admins.status_code == 422
    row = AffiliationRole.objects.get()
    admin.post(reverse("school:affiliation_role_removal", args=[row.pk]))
    assert not AffiliationRole.objects.exists()


def test_a_person_is_let_in_anew(admin, rosa):
    row = make_oidc()
    kept = SocialAccount.objects.create(provider=row.key, uid="rosa-there", user=rosa)
    listed = admin.get(page_of(row, "identity_people") + "?q=rosa").content.decode()
    assert "rosa-there" in listed.replace("<wbr>", "").replace("\u200b", "")
    admin.post(reverse("school:identity_removal", args=[row.key, kept.pk]))
    assert not SocialAccount.objects.exists()


def test_the_pages_ask_the_database_a_bounded_number_of_times(
    admin, rosa, django_assert_max_num_queries
):
    row = make_saml(is_on=True)
    for number in range(12):
        make_oidc(f"northfield-{number}", is_on=True)
        person = make_user(f"p{number}@northfield.edu", "P")
        SocialAccount.objects.create(provider=row.key, uid=f"p{number}", user=person)
    with django_assert_max_num_queries(8):
        admin.get(WAYS)
    with django_assert_max_num_queries(9):
        admin.get(page_of(row, "identity_people"))
    with django_assert_max_num_queries(5):
        Client().get("/accounts/login/")


def test_switching_is_written_down(admin):
    row = make_oidc(worked_at=MONDAY)
    admin.post(page_of(row, "identity_provider_switch"), {"on": "1"})
    switch_provider(row, is_on=False, by=TESTER)
    verbs = list(HistoryEntry.objects.order_by("pk").values_list("verb", flat=True))[-2:]
    assert verbs == ["switched identity provider on", "switched identity provider off"]


def test_what_never_worked_is_switched_on_only_after_a_question(admin):
    row = make_oidc()
    asked = admin.post(page_of(row, "identity_provider_switch"), {"on": "1"})
    row.refresh_from_db()
    assert (asked.status_code, row.is_on) == (200, False)
    assert "Switch it on untested" in asked.content.decode()
    admin.post(page_of(row, "identity_provider_switch"), {"on": "1", "untested": "1"})
    row.refresh_from_db()
    assert row.is_on


@pytest.mark.parametrize(("problem", "is_on"), [("", True), ("It did not answer.", False)])
def test_a_test_that_went_well_answers_the_question_until_something_changes(
    admin, server, problem, is_on
):
    add(admin, server)
    row = IdentityProvider.objects.get()

    def try_it() -> None:
        session = admin.session
        session[TRIAL] = asdict(Trial(row.key, problem=problem))
        session.save()

    def switch_on() -> bool:
        admin.post(page_of(row, "identity_provider_switch"), {"on": "1"})
        row.refresh_from_db()
        return row.is_on

    try_it()
    saved = admin.post(page_of(row), typed(server))
    assert saved.status_code == 302
    assert not switch_on()
    try_it()
    assert switch_on() is is_on
