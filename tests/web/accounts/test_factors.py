"""Second factors: an app's codes computed here, recovery codes, and what the pages make of them."""

import json
import time
from base64 import urlsafe_b64encode

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.test import Client
from django.utils.http import int_to_base36

from tests.factories.world import TESTER
from visavis.core.models import HistoryEntry
from visavis.core.worker import drain
from visavis.people.actions import make_school_admin
from visavis.people.enums import AccountEventKind
from visavis.people.models import AccountEvent, User
from visavis.web.accounts import arrivals, factors

LOGIN, CODE, SECOND = "/accounts/login/", "/accounts/login/code/", "/accounts/login/second/"
SECURITY, APP = "/accounts/security/", "/accounts/security/app/"
RECOVERY = "/accounts/security/recovery/"


@pytest.fixture
def ann(ann):
    return make_school_admin(ann, by=TESTER)


@pytest.fixture
def come_in(read_code):
    """A browser that has entered the code of the mail, and what answered."""

    def come(person, client=None):
        client = client or Client()
        client.post(LOGIN, {"email": person.email})
        return client, client.post(CODE, {"code": read_code()})

    return come


def code_of(secret, *, steps=1):
    """What an app shows that holds this secret, in the next half minute or `steps` of them.

    The present one has set the app up, and the one before might be over when it arrives.
    """
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def signed_in(client):
    return "_auth_user_id" in client.session


@pytest.fixture
def with_app(come_in, ann):
    """Ann's browser, signed in, and the secret of the app that she has just set up."""
    client, _ = come_in(ann)
    client.get(APP)
    secret = client.session["mfa.totp.secret"]
    answer = client.post(APP, {"code": code_of(secret, steps=0)})
    assert answer.headers["Location"] == RECOVERY
    return client, secret


def recovery_codes(client):
    return client.get(RECOVERY).context["codes"]


def test_an_app_is_set_up_with_a_code_that_it_shows(with_app, ann):
    client, secret = with_app
    kept = Authenticator.objects.get(user=ann, type="totp")
    assert secret not in str(kept.data)
    assert len(recovery_codes(client)) == 10
    drain()
    assert "second factor was added" in mail.outbox[-1].subject
    assert mail.outbox[-1].to == [ann.email]
    assert HistoryEntry.objects.filter(verb="added second factor", subject_id=str(ann.pk)).exists()


@pytest.mark.django_db(transaction=True)
def test_a_factor_that_loses_against_another_change_is_kept_and_shown_once(come_in, ann, lose_at):
    arriving, adding = lose_at(arrivals, "note"), lose_at(factors, "note_added")
    client, _ = come_in(ann)
    client.get(APP)
    answer = client.post(APP, {"code": code_of(client.session["mfa.totp.secret"], steps=0)})
    assert answer.headers["Location"] == RECOVERY
    assert (arriving, adding) == (["note"], ["note_added"])
    assert Authenticator.objects.filter(user=ann, type=Authenticator.Type.TOTP).count() == 1
    methods = client.session["account_authentication_methods"]
    assert [step["method"] for step in methods].count("mfa") == 1
    kinds = AccountEvent.objects.filter(user=ann).values_list("kind", flat=True)
    told = [AccountEventKind.FACTOR_ADDED, AccountEventKind.ROLE_GIVEN, AccountEventKind.SIGNED_IN]
    assert sorted(kinds) == told


def test_a_wrong_code_sets_nothing_up_and_keeps_the_picture(come_in, ann):
    client, _ = come_in(ann)
    first = client.get(APP).context["shown"]
    again = client.post(APP, {"code": "000000"})
    assert (again.status_code, again.context["shown"]) == (422, first)
    assert not Authenticator.objects.exists()


def test_the_code_by_mail_is_followed_by_the_code_of_the_app(with_app, come_in, ann):
    _, secret = with_app
    client, answer = come_in(ann)
    assert (answer.headers["Location"], signed_in(client)) == (SECOND, False)
    refused = client.post(SECOND, {"code": "000000"})
    assert (refused.status_code, signed_in(client)) == (422, False)
    assert client.post(SECOND, {"code": code_of(secret)}).status_code == 302
    assert signed_in(client)
    newest = AccountEvent.objects.filter(kind=AccountEventKind.SIGNED_IN).first()
    assert (newest.user, newest.way, newest.second_way) == (ann, "code", "app")
    [no] = AccountEvent.objects.filter(kind=AccountEventKind.REFUSED)
    assert (no.user, no.second_way) == (ann, "app")


def test_a_code_of_the_app_opens_once(with_app, come_in, ann):
    _, secret = with_app
    code = code_of(secret)
    first, _ = come_in(ann)
    first.post(SECOND, {"code": code})
    second, _ = come_in(ann)
    second.post(SECOND, {"code": code})
    assert (signed_in(first), signed_in(second)) == (True, False)


def test_the_code_that_set_the_app_up_signs_nobody_in(come_in, ann):
    client, _ = come_in(ann)
    client.get(APP)
    code = code_of(client.session["mfa.totp.secret"], steps=0)
    client.post(APP, {"code": code})
    other, _ = come_in(ann)
    other.post(SECOND, {"code": code})
    assert not signed_in(other)


def test_a_recovery_code_opens_once_in_place_of_the_app(with_app, come_in, ann):
    code = recovery_codes(with_app[0])[3]
    first, _ = come_in(ann)
    first.post(SECOND, {"code": f"{code[:4]} {code[4:]}"})
    second, _ = come_in(ann)
    second.post(SECOND, {"code": code})
    assert (signed_in(first), signed_in(second)) == (True, False)
    assert code not in recovery_codes(with_app[0])
    newest = AccountEvent.objects.filter(kind=AccountEventKind.SIGNED_IN).first()
    assert newest.second_way == "recovery"


