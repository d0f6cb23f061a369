"""The sign-in pages: an address, a code, and the same answer for strangers."""

import time

import pytest
from django.core import mail
from django_tasks_db.models import DBTaskResult

from visavis.core.worker import drain
from visavis.people.models import User

LOGIN, CODE, NEW = "/accounts/login/", "/accounts/login/code/", "/accounts/login/code/new/"


def ask(client, email, **more):
    return client.post(LOGIN, {"email": email, **more})


def signed_in_as(client):
    pk = client.session.get("_auth_user_id")
    return User.objects.get(pk=pk) if pk else None


def test_a_person_on_a_list_signs_in_with_the_code_from_the_mail(client, ann, read_code):
    assert ask(client, "Ann@else.test").headers["Location"] == CODE
    code = read_code()
    [sent] = mail.outbox
    assert (sent.to, sent.subject) == (
        ["ann@else.test"],
        f"{code} is your code to sign in at Northfield",
    )
    assert code in sent.body
    assert code in sent.alternatives[0].content

    client.post(CODE, {"code": code})
    assert signed_in_as(client) == ann
    ann.refresh_from_db()
    assert ann.claimed_at is not None


@pytest.mark.parametrize("typed", [str.lower, lambda c: c.replace("-", " "), lambda c: f" {c} "])
def test_capitals_spaces_and_dash_of_the_code_do_not_matter(client, ann, read_code, typed):
    ask(client, ann.email)
    client.post(CODE, {"code": typed(read_code())})
    assert signed_in_as(client) == ann


def test_an_address_of_the_school_gets_its_account_only_with_the_code(client, read_code):
    ask(client, "new@school.edu")
    code = read_code()
    assert User.objects.count() == 0
    answer = client.post(CODE, {"code": code})
    assert answer.headers["Location"] == "/accounts/profile/?first=yes"
    assert signed_in_as(client).email == "new@school.edu"


def test_a_stranger_gets_the_same_answer_and_no_mail_and_no_account(client, ann):
    pages, rows = [], []
    for email in (ann.email, "who@stranger.test"):
        other = client.__class__()
        answer = ask(other, email)
        page = other.get(CODE).content.decode().replace(email, "ADDRESS")
        rows.append(DBTaskResult.objects.count())
        pages.append((answer.status_code, answer.headers["Location"], _without_csrf(page)))
    assert pages[0] == pages[1]
    assert rows == [1, 2]
    drain()
    assert [sent.to for sent in mail.outbox] == [["ann@else.test"]]
    assert list(User.objects.all()) == [ann]


def _without_csrf(page):
    return [line for line in page.splitlines() if "csrf" not in line.lower()]


def test_even_the_right_code_opens_nothing_for_a_stranger(client):
    ask(client, "who@stranger.test")
    code = DBTaskResult.objects.get().args_kwargs["args"][1]
    answer = client.post(CODE, {"code": code})
    assert (answer.status_code, signed_in_as(client), User.objects.count()) == (422, None, 0)


def test_a_wrong_code_is_said_and_the_fifth_ends_the_sign_in(client, ann, read_code):
    ask(client, ann.email)
    code = read_code()
    answers = [client.post(CODE, {"code": "BBB-BBB"}) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 302]
    assert "That is not the code in the mail" in answers[0].content.decode()
    assert 'value="BBB-BBB"' in answers[0].content.decode()
    client.post(CODE, {"code": code})
    assert signed_in_as(client) is None


def test_a_code_works_once(client, ann, read_code):
    ask(client, ann.email)
    code = read_code()
    client.post(CODE, {"code": code})
    client.post("/accounts/logout/")
    assert client.post(CODE, {"code": code}).headers["Location"] == LOGIN
    assert signed_in_as(client) is None


def test_a_code_is_good_for_15_minutes(client, ann, read_code, monkeypatch):
    ask(client, ann.email)
    code, start = read_code(), time.time()
    monkeypatch.setattr(time, "time", lambda: start + 15 * 60 + 1)
    assert client.post(CODE, {"code": code}).headers["Location"] == LOGIN
    assert signed_in_as(client) is None


