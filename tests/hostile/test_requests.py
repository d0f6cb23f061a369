"""Requests that no browser of ours makes: each is refused, or does what an honest one does."""

import json
import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from tests.factories.cast import Cast
from tests.web.test_every_url import PAGES, WITHOUT_OBJECTS, arguments, client_of
from visavis.core.models import HistoryEntry
from visavis.people.models import User
from visavis.web.accounts.adapter import is_own_path

pytestmark = pytest.mark.django_db

PROFILE, LEARN = "/accounts/profile/", "/c/mentoring/learn/"

ELSEWHERE = {
    "two slashes": "//evil.test",
    "three slashes": "///evil.test",
    "backslash": "/\\evil.test",
    "backslashes": "\\\\evil.test",
    "slash and backslash": "/\\/evil.test",
    "whole address": "https://evil.test/",
    "scheme without slashes": "https:evil.test",
    "javascript": "javascript:alert(1)",
    "javascript in capitals": "JaVaScRiPt:alert(1)",
    "data": "data:text/html,<script>alert(1)</script>",
    "line break": "/%0d%0aLocation:%20https://evil.test",
    "raw line break": "/\r\nLocation: https://evil.test",
    "tab between slashes": "/\t/evil.test",
    "space before": " https://evil.test",
    "NUL before": "\x00//evil.test",
    "user before the host": "https://testserver@evil.test/",
    "our host in front": "https://testserver.evil.test/",
    "our host in the path": "//evil.test/testserver",
    "wide slashes": "／／evil.test",
    "ideographic dot": "//evil。test",
    "IPv6 that never ends": "http://[::1",
}


@pytest.mark.parametrize("target", ELSEWHERE.values(), ids=ELSEWHERE.keys())
def test_nobody_is_led_to_another_site(cast: Cast, target: str):
    visitor = client_of(cast, "student")
    answers = [
        visitor.get("/accounts/login/", {"next": target}),
        visitor.post("/accounts/login/", {"next": target, "email": "x"}),
        visitor.post(PROFILE, {"first_name": "Sam", "last_name": "E", "next": target}),
        Client().post("/accounts/demo/student/", {"next": target}),
        visitor.get("/accounts/demo/mail/", {"next": target}),
    ]
    for answer in answers:
        location = answer.headers.get("Location", "/")
        assert is_own_path(location), location
        assert urlsplit(location).netloc == ""
        assert "\r" not in location
        assert "\n" not in location
        links = re.findall(r'href="([^"]*evil[^"]*)"', answer.content.decode())
        assert [link for link in map(unescape, links) if not is_own_path(link)] == []


