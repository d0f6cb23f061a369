"""Fetching from addresses that strangers typed: only outwards, and bounded in every way."""

import gzip
import shutil
import socket
import ssl
import subprocess
import threading
import time

import pytest

from tests.calendars.server import OUTSIDE, internet, page, redirect_to
from visavis.calendars import fetching
from visavis.calendars.errors import Unreadable
from visavis.calendars.fetching import MOST_BYTES, Seen, fetch

URL = "http://calendar.test/a.ics"
NEVER = Seen()


@pytest.fixture
def world():
    with internet() as world:
        yield world


def trouble(world, url=URL, **changes):
    """The code with which fetching was refused."""
    with pytest.raises(Unreadable) as refused:
        fetch(url, seen=NEVER, network=world.network(**changes))
    return refused.value.code


def test_file_comes_with_what_the_server_says_of_it(world):
    modified = "Mon, 01 Mar 2027 10:00:00 GMT"
    world.pages["/a.ics?key=1"] = page(b"calendar", ETag='"1"', Last_Modified=modified)
    found = fetch("http://calendar.test/a.ics?key=1", seen=NEVER, network=world.network())
    assert (found.content, found.seen) == (b"calendar", Seen('"1"', modified))
    ((path, headers),) = world.asked
    assert (path, headers["Host"]) == ("/a.ics?key=1", "calendar.test")
    assert not {"If-None-Match", "Cookie", "Authorization"} & headers.keys()


def test_file_that_has_not_changed_is_not_sent_again(world):
    world.pages["/a.ics"] = page(b"", status=304)
    seen = Seen('"1"', "Mon, 01 Mar 2027 10:00:00 GMT")
    assert fetch(URL, seen=seen, network=world.network()).content is None
    ((_path, headers),) = world.asked
    assert headers["If-None-Match"] == '"1"'
    assert headers["If-Modified-Since"] == seen.last_modified


def test_not_changed_is_no_answer_to_who_has_nothing(world):
    world.pages["/a.ics"] = page(b"", status=304)
    assert trouble(world) == "bad_answer"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(world, status):
    world.pages["/a.ics"] = redirect_to("/b.ics", status)
    world.pages["/b.ics"] = redirect_to("http://other.test/c.ics", status)
    world.pages["/c.ics"] = page(b"calendar")
    assert fetch(URL, seen=NEVER, network=world.network()).content == b"calendar"
    assert world.resolved == ["calendar.test", "calendar.test", "other.test"]


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("http://127.0.0.1/", "inside"),
        ("http://[::1]/", "inside"),
        ("http://[::ffff:10.0.0.1]/", "inside"),
        ("http://2130706433/", "inside"),
        ("http://metadata.test/latest/", "inside"),
        ("file:///etc/passwd", "bad_redirect"),
        ("gopher://calendar.test/", "bad_redirect"),
        ("http://user:pass@calendar.test/", "bad_redirect"),
        ("http://calendar.test:0x50/", "bad_redirect"),
    ],
)
def test_redirect_to_the_inside_is_not_followed(world, target, code):
    for host, ip in [("127.0.0.1", "127.0.0.1"), ("::1", "::1"), ("2130706433", "127.0.0.1")]:
        world.names[host] = [[ip]]
    world.names["::ffff:10.0.0.1"] = [["::ffff:10.0.0.1"]]
    world.names["metadata.test"] = [["169.254.169.254"]]
    world.pages["/a.ics"] = redirect_to(target)
    assert trouble(world) == code
    assert world.connected == [OUTSIDE]


def test_redirects_without_end_end(world):
    world.pages["/a.ics"] = redirect_to("/a.ics")
    assert trouble(world) == "too_many_redirects"
    assert len(world.asked) == fetching.MOST_REDIRECTS + 1


def test_name_that_leads_inside_is_never_connected(world):
    world.names["calendar.test"] = [["10.0.0.1"]]
    assert trouble(world) == "inside"
    assert (world.connected, world.asked) == ([], [])


def test_name_that_leads_outside_and_inside_is_never_connected(world):
    world.names["calendar.test"] = [[OUTSIDE, "127.0.0.1"]]
    assert trouble(world) == "inside"
    assert world.connected == []


def test_name_that_means_something_else_a_moment_later_leads_nowhere_else(world):
    """DNS rebinding: what was looked at is what is connected to, and it is asked only once."""
    world.names["calendar.test"] = [[OUTSIDE], ["127.0.0.1"]]
    world.pages["/a.ics"] = page(b"calendar")
    assert fetch(URL, seen=NEVER, network=world.network()).content == b"calendar"
    assert (world.resolved, world.connected) == (["calendar.test"], [OUTSIDE])


def test_name_that_means_something_else_at_the_redirect_is_looked_at_again(world):
    world.names["calendar.test"] = [[OUTSIDE], ["127.0.0.1"]]
    world.pages["/a.ics"] = redirect_to("/b.ics")
    assert trouble(world) == "inside"
    assert world.connected == [OUTSIDE]


def test_the_system_s_own_ways_refuse_this_machine(world):
    """No test's ways at all: localhost is asked for, and not gone to."""
    world.pages["/a.ics"] = page(b"calendar")
    with pytest.raises(Unreadable) as refused:
        fetch(f"http://localhost:{world.port}/a.ics", seen=NEVER)
    assert (refused.value.code, world.asked) == ("inside", [])


