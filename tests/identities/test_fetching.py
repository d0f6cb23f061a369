"""Identity providers are asked outwards only, by names that lead where they were looked at."""

import socket

import pytest

from tests.calendars.server import internet, page, redirect_to
from visavis.core.outside import is_of_a_network
from visavis.identities import fetching
from visavis.identities.errors import Problem
from visavis.identities.fetching import MOST_BYTES, check_url, fetch, fetch_json, guarded_session


@pytest.fixture
def world(monkeypatch, settings):
    """Names resolve as a test says; what is connected to is this machine."""
    settings.IDENTITY_PROVIDER_HOSTS = ["idp.inside"]
    with internet() as running:
        running.names["idp.inside"] = [["10.0.0.7"]]
        monkeypatch.setattr(fetching, "resolve", running._resolve)
        real = socket.create_connection

        def connect(address, *timeout):
            running.connected.append(address[0])
            return real(("127.0.0.1", running.port), *timeout)

        monkeypatch.setattr(fetching.socket, "create_connection", connect)
        yield running


def refused(url):
    with pytest.raises(Problem) as caught:
        fetch(url)
    return caught.value.code


def test_a_host_that_the_operator_named_may_stand_inside(world):
    world.pages["/"] = page(b"{}", kind="application/json")
    assert fetch("http://idp.inside/") == b"{}"
    assert world.connected == ["10.0.0.7"]


@pytest.mark.parametrize("ip", ["10.0.0.7", "127.0.0.1", "169.254.169.254", "::1", "fe80::1"])
def test_any_other_name_that_leads_inside_is_not_asked(world, ip):
    world.names["idp.example"] = [["93.184.215.14", ip]]
    assert refused("https://idp.example/") == "inside"
    assert world.connected == []


@pytest.mark.parametrize("ip", ["169.254.169.254", "fe80::1", "224.0.0.1", "0.0.0.0"])  # noqa: S104  (asked, not bound)
def test_not_even_a_named_host_leads_to_what_a_machine_has_for_itself(world, ip):
    world.names["idp.inside"] = [[ip]]
    assert not is_of_a_network(ip)
    assert refused("http://idp.inside/") == "inside"


def test_a_redirect_is_looked_at_like_the_first_address(world):
    world.names["127.0.0.1"] = [["127.0.0.1"]]
    world.pages["/"] = redirect_to("https://127.0.0.1/secrets")
    assert refused("http://idp.inside/") == "inside"
    world.pages["/"] = redirect_to("http://idp.example/")
    assert refused("http://idp.inside/") == "not_encrypted"
    world.pages["/"] = redirect_to("http://idp.inside/")
    assert refused("http://idp.inside/") == "too_many_redirects"


def test_a_secret_is_not_sent_on(world):
    world.pages["/token"] = redirect_to("http://idp.inside/elsewhere", status=307)
    with guarded_session() as session:
        answer = session.get("http://idp.inside/token", allow_redirects=False)
        assert answer.status_code == 404  # a GET follows: only what is posted stays
        posted = session.post("http://idp.inside/token", data={"secret": "s"})
    assert posted.status_code in (307, 501)
    assert [path for path, _headers in world.asked] == ["/token", "/elsewhere"]


def test_what_is_too_large_is_not_read_to_the_end(world):
    world.pages["/"] = page(b"x" * (MOST_BYTES + 1))
    assert refused("http://idp.inside/") == "too_large"


def test_a_server_that_never_ends_is_hung_up_on(world, monkeypatch):
    monkeypatch.setattr(fetching, "ALL_SECONDS", 0.5)

    def dribble(request):
        request.send_response(200)
        request.end_headers()
        try:
            while True:
                request.wfile.write(b"x")
                request.wfile.flush()
        except OSError:
            return

    monkeypatch.setattr(fetching, "MOST_BYTES", 10**12)
    world.pages["/"] = dribble
    assert refused("http://idp.inside/") == "too_slow"


def test_what_is_no_json_is_said_to_be_none(world):
    for body in (b"<html>", b"[]", b"\xff"):
        world.pages["/"] = page(body)
        with pytest.raises(Problem) as caught:
            fetch_json("http://idp.inside/")
        assert caught.value.code == "no_json"
    world.pages["/"] = page(b"", status=500)
    assert refused("http://idp.inside/") == "bad_answer"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("file:///etc/passwd", "bad_address"),
        ("gopher://idp.example", "bad_address"),
        ("https://", "bad_address"),
        ("https://[::1", "bad_address"),
        ("https://idp.example:99999/", "bad_address"),
        ("https://user@idp.example/", "bad_address"),
        (f"https://idp.example/{'x' * 500}", "long_address"),
        ("http://idp.example/", "not_encrypted"),
        ("http://idp.inside.evil.example/", "not_encrypted"),
    ],
)
def test_an_address_that_may_not_be_asked_is_refused_before_anything_is(settings, url, code):
    settings.IDENTITY_PROVIDER_HOSTS = ["idp.inside"]
    with pytest.raises(Problem) as caught:
        check_url(url)
    assert caught.value.code == code
