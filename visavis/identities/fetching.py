"""Asks identity providers: outwards only, bounded in time and size, and never led astray.

Each connection goes to an address that was looked at (`core.outside`). A provider may stand inside
the school's own network; there, only the operator can say so, by IDENTITY_PROVIDER_HOSTS: whoever
types addresses on a page must not be able to look around in the network through our server.
"""

import json
import socket
import ssl
from contextlib import suppress
from contextvars import ContextVar
from threading import Timer
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from visavis.core.outside import is_of_a_network, is_outside, resolve
from visavis.identities.errors import Problem

CONNECT_SECONDS = 5.0
ALL_SECONDS = 15.0
MOST_BYTES = 4 * 1024 * 1024
MOST_REDIRECTS = 3
MOST_LETTERS = 500  # of an address

_running: ContextVar["_Deadline | None"] = ContextVar("running", default=None)


def is_inside_host(host: str) -> bool:
    """Whether the operator lets this host be asked although it stands inside the network."""
    return host.rstrip(".").lower() in settings.IDENTITY_PROVIDER_HOSTS


def check_url(url: str) -> str:
    """The address, if it may be asked at all: https, or http to a host that the operator named.

    Raises Problem.
    """
    if len(url) > MOST_LETTERS:
        raise Problem("long_address", most=MOST_LETTERS)
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        raise Problem("bad_address", address=url[:200]) from error
    is_web = parts.scheme in ("http", "https")
    if not host or not is_web or parts.username is not None:
        raise Problem("bad_address", address=url[:200])
    if parts.scheme == "http" and not is_inside_host(host):
        raise Problem("not_encrypted", host=host)
    return url


def fetch(url: str) -> bytes:
    """What is at the address. Raises Problem."""
    with guarded_session() as session:
        response = session.get(url)
    host = urlsplit(url).hostname or ""
    if response.status_code != requests.codes.ok:
        raise Problem("bad_answer", host=host, status=response.status_code)
    return response.content


def fetch_json(url: str) -> dict[str, Any]:
    """The JSON object at the address. Raises Problem."""
    try:
        found = json.loads(fetch(url))
    except ValueError as error:
        raise Problem("no_json", host=urlsplit(url).hostname or "") from error
    if not isinstance(found, dict):
        raise Problem("no_json", host=urlsplit(url).hostname or "")
    return found


def guarded_session() -> "GuardedSession":
    return GuardedSession()


class GuardedSession(requests.Session):
    """A session of `requests` behind the house's guards; allauth uses it as well.

    Every request raises Problem where it gets no whole answer.
    """

    def __init__(self) -> None:
        super().__init__()
        # Neither proxies nor passwords of the machine we run on.
        self.trust_env = False
        self.max_redirects = MOST_REDIRECTS
        self.mount("http://", _Guarded())
        self.mount("https://", _Guarded())

    def request(self, method: Any, url: Any, **how: Any) -> requests.Response:  # type: ignore[override]
        host = urlsplit(check_url(str(url))).hostname or ""
        deadline = _Deadline()
        before = _running.set(deadline)
        timer = Timer(ALL_SECONDS, deadline.end)
        timer.daemon = True
        timer.start()
        how |= {"timeout": (CONNECT_SECONDS, ALL_SECONDS), "stream": True}
        # A secret goes to the address that was meant, and nowhere on from there.
        how["allow_redirects"] = str(method).upper() == "GET"
        try:
            response = super().request(method, url, **how)
            _read(response, host)
        except requests.RequestException as error:
            raise _problem(error, host, is_over=deadline.is_over) from error
        finally:
            timer.cancel()
            _running.reset(before)
        if deadline.is_over:
            # What has no stated length looks whole when it is broken off.
            raise Problem("too_slow", host=host)
        return response

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        target = super().get_redirect_target(resp)
        if target is not None:
            try:
                check_url(urljoin(str(resp.url), target))
            except Problem:
                resp.close()
                raise
        return target


def _read(response: requests.Response, host: str) -> None:
    """Read the body, and no more of it than may be."""
    pieces, size = [], 0
    for piece in response.iter_content(64 * 1024):
        pieces.append(piece)
        size += len(piece)
        if size > MOST_BYTES:
            response.close()
            raise Problem("too_large", host=host, most=MOST_BYTES // 1024**2)
    # The name by which `requests` itself keeps what was read.
    response._content = b"".join(pieces)


def _problem(error: requests.RequestException, host: str, *, is_over: bool) -> Problem:
    if isinstance(error, requests.TooManyRedirects):
        return Problem("too_many_redirects", host=host)
    if isinstance(error, requests.exceptions.SSLError):
        return Problem("not_secure", host=host)
    if is_over or isinstance(error, requests.Timeout):
        return Problem("too_slow", host=host)
    return Problem("no_answer", host=host)


class _Deadline:
    """Hangs up when the time is over; whoever reads then reads nothing."""

    def __init__(self) -> None:
        self.is_over = False
        self._socks: list[socket.socket] = []

    def watch(self, sock: socket.socket) -> None:
        self._socks.append(sock)
        if self.is_over:
            self.end()

    def end(self) -> None:
        self.is_over = True
        for sock in self._socks:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


# --- Connections that are looked at -------------------------------------------------------------


def _open(connection: HTTPConnection) -> socket.socket:
    """A connection to an address of the host that may be asked. Raises Problem."""
    host, port = connection.host, int(connection.port or 0)
    try:
        found = resolve(host, port)
    except (OSError, UnicodeError) as error:
        raise Problem("unknown_host", host=host) from error
    admits = is_of_a_network if is_inside_host(host) else is_outside
    # One that leads inside is enough: a host that has both is up to no good.
    if not found or not all(admits(ip) for ip in found):
        raise Problem("inside", host=host)
    return socket.create_connection((found[0], port), CONNECT_SECONDS)


def _watch(connection: HTTPConnection) -> None:
    """Keep its socket in sight: the connection itself lets go of it before all is read."""
    deadline = _running.get()
    if deadline is not None and connection.sock is not None:
        deadline.watch(connection.sock)


class _Plain(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _open(self)

    def connect(self) -> None:
        super().connect()
        _watch(self)


class _Secure(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _open(self)

    def connect(self) -> None:
        super().connect()
        _watch(self)


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


class _Guarded(HTTPAdapter):
    def init_poolmanager(self, *sizes: Any, **how: Any) -> None:
        super().init_poolmanager(*sizes, **how, ssl_context=ssl.create_default_context())
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}