@pytest.mark.parametrize(
    "host",
    [
        "evil.test",
        "testserver.evil.test",
        "testserver:80@evil.test",
        "localhost,evil.test",
        "a b",
        "",
    ],
)
def test_host_that_is_not_ours_is_refused_and_never_in_a_link(cast: Cast, host: str):
    answer = client_of(cast, "admin").get("/c/mentoring/manage/", headers={"host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.content.decode()


@pytest.mark.parametrize(
    "headers",
    [
        {"x-forwarded-host": "evil.test"},
        {"x-forwarded-host": "evil.test", "x-forwarded-port": "1"},
        {"forwarded": "for=1.2.3.4;host=evil.test;proto=https"},
        {"x-host": "evil.test", "x-original-url": "/school/", "x-rewrite-url": "/school/"},
        {"x-forwarded-proto": "javascript"},
        {"x-forwarded-prefix": "//evil.test"},
        {"x-http-method-override": "DELETE", "x-method-override": "DELETE"},
    ],
    ids=" ".join,
)
def test_headers_that_a_visitor_makes_up_change_no_page(cast: Cast, headers: dict[str, str]):
    student = client_of(cast, "student")
    honest, forged = student.get(LEARN), student.get(LEARN, headers=headers)
    assert honest.status_code == forged.status_code == 200
    assert "evil" not in forged.content.decode()
    assert forged.headers.get("Vary") == honest.headers.get("Vary")
    assert student.get("/c/mentoring/manage/", headers=headers).status_code == 404


def test_pages_of_people_are_kept_by_no_cache(cast: Cast):
    clients = {role: client_of(cast, role) for role in ("student", "provider", "admin")}
    for name, page in PAGES.items():
        client = clients[next(role for role in clients if role in page.may)]
        answer = client.get(reverse(name, kwargs=arguments(page, cast.own)))
        control = answer.headers.get("Cache-Control", "")
        assert "no-store" in control or "private" in control, name


def test_address_with_an_ending_is_no_static_file(cast: Cast):
    """A cache that goes by the ending would keep the page for everybody."""
    student = client_of(cast, "student")
    for path in (
        f"{LEARN}a.css",
        f"{PROFILE}x.js",
        "/c/mentoring/learn;a.png",
        f"{LEARN}%2e%2e.ico",
    ):
        assert student.get(path).status_code == 404, path


@pytest.mark.parametrize(
    "forged",
    [
        {"hx-request": "true", "hx-target": "../../x", "hx-trigger": "<script>"},
        {"hx-request": "true", "hx-current-url": "https://evil.test/steal"},
        {"hx-request": "true", "hx-current-url": "javascript:alert(1)"},
        {"hx-request": "true", "hx-current-url": "//evil.test", "hx-boosted": "true"},
        {"hx-request": "true", "hx-prompt": "x" * 5000},
        {"hx-request": "true", "hx-history-restore-request": "true"},
        {"hx-request": "TRUE\x00", "hx-current-url-uri-autoencoded": "true"},
    ],
    ids=str,
)
def test_forged_headers_of_htmx_lead_nowhere_and_open_nothing(cast: Cast, forged: dict[str, str]):
    student = client_of(cast, "student")
    assert student.get("/c/mentoring/manage/", headers=forged).status_code == 404
    led = Client().get("/c/mentoring/manage/", headers=forged)
    for header in ("HX-Redirect", "HX-Location", "Location"):
        where = led.headers.get(header, "/")
        assert is_own_path(where), where
        assert "evil" not in where


# --- Forms ----------------------------------------------------------------------------------------


def test_field_that_is_sent_twice_is_read_once(cast: Cast):
    student = client_of(cast, "student")
    answer = student.post(
        PROFILE,
        {
            "first_name": ["Sam", "Eve"],
            "last_name": ["Hill", "<b>"],
            "timezone": "",
            "hour_cycle": "auto",
        },
    )
    assert answer.status_code == 302
    kept = User.objects.get(pk=cast.people["student"].pk)
    assert (kept.first_name, kept.last_name) == ("Eve", "<b>")


@pytest.mark.parametrize(
    "more",
    [
        {"is_school_admin": "on"},
        {"email": "root@uni.test", "is_active": "", "claimed_at": "2020-01-01"},
        {"role": "admin", "community": "writing", "id": "1", "pk": "1", "user": "1"},
        {"time_version": "0", "password": "x", "sso_id": "root"},
    ],
    ids=str,
)
def test_fields_that_the_form_does_not_have_are_not_taken(cast: Cast, more: dict[str, str]):
    student = cast.people["student"]
    untyped = ("pk", "email", "sso_id", "claimed_at", "time_version", "password")
    before = User.objects.filter(pk=student.pk).values(*untyped).get()
    typed = {"first_name": "Sam", "last_name": "Hill", "hour_cycle": "auto", **more}
    assert client_of(cast, "student").post(PROFILE, typed).status_code == 302
    after = User.objects.get(pk=student.pk)
    assert after.last_name == "Hill"
    assert not after.is_school_admin
    assert after.is_active
    assert User.objects.filter(pk=student.pk).values(*untyped).get() == before


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", json.dumps({"first_name": "Eve"})),
        ("text/plain", "first_name=Eve&last_name=E"),
        ("application/xml", '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'),
        ("multipart/form-data", "first_name=Eve"),
        ("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data\r\n\r\nEve"),
        ("multipart/form-data; boundary=" + "x" * 500, "--y--"),
        ("application/x-www-form-urlencoded; charset=utf-7", "first_name=+ADw-script+AD4-"),
        ("application/x-www-form-urlencoded; charset=nonsense", "first_name=Eve"),
        ("", "first_name=Eve"),
        ("application/x-www-form-urlencoded", "first_name=%ff%fe&last_name=%c3%28"),
    ],
    ids=["json", "plain", "xml", "no boundary", "no name", "long boundary", "utf-7", "no charset",
         "no type", "bytes that are no text"],
)  # fmt: skip
def test_body_of_another_kind_is_an_empty_form_or_a_bad_request(cast: Cast, content_type, body):
    student = client_of(cast, "student")
    answer = student.generic("POST", PROFILE, body, content_type)
    assert answer.status_code in (302, 400, 422)
    assert User.objects.get(pk=cast.people["student"].pk).first_name != "<script>"


