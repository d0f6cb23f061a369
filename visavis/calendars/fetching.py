"""Fetches a file from an address that somebody typed: outwards only, and bounded in every way.

At each step of the way, redirects included, the host's name is resolved once, every address it has
is looked at (`core.outside`), and the connection goes to one of those very addresses: a
name that means something else a moment later leads nowhere.
"""

import http.client
import socket
import ssl
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from threading import Timer
from urllib.parse import urljoin

from visavis.calendars.addresses import Address, split_address
from visavis.calendars.errors import InvalidAddress, Unreadable
from visavis.core.outside import is_outside, resolve

MOST_BYTES = 10 * 1024 * 1024
MOST_REDIRECTS = 5
MOST_TRIES = 3  # addresses of one host
CHUNK = 64 * 1024
CONNECT_SECONDS = 5.0
# For all of it: names, redirects, and a server that sends a letter now and then.
ALL_SECONDS = 20.0
REDIRECTS = frozenset({301, 302, 303, 307, 308})
GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
CLOSED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
PLAIN = frozenset({"", "identity"})
GZIP = frozenset({"gzip", "x-gzip", "deflate"})
EITHER_WRAPPING = 47  # zlib's number for gzip or zlib, whichever it is


def connect(ip: str, port: int) -> socket.socket:
    """A connection to this very address."""
    return socket.create_connection((ip, port), CONNECT_SECONDS)


@dataclass(frozen=True)
class Network:
    """The ways to the outside; tests have other ones, and the checks between them stay."""

    resolve: Callable[[str, int], list[str]] = resolve
    connect: Callable[[str, int], socket.socket] = connect
    tls: Callable[[], ssl.SSLContext] = ssl.create_default_context
    seconds: float = ALL_SECONDS


NETWORK = Network()


@dataclass(frozen=True, slots=True)
class Seen:
    """What a server said of its file the last time."""

    etag: str = ""
    last_modified: str = ""

    @property
    def headers(self) -> dict[str, str]:
        asked = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in asked.items() if value}


@dataclass(frozen=True, slots=True)
class Fetched:
    """The file, or None where the server says that it is as it was."""

    content: bytes | None
    seen: Seen = field(default_factory=Seen)


def fetch(text: str, *, seen: Seen, network: Network = NETWORK) -> Fetched:
    """Fetch the file at an http or https address, unless it is as it was `seen`.

    Raises Unreadable. It takes `network.seconds` at most, beside the time to resolve names.
    """
    with _deadline(network.seconds) as deadline:
        for _step in range(MOST_REDIRECTS + 1):
            try:
                address = split_address(text)
            except (ValueError, InvalidAddress) as error:
                raise Unreadable("bad_redirect") from error
            answer = _ask(address, seen, network, deadline)
            if isinstance(answer, Fetched):
                return answer
            text = urljoin(str(address), answer)
            if address.scheme == "https" and not text.lower().startswith("https:"):
                # The way back into the open: the address is a key that others could read then.
                raise Unreadable("insecure_redirect")
    raise Unreadable("too_many_redirects")


class _Deadline:
    """Shuts the connection that is open when the time is over; whoever reads then reads nothing."""

    def __init__(self) -> None:
        self.is_over = False
        self._sock: socket.socket | None = None

    def watch(self, sock: socket.socket) -> None:
        self._sock = sock
        if self.is_over:
            self.end()

    def end(self) -> None:
        self.is_over = True
        if self._sock is not None:
            with suppress(OSError):
                self._sock.shutdown(socket.SHUT_RDWR)


@contextmanager
def _deadline(seconds: float) -> Iterator[_Deadline]:
    deadline = _Deadline()
    timer = Timer(seconds, deadline.end)
    timer.daemon = True
    timer.start()
    try:
        yield deadline
    finally:
        timer.cancel()
        timer.join()


