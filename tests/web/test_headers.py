"""What every answer carries, pages and errors and files alike; and that no page needs less."""

import re

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.factories.cast import Cast
from tests.web.answers import put_away
from tests.web.test_every_url import PAGES, SCHOOL, arguments, client_of
from visavis.core.models import HistoryEntry, StoredFile
from visavis.web.ui.middleware import ISOLATION
from visavis.web.ui.views import home as home_view
from visavis.web.ui.views.files import LOCKED

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_limits")]
LOADS = {
    "default-src": {"'self'"},
    "img-src": {"'self'", "data:"},
    "font-src": {"'self'", "data:"},
    "object-src": {"'none'"},
    "base-uri": {"'self'"},
    "form-action": {"'self'"},
    "frame-ancestors": {"'none'"},
}
ALWAYS = {
    **ISOLATION,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# The HTML of a mail in a frame of ours: mails have inline styles, and its own policy allows those.
MAIL = "manage:example_mail"
# An identity provider has the browser send this one: it is signed, asked for, and taken once.
SIGNED = {"saml_acs"}
# Plain text for machines that ask by any name and without HTTPS, before all else.
FOR_MACHINES = {"healthz", "readyz", "metrics"}
# Whatever a policy without inline would refuse: the page would break, or somebody loosened it.
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=|javascript:|\shx-on|\shx-vals=.js:",
    re.IGNORECASE,
)
ELSEWHERE = re.compile(r"<(?:script|link|img|iframe|source)[^>]+(?:src|href)=\"(?:https?:)?//")
TYPED = re.compile(r"<(?:script|style)[^>]*type=\"application/(?:ld\+)?json\"[^>]*>")


def policy(answer) -> dict[str, set[str]]:
    parts = answer.headers["Content-Security-Policy"].split(";")
    return {words[0]: set(words[1:]) for words in (part.split() for part in parts) if words}


def faults(answer, *, frame: str = "DENY") -> list[str]:
    """What the answer lacks."""
    found = [name for name, value in ALWAYS.items() if answer.headers.get(name) != value]
    if policy(answer) != LOADS:
        found.append(answer.headers["Content-Security-Policy"])
    if answer.headers.get("X-Frame-Options") != frame:
        found.append("X-Frame-Options")
    if answer.headers.get("Content-Type", "").startswith("text/html"):
        body = TYPED.sub("", answer.getvalue().decode())
        found += [match[0] for match in INLINE.finditer(body)]
        found += [match[0] for match in ELSEWHERE.finditer(body)]
    put_away(answer)
    return found


def test_every_page_is_guarded_and_needs_nothing_inline_and_nothing_from_elsewhere(cast: Cast):
    wrong = {}
    for name, page in {**SCHOOL, **PAGES}.items():
        roles = [one for one in ("student", "provider", "school_admin") if one in page.may]
        url = reverse(
            name, kwargs=page.arguments(cast.own) if name in SCHOOL else arguments(page, cast.own)
        )
        for role in roles or ["anonymous"]:
            for method in ("get", "post"):
                with transaction.atomic():
                    answer = getattr(client_of(cast, role), method)(url)
                    transaction.set_rollback(True)
                if name not in {MAIL, *FOR_MACHINES} and (found := faults(answer)):
                    wrong[method, name, role] = found
    assert wrong == {}


def test_errors_are_guarded_like_pages(cast: Cast, settings, monkeypatch):
    def broken(_user):
        raise RuntimeError("A page breaks.")

    client = client_of(cast, "student")
    client.raise_request_exception = False
    strict = Client(enforce_csrf_checks=True)
    answers = {
        404: client.get("/nothing/here/"),
        405: client.put("/"),
        403: strict.post("/accounts/login/", {"email": "ann@uni.test"}),
        400: client.get("/", headers={"host": "evil.test"}),
        302: Client().get("/c/mentoring/manage/"),
    }
    monkeypatch.setattr(home_view, "communities_open_to", broken)
    answers[500] = client.get("/")
    assert {status: answer.status_code for status, answer in answers.items()} == {
        status: status for status in answers
    }
    assert {status: found for status, one in answers.items() if (found := faults(one))} == {}


