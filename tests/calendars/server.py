"""A server on this machine that plays the servers of the world, and the ways that lead to it.

Names resolve as a test says, addresses of the outside world lead here; every check in between is
the product's own.
"""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from visavis.calendars.fetching import Network

OUTSIDE = "93.184.215.14"
Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Internet:
    """What answers at each path, whereto names lead, and what was asked and connected."""

    pages: dict[str, Answer] = field(default_factory=dict)
    names: dict[str, list[list[str]]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    connected: list[str] = field(default_factory=list)
    resolved: list[str] = field(default_factory=list)
    port: int = 0

    def network(self, **changes) -> Network:
        return Network(**{"resolve": self._resolve, "connect": self._connect, **changes})

    def _resolve(self, host: str, _port: int) -> list[str]:
        """The next answer for this name; the last one stays."""
        self.resolved.append(host)
        answers = self.names.get(host, [[OUTSIDE]])
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def _connect(self, ip: str, _port: int) -> socket.socket:
        self.connected.append(ip)
        return socket.create_connection(("127.0.0.1", self.port), 5)


def page(body: bytes, *, status: int = 200, kind: str = "text/calendar", **headers: str) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        request.send_header("Content-Type", kind)
        request.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(body)

    return answer


def redirect_to(url: str, status: int = 302) -> Answer:
    return page(b"", status=status, Location=url)


@contextmanager
def internet() -> Iterator[Internet]:
    """A server that answers until the block ends."""
    world = Internet()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            world.asked.append((self.path, dict(self.headers)))
            world.pages.get(self.path, page(b"", status=404))(self)

        def log_message(self, *_words):
            """Nothing: a test's output is its own."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_request):
            """Who asked has hung up, as it should."""

    server = Server(("127.0.0.1", 0), Handler)
    world.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield world
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