def _ask(address: Address, seen: Seen, network: Network, deadline: _Deadline) -> Fetched | str:
    """The file, or where it is said to be. Raises Unreadable."""
    try:
        with _open(address, network, deadline) as sock:
            deadline.watch(sock)
            return _exchange(sock, address, seen, deadline)
    except ssl.SSLError as error:
        raise Unreadable("not_secure", host=address.host) from error
    except (OSError, http.client.HTTPException, zlib.error) as error:
        code = "too_slow" if deadline.is_over or isinstance(error, TimeoutError) else "no_answer"
        raise Unreadable(code, host=address.host) from error


def _open(address: Address, network: Network, deadline: _Deadline) -> socket.socket:
    try:
        found = network.resolve(address.host, address.port)
    except (OSError, UnicodeError) as error:
        raise Unreadable("unknown_host", host=address.host) from error
    # One that leads inside is enough: a host that has both is up to no good.
    if not found or not all(is_outside(ip) for ip in found):
        raise Unreadable("inside", host=address.host)
    for number, ip in enumerate(tries := found[:MOST_TRIES], start=1):
        if deadline.is_over:
            break
        try:
            sock = network.connect(ip, address.port)
        except OSError:
            if number == len(tries):
                raise
            continue
        deadline.watch(sock)
        return _secured(sock, address, network)
    raise TimeoutError


def _secured(sock: socket.socket, address: Address, network: Network) -> socket.socket:
    if address.scheme == "http":
        return sock
    try:
        # The certificate is that of the name which the person typed, not of the number.
        return network.tls().wrap_socket(sock, server_hostname=address.host)
    except BaseException:
        sock.close()
        raise


def _exchange(
    sock: socket.socket, address: Address, seen: Seen, deadline: _Deadline
) -> Fetched | str:
    connection = http.client.HTTPConnection(address.host, address.port)
    connection.sock = sock
    connection.request(
        "GET",
        address.target,
        headers={
            "Host": address.host_header,
            "Accept": "text/calendar, */*;q=0.1",
            "Accept-Encoding": "identity",
            "Connection": "close",
            "User-Agent": "Visavis (busy times)",
            **seen.headers,
        },
    )
    with connection.getresponse() as response:
        if response.status in REDIRECTS and response.headers["Location"]:
            return str(response.headers["Location"])
        if response.status == HTTPStatus.NOT_MODIFIED and seen.headers:
            return Fetched(None, seen)
        _check_status(response.status, address)
        content = _read(response, deadline)
    return Fetched(content, _seen_of(response))


def _check_status(status: int, address: Address) -> None:
    if status == HTTPStatus.OK:
        return
    if status in GONE:
        raise Unreadable("not_there", host=address.host)
    if status in CLOSED:
        raise Unreadable("not_allowed", host=address.host)
    raise Unreadable("bad_answer", host=address.host, status=status)


def _read(response: http.client.HTTPResponse, deadline: _Deadline) -> bytes:
    """The body, piece by piece; no more is held than may be. Raises Unreadable."""
    if (response.length or 0) > MOST_BYTES:
        raise Unreadable("too_large", most=MOST_BYTES // 1024**2)
    encoding = (response.headers["Content-Encoding"] or "").strip().lower()
    if encoding not in PLAIN | GZIP:
        raise Unreadable("bad_answer", host="", status=int(response.status))
    unpacked = zlib.decompressobj(EITHER_WRAPPING) if encoding in GZIP else None
    pieces, size = [], 0
    while piece := response.read(CHUNK):
        part = piece if unpacked is None else unpacked.decompress(piece, MOST_BYTES + 1 - size)
        pieces.append(part)
        size += len(part)
        if size > MOST_BYTES:
            raise Unreadable("too_large", most=MOST_BYTES // 1024**2)
    if deadline.is_over:
        raise TimeoutError
    if response.length or (unpacked is not None and not unpacked.eof):
        raise http.client.IncompleteRead(b"")
    return b"".join(pieces)


def _seen_of(response: http.client.HTTPResponse) -> Seen:
    etag, modified = response.headers["ETag"] or "", response.headers["Last-Modified"] or ""
    return Seen(_if_plain(etag, 500), _if_plain(modified, 100))


def _if_plain(header: str, most: int) -> str:
    """A header that can be sent back as it is; else none."""
    return header if len(header) <= most and header.isascii() and header.isprintable() else ""