def test_only_who_tries_words_out_may_frame_and_only_here(cast: Cast):
    admin, url = client_of(cast, "admin"), "/c/mentoring/learn/"
    framed = admin.get(url, headers={"sec-fetch-dest": "iframe"})
    assert policy(framed) == {**LOADS, "frame-ancestors": {"'self'"}}
    assert framed.headers["X-Frame-Options"] == "SAMEORIGIN"
    others = client_of(cast, "student").get(f"{url}?words=1", headers={"sec-fetch-dest": "iframe"})
    assert faults(others) == []


def test_mail_that_is_tried_out_has_its_styles_and_can_do_nothing_else(cast: Cast):
    url = reverse(MAIL, kwargs=arguments(PAGES[MAIL], cast.own))
    answer = client_of(cast, "admin").get(url)
    assert policy(answer) == {
        "default-src": {"'none'"},
        "style-src": {"'unsafe-inline'"},
        "frame-ancestors": {"'self'"},
        "sandbox": set(),
    }


def test_static_files_are_guarded_too(client):
    answer = client.get("/static/ui/mark.svg")
    for name in ("X-Content-Type-Options", "Cross-Origin-Resource-Policy"):
        assert answer.headers[name] == ALWAYS[name]
    assert policy(answer) == LOADS


@pytest.mark.parametrize(
    ("name", "content_type", "is_drawn"),
    [
        ("a.png", "image/png", True),
        ("a.svg", "image/svg+xml", False),
        ("a.html", "text/html", False),
        ("a.pdf", "application/pdf", False),
        ("a.js", "text/javascript", False),
        ("a.xml", "application/xhtml+xml", False),
    ],
)
def test_stored_file_can_do_nothing_in_a_browser(cast: Cast, name, content_type, is_drawn):
    stored, photo = f"photos/{name}", b"<script>alert(1)</script>"
    StoredFile.objects.create(
        name=stored, content_type=content_type, size=len(photo), content=photo
    )
    type(cast.own.provider).objects.filter(pk=cast.own.provider.pk).update(photo=stored)
    answer = client_of(cast, "student").get(f"/files/{stored}")
    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"] == LOCKED
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    if is_drawn:
        assert answer.headers["Content-Type"] == content_type
    else:
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment;")


# --- Forged requests ------------------------------------------------------------------------------


def test_every_address_refuses_a_form_without_its_token(cast: Cast):
    """Whatever takes a POST from a browser that is signed in; a form of another site has none."""
    wrong = []
    clients = {
        role: Client(enforce_csrf_checks=True) for role in ("student", "provider", "school_admin")
    }
    for role, client in clients.items():
        client.force_login(cast.people[role])
    nobody = Client(enforce_csrf_checks=True)
    for name, page in {**SCHOOL, **PAGES}.items():
        client = next((clients[role] for role in clients if role in page.may), nobody)
        url = reverse(
            name, kwargs=page.arguments(cast.own) if name in SCHOOL else arguments(page, cast.own)
        )
        if name in SIGNED | FOR_MACHINES:
            continue
        for method in ("post", "put", "patch", "delete"):
            for headers in ({}, {"hx-request": "true"}, {"x-http-method-override": "GET"}):
                answer = getattr(client, method)(url, headers=headers)
                if answer.status_code != 403:
                    wrong.append(f"{method} {name}: {answer.status_code}")
    assert wrong == []


def test_token_of_this_site_does_not_serve_a_form_of_another(cast: Cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.people["student"])
    client.get("/accounts/profile/")
    token = client.cookies["csrftoken"].value
    typed = {"csrfmiddlewaretoken": token, "first_name": "Eve"}
    foreign = client.post(
        "/accounts/profile/", typed, secure=True, headers={"origin": "https://evil.test"}
    )
    nowhere = client.post("/accounts/profile/", typed, secure=True)
    null = client.post("/accounts/profile/", typed, secure=True, headers={"origin": "null"})
    assert [one.status_code for one in (foreign, nowhere, null)] == [403, 403, 403]


@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_opening_an_address_never_changes_anything(cast: Cast, method: str):
    """A link in a mail, a picture's address, a scanner that opens everything: all are GETs."""
    urls = [reverse(name, kwargs=arguments(page, cast.own)) for name, page in PAGES.items()]
    before = HistoryEntry.objects.count()
    for role in ("student", "provider", "school_admin"):
        client = client_of(cast, role)
        for url in urls:
            put_away(client.generic(method, url))
    assert HistoryEntry.objects.count() == before