def test_other_address_of_a_host_is_tried_where_one_does_not_answer(world):
    world.names["calendar.test"] = [["8.8.8.8", OUTSIDE]]
    world.pages["/a.ics"] = page(b"calendar")
    reach = world.network().connect

    def connect(ip, port):
        if ip == "8.8.8.8":
            raise ConnectionRefusedError
        return reach(ip, port)

    assert fetch(URL, seen=NEVER, network=world.network(connect=connect)).content == b"calendar"


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "not_allowed"), (403, "not_allowed"), (404, "not_there"), (410, "not_there")]
    + [(status, "bad_answer") for status in (204, 206, 418, 429, 500, 503)],
)
def test_refusals_of_servers_are_told_apart(world, status, code):
    world.pages["/a.ics"] = page(b"", status=status)
    assert trouble(world) == code


def test_no_server_and_no_name(world):
    def nobody(*_asked):
        raise socket.gaierror

    def closed(*_asked):
        raise ConnectionRefusedError

    assert trouble(world, resolve=nobody) == "unknown_host"
    assert trouble(world, connect=closed) == "no_answer"


def test_fifty_megabytes_that_are_announced_are_not_read(world):
    def answer(request):
        request.send_response(200)
        request.send_header("Content-Length", str(50 * 1024**2))
        request.end_headers()

    world.pages["/a.ics"] = answer
    assert trouble(world) == "too_large"


def test_fifty_megabytes_that_are_not_announced_are_read_no_further_than_may_be(world):
    sent = []

    def answer(request):
        request.send_response(200)
        request.end_headers()
        for _piece in range(50):
            request.wfile.write(b"x" * 1024**2)
            sent.append(1)

    world.pages["/a.ics"] = answer
    assert trouble(world) == "too_large"
    time.sleep(0.2)
    assert len(sent) < 40


def test_packed_file_is_unpacked_no_further_than_may_be(world):
    bomb = gzip.compress(b"\0" * (MOST_BYTES * 5))
    assert len(bomb) < 100_000
    world.pages["/a.ics"] = page(bomb, Content_Encoding="gzip")
    assert trouble(world) == "too_large"
    world.pages["/a.ics"] = page(gzip.compress(b"calendar"), Content_Encoding="gzip")
    assert fetch(URL, seen=NEVER, network=world.network()).content == b"calendar"
    world.pages["/a.ics"] = page(b"no gzip at all", Content_Encoding="gzip")
    assert trouble(world) == "no_answer"


def slowly(part):
    """A server that sends a letter now and then, in its head or in its body."""

    def answer(request):
        if part == "body":
            request.send_response(200)
            request.end_headers()
        while True:
            request.wfile.write(b"x")
            time.sleep(0.05)

    return answer


@pytest.mark.parametrize("part", ["head", "body"])
def test_server_that_sends_a_letter_now_and_then_is_left(world, part):
    world.pages["/a.ics"] = slowly(part)
    began = time.monotonic()
    assert trouble(world, seconds=0.5) == "too_slow"
    assert time.monotonic() - began < 5


def test_server_that_breaks_off_gives_no_half_calendar(world):
    def answer(request):
        request.send_response(200)
        request.send_header("Content-Length", "1000")
        request.end_headers()
        request.wfile.write(b"half")

    world.pages["/a.ics"] = answer
    assert trouble(world) == "no_answer"


def test_answer_that_is_no_http_is_told(world):
    world.pages["/a.ics"] = lambda request: request.wfile.write(b"\0\1\2\r\n" * 100)
    assert trouble(world) == "no_answer"


def test_what_cannot_be_sent_back_is_not_kept(world):
    world.pages["/a.ics"] = page(b"calendar", ETag='"' + "x" * 600 + '"', Last_Modified="x" * 101)
    assert fetch(URL, seen=NEVER, network=world.network()).seen == NEVER


# --- Over TLS -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of calendar.test, made here and trusted by nobody else."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl here")
    folder = tmp_path_factory.mktemp("tls")
    made = [
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=calendar.test",
    ]
    names = ["-addext", "subjectAltName=DNS:calendar.test"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    subprocess.run(["openssl", *made, *names, *files], check=True, capture_output=True)  # noqa: S607
    return folder


@pytest.fixture
def secure(certificate):
    """A server that speaks TLS as calendar.test and sends all to /a.ics of the open world."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                sock, _address = listener.accept()
                with context.wrap_socket(sock, server_side=True) as conversation:
                    conversation.recv(4096)
                    conversation.sendall(
                        b"HTTP/1.1 302 Found\r\nLocation: http://calendar.test/a.ics\r\n"
                        b"Content-Length: 0\r\n\r\n"
                    )
            except ssl.SSLError:
                continue
            except OSError:
                return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield lambda _ip, _port: socket.create_connection(listener.getsockname(), 5)
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()


def trusting(certificate):
    return lambda: ssl.create_default_context(cafile=certificate / "cert.pem")


def test_way_back_into_the_open_is_not_taken(world, secure, certificate):
    code = trouble(world, "https://calendar.test/", connect=secure, tls=trusting(certificate))
    assert code == "insecure_redirect"


def test_certificate_must_be_that_of_the_name_and_be_trusted(world, secure, certificate):
    assert trouble(world, "https://other.test/", connect=secure, tls=trusting(certificate)) == (
        "not_secure"
    )
    assert trouble(world, "https://calendar.test/", connect=secure) == "not_secure"