def test_thousands_of_fields_are_a_bad_request(cast: Cast):
    many = {f"field{number}": "x" for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}
    assert client_of(cast, "student").post(PROFILE, many).status_code == 400


def test_body_beyond_what_is_read_is_a_bad_request(cast: Cast):
    body = "first_name=" + "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    kind = "application/x-www-form-urlencoded"
    assert client_of(cast, "student").post(PROFILE, body, content_type=kind).status_code in (
        400,
        413,
    )


def test_ids_of_the_other_community_in_addresses_lead_nowhere_for_who_manages(cast: Cast):
    admin, wrong = client_of(cast, "admin"), []
    for name, page in PAGES.items():
        if (
            not name.startswith("manage:")
            or name in WITHOUT_OBJECTS
            or not page.arguments(cast.own)
        ):
            continue
        url = reverse(name, kwargs=arguments(page, cast.own, of=cast.other))
        for method in ("get", "post"):
            status = getattr(admin, method)(url).status_code
            if status not in (404, 405):
                wrong.append(f"{method} {name}: {status}")
    assert wrong == []


# --- Sessions and keys ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cookie",
    ["", "a" * 32, "../../etc/passwd", "x" * 4000, "' OR 1=1 --", "\x00", "é", "null", "0"],
    ids=["empty", "made up", "path", "long", "sql", "nul", "letters", "word", "zero"],
)
def test_made_up_session_is_nobodys(cast: Cast, cookie: str):
    client = Client()
    client.cookies["sessionid"] = cookie.encode("latin-1", "ignore").decode("latin-1")
    answer = client.get(PROFILE)
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/")


def test_session_of_before_signing_in_is_not_the_one_of_after(cast: Cast):
    """Who knows the key of a visitor's session, or set it, knows nothing once they sign in."""
    client = Client()
    client.get("/accounts/login/")
    client.post("/accounts/login/", {"email": cast.people["student"].email})
    before = client.session.session_key
    client.post("/accounts/demo/student/")
    client.force_login(cast.people["student"])
    after = client.session.session_key
    assert before != after
    assert not Session.objects.filter(session_key=before).exists()
    stale = Client()
    stale.cookies["sessionid"] = str(before)
    assert stale.get(PROFILE).status_code == 302


def test_session_that_was_ended_opens_nothing_any_more(cast: Cast):
    client = client_of(cast, "student")
    key = client.session.session_key
    client.post("/accounts/logout/")
    again = Client()
    again.cookies["sessionid"] = key
    assert again.get(PROFILE).status_code == 302


@pytest.mark.parametrize("token", ["", "x", "a" * 22, "a" * 5000, "..%2f", "%00", "é", "' OR 1=1"])
def test_feed_and_link_are_not_guessed(cast: Cast, token: str):
    for path in (f"/accounts/feeds/{token}.ics", f"/accounts/link/{token}/"):
        answer = Client().get(path)
        assert answer.status_code in (404, 410), path
        assert "VEVENT" not in answer.content.decode()


@pytest.mark.parametrize(
    "code",
    ["../x", "a" * 300, "%00", "é", "' OR 1=1 --", "MADE-UP", "1"],
)
def test_short_address_that_is_made_up_looks_like_one_that_was_taken_back(cast: Cast, code: str):
    assert client_of(cast, "student").get(f"/go/{code}/").status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        "../../secret_key",
        "photos/../../secret_key",
        "photos/%2e%2e/%2e%2e/secret_key",
        "/etc/passwd",
        "photos//etc/passwd",
        "answers\\..\\secret_key",
        "imports/",
        "secret_key",
        "photos/" + "a" * 3000,
        "photos/\x00",
    ],
)
def test_path_of_a_file_leads_to_no_file_of_the_machine(cast: Cast, name: str):
    for role in ("student", "school_admin"):
        answer = client_of(cast, role).get(f"/files/{name}")
        assert answer.status_code in (404, 301), name


def test_what_one_person_repeats_at_once_is_done_once(cast: Cast):
    """Twenty clicks on one button: one change, and no fault for anybody."""
    admin, url = client_of(cast, "admin"), "/c/mentoring/manage/links/"
    place = cast.own
    removal = f"{url}{place.link.pk}/removal/"
    before = HistoryEntry.objects.filter(subject_type="communitylink").count()
    statuses = [admin.post(removal).status_code for _click in range(20)]
    assert statuses[0] == 302
    assert set(statuses[1:]) == {404}
    assert HistoryEntry.objects.filter(subject_type="communitylink").count() == before + 1
