"""Where one is signed in: what is kept of it, when it was used last, and how it ends."""

import time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from visavis.core.models import HistoryEntry
from visavis.people.devices import forget_lost_devices
from visavis.people.models import AccountEvent, Device
from visavis.web.ui.device_words import device_in_words

LOGIN, CODE, SECURITY = "/accounts/login/", "/accounts/login/code/", "/accounts/security/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1"


@pytest.fixture
def come_in(read_code, ann):
    def come(agent, address="192.0.2.77"):
        client = Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=address)
        client.post(LOGIN, {"email": ann.email})
        client.post(CODE, {"code": read_code()})
        return client

    return come


def is_in(client):
    return client.get(SECURITY).status_code == 200


def test_a_sign_in_is_kept_with_device_and_network_and_no_address(come_in, ann):
    client = come_in(FIREFOX)
    device = Device.objects.get(user=ann)
    assert (device.device, device.network, device.way) == (
        "Firefox on Windows",
        "192.0.2.0/24",
        "code",
    )
    page = client.get(SECURITY).content.decode()
    assert "Firefox on Windows" in page
    assert "192.0.2.77" not in page
    [event] = AccountEvent.objects.all()
    assert (event.kind, event.network, event.device) == (
        "signed_in",
        "192.0.2.0/24",
        "Firefox on Windows",
    )


def test_networks_are_left_out_where_the_school_does_not_keep_them(come_in, ann, settings):
    settings.KEEP_NETWORKS = False
    come_in(FIREFOX, "2001:db8:1:2::7")
    assert list(Device.objects.values_list("network", flat=True)) == [""]
    assert set(AccountEvent.objects.values_list("network", flat=True)) == {""}


def test_the_key_of_the_session_is_another_one_after_signing_in(ann, read_code):
    client = Client()
    client.post(LOGIN, {"email": ann.email})
    before = client.session.session_key
    client.post(CODE, {"code": read_code()})
    assert client.session.session_key not in ("", before)
    planted = Client()
    planted.cookies["sessionid"] = before
    assert not is_in(planted)


def test_one_device_is_signed_out_from_another(come_in, ann):
    phone, desk = come_in(IPHONE), come_in(FIREFOX)
    lost = Device.objects.get(device="Safari on iPhone")
    desk.post(f"/accounts/security/devices/{lost.pk}/ending/")
    assert (is_in(phone), is_in(desk)) == (False, True)
    assert HistoryEntry.objects.get(verb="ended sign-in").after == {"where": "Safari on iPhone"}
    again = desk.post(f"/accounts/security/devices/{lost.pk}/ending/", follow=True)
    assert "not signed in there any more" in again.content.decode()


def test_nobody_signs_others_out(come_in, client, django_user_model):
    phone = come_in(IPHONE)
    stranger = django_user_model.objects.create(email="eve@else.test")
    client.force_login(stranger)
    client.post(f"/accounts/security/devices/{Device.objects.get().pk}/ending/")
    assert is_in(phone)


def test_all_others_are_signed_out_at_once_and_this_one_stays(come_in, ann):
    phone, desk = come_in(IPHONE), come_in(FIREFOX)
    unknown = Client()
    unknown.force_login(ann)
    key = desk.session.session_key
    desk.post("/accounts/security/devices/others/ending/")
    assert [is_in(client) for client in (phone, unknown, desk)] == [False, False, True]
    assert desk.session.session_key != key
    [kept] = Device.objects.all()
    assert (kept.device, kept.session_key) == ("Firefox on Windows", desk.session.session_key)


def test_signing_out_forgets_the_device(come_in):
    client = come_in(FIREFOX)
    client.post("/accounts/logout/")
    assert not Device.objects.exists()
    assert AccountEvent.objects.first().kind == "signed_out"


def test_a_session_that_ran_out_is_forgotten(come_in):
    client = come_in(FIREFOX)
    client.session.delete()
    assert forget_lost_devices() == 1
    assert not Device.objects.exists()


def test_last_use_is_written_once_an_hour(come_in):
    client = come_in(FIREFOX)
    seen = Device.objects.get().seen_at
    client.get(SECURITY)
    assert Device.objects.get().seen_at == seen

    session = client.session
    steps = session["account_authentication_methods"]
    session["account_authentication_methods"] = [{**steps[0], "at": time.time() - 3700}]
    session.save()
    # Another process, which has not met this session.
    fresh = Client(HTTP_USER_AGENT=FIREFOX, REMOTE_ADDR="198.51.100.9")
    fresh.cookies = client.cookies
    fresh.get(SECURITY)
    device = Device.objects.get()
    assert device.seen_at > seen
    assert device.network == "198.51.100.0/24"
    with CaptureQueriesContext(connection) as queries:
        fresh.get(SECURITY)
    assert not [query for query in queries if query["sql"].startswith("UPDATE")]


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("", "A browser"),
        (FIREFOX, "Firefox on Windows"),
        (IPHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537.36 Edg/140", "Edge on Windows"),
        ("<script>alert(1)</script>", "A browser"),
    ],
)
def test_browsers_are_told_apart_in_words(agent, words):
    assert device_in_words(agent) == words


def test_a_wrong_code_costs_and_writes_the_same_for_a_stranger(ann, read_code):
    told = []
    for email in (ann.email, "who@stranger.test"):
        client = Client(HTTP_USER_AGENT=FIREFOX)
        client.post(LOGIN, {"email": email})
        with CaptureQueriesContext(connection) as queries:
            answer = client.post(CODE, {"code": "BCD-FGH"})
        event = AccountEvent.objects.first()
        words = answer.content.decode().split("<main")[1].replace(email, "")
        told.append((answer.status_code, len(queries), event.kind, event.way, _without_csrf(words)))
    assert told[0] == told[1]


def _without_csrf(page):
    return [line for line in page.splitlines() if "csrf" not in line.lower()]