def test_a_new_code_voids_the_one_before(client, ann, read_code):
    ask(client, ann.email)
    old = read_code()
    client.post(NEW)
    new = read_code()
    client.post(CODE, {"code": old})
    assert signed_in_as(client) is None
    client.post(CODE, {"code": new})
    assert signed_in_as(client) == ann


def test_too_many_codes_for_one_address_are_refused_with_a_sentence(client, ann):
    answers = [ask(client.__class__(), ann.email) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [422]
    assert "Too many tries in a short time" in answers[-1].content.decode()


def test_too_many_new_codes_are_refused_with_a_sentence(client, ann):
    ask(client, ann.email)
    pages = [client.post(NEW, follow=True).content.decode() for _ in range(4)]
    assert ["No further code can be sent" in page for page in pages] == [False] * 3 + [True]


def test_guessing_in_many_browsers_at_once_runs_into_the_limit_of_the_mailbox(
    client, ann, settings
):
    settings.ACCOUNT_RATE_LIMITS = {
        "request_login_code": "99/m/key",
        "confirm_login_code": "3/h/key",
    }
    pages = []
    for _ in range(4):
        other = client.__class__()
        ask(other, ann.email)
        pages.append(other.post(CODE, {"code": "BBB-BBB"}).content.decode())
    assert ["Too many tries" in page for page in pages] == [False, False, False, True]


@pytest.mark.parametrize("email", ["", "not an address", "a@b", "x" * 250 + "@school.edu"])
def test_what_is_no_address_comes_back_with_a_sentence(client, email):
    answer = ask(client, email)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert DBTaskResult.objects.count() == 0


def test_after_signing_in_the_person_is_where_they_wanted_to_go(client, ann, read_code):
    User.objects.update(claimed_at=ann.created_at)
    answer = ask(client, ann.email, next="/c/x/learn/?day=1")
    assert answer.headers["Location"] == f"{CODE}?next=%2Fc%2Fx%2Flearn%2F%3Fday%3D1"
    answer = client.post(CODE, {"code": read_code(), "next": "/c/x/learn/?day=1"})
    assert answer.headers["Location"] == "/c/x/learn/?day=1"


@pytest.mark.parametrize(
    "evil",
    [
        "https://evil.test/",
        "//evil.test/",
        "/\\\\evil.test",
        "http://testserver/x",
        "javascript:1",
        "/accounts/login/?next=/x/",
    ],
)
def test_next_leads_to_own_pages_only(client, ann, read_code, evil):
    User.objects.update(claimed_at=ann.created_at)
    assert ask(client, ann.email, next=evil).headers["Location"] == CODE
    answer = client.post(f"{CODE}?next={evil}", {"code": read_code(), "next": evil})
    assert answer.headers["Location"] == "/"


def test_the_code_page_without_a_sign_in_under_way_leads_to_the_start(client):
    for answer in (client.get(CODE), client.post(CODE, {"code": "x"}), client.post(NEW)):
        assert answer.headers["Location"] == LOGIN


def test_looking_at_the_sign_in_page_writes_no_session(client):
    client.get(LOGIN)
    assert "sessionid" not in client.cookies


@pytest.mark.parametrize(
    "path",
    ["signup/", "password/reset/", "password/change/", "email/", "reauthenticate/", "inactive/"],
)
def test_the_librarys_other_pages_are_not_there(client, ann, path):
    client.force_login(ann)
    assert client.get(f"/accounts/{path}").status_code == 404


def test_signing_out_asks_first_and_then_does(client, ann):
    client.force_login(ann)
    assert "Sign out of Visavis?" in client.get("/accounts/logout/").content.decode()
    assert signed_in_as(client) == ann
    client.post("/accounts/logout/")
    assert signed_in_as(client) is None