def test_new_recovery_codes_void_those_before(with_app, come_in, ann):
    client, _ = with_app
    old = recovery_codes(client)
    client.post(RECOVERY)
    assert set(recovery_codes(client)).isdisjoint(old)
    other, _ = come_in(ann)
    other.post(SECOND, {"code": old[0]})
    assert not signed_in(other)


def test_a_guesser_is_stopped_after_five_codes(with_app, come_in, ann):
    _, secret = with_app
    client, _ = come_in(ann)
    for number in range(5):
        client.post(SECOND, {"code": f"00000{number}"})
    stopped = client.post(SECOND, {"code": code_of(secret)})
    assert (stopped.status_code, signed_in(client)) == (422, False)
    assert "Wait five minutes" in stopped.content.decode()


def test_the_second_step_without_a_first_leads_to_the_sign_in(client):
    assert client.get(SECOND).headers["Location"] == LOGIN
    assert client.post(SECOND, {"code": "123456"}).headers["Location"] == LOGIN


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "{",
        "null",
        "[]",
        '"x"',
        "7",
        "{}",
        '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {}}',
        '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"userHandle": "enp6enp6enp6enp6enp6eg", "clientDataJSON": "e30", "authenticatorData": "AA", "signature": "AA"}}',  # noqa: E501
        '{"id": "AA", "response": {"userHandle": 7}}',
        '{"response": [1]}',
        "\\ud800",
    ],
)
def test_an_answer_that_no_passkey_gives_is_refused_in_words(client, with_app, answer):
    refused = client.post("/accounts/login/passkey/", {"credential": answer})
    assert (refused.status_code, refused.headers["Location"]) == (302, LOGIN)
    assert "not known here" in client.get(LOGIN).content.decode()
    mine, _ = with_app
    page = mine.post("/accounts/security/passkeys/new/", {"credential": answer, "name": "x"})
    assert page.status_code == 422
    confirmed = mine.post("/accounts/security/confirmation/", {"credential": answer})
    assert confirmed.status_code == 422


def test_a_passkey_of_somebody_and_of_nobody_are_refused_alike(client, ann):
    pages = []
    for pk in (ann.pk, 999_999):
        handle = urlsafe_b64encode(int_to_base36(pk).encode()).decode().rstrip("=")
        said = {"userHandle": handle, "clientDataJSON": "e30", "signature": "AA"}
        said["authenticatorData"] = "A" * 52
        answer = {"id": "AA", "rawId": "AA", "type": "public-key", "response": said}
        client.get("/accounts/login/passkey/", headers={"accept": "application/json"})
        refused = client.post("/accounts/login/passkey/", {"credential": json.dumps(answer)})
        shown = client.get(LOGIN).content.decode()
        pages.append((refused.status_code, refused.headers["Location"], "not known here" in shown))
    assert pages == [(302, LOGIN, True)] * 2
    assert [event.email for event in AccountEvent.objects.filter(kind="refused")] == ["", ""]


def test_what_is_dangerous_asks_again_after_a_quarter_of_an_hour(with_app):
    client, secret = with_app
    session = client.session
    session["account_authentication_methods"] = [
        {**step, "at": step["at"] - 16 * 60} for step in session["account_authentication_methods"]
    ]
    session.save()
    away = client.get(RECOVERY)
    assert away.headers["Location"].startswith("/accounts/security/confirmation/?next=")
    back = client.post(away.headers["Location"], {"code": code_of(secret)})
    assert back.headers["Location"] == RECOVERY
    assert client.get(RECOVERY).status_code == 200


def test_without_a_factor_the_whole_way_in_is_gone_again(client, ann):
    client.force_login(ann)
    away = client.get(APP).headers["Location"]
    assert "Sign in once more" in client.get(away).content.decode()
    out = client.post(away)
    assert (out.headers["Location"], signed_in(client)) == (
        "/accounts/login/?next=%2Faccounts%2Fsecurity%2Fapp%2F",
        False,
    )


def test_the_last_factor_takes_the_recovery_codes_with_it(with_app, come_in, ann):
    client, _ = with_app
    removal = "/accounts/security/app/removal/"
    assert "only second factor" in client.get(removal).content.decode()
    client.post(removal)
    assert not Authenticator.objects.exists()
    drain()
    assert "second factor was removed" in mail.outbox[-1].subject
    other, _ = come_in(ann)
    assert signed_in(other)


def test_a_student_is_offered_no_factor(client, school, come_in):
    student = User.objects.create(email="sam@else.test", first_name="Sam")
    client, _ = come_in(student)
    assert "Second factors" not in client.get(SECURITY).content.decode()
    assert client.get(APP).status_code == 404


def test_another_key_of_the_site_opens_nothing_and_breaks_nothing(with_app, come_in, ann, settings):
    _, secret = with_app
    client, _ = come_in(ann)
    session_key = client.session.session_key
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key of the site that is fifty characters long, or longer"
    assert session_key
    client.post(SECOND, {"code": code_of(secret)})
    assert signed_in(client)

    settings.SECRET_KEY_FALLBACKS = []
    fresh, answer = come_in(ann)
    assert answer.headers["Location"] == SECOND
    assert fresh.post(SECOND, {"code": code_of(secret)}).status_code == 422
