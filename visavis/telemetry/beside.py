"""A worker without pages tells of itself at a port of its own: that it lives, and its figures."""

from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from django.db import connections

from visavis.telemetry import exposition


def tell_beside(host: str, port: int, *, is_well: Callable[[], bool]) -> ThreadingHTTPServer:
    """Answer /healthz and /metrics at this address from a thread. Raises OSError if it is taken."""

    class Teller(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/healthz":
                status = HTTPStatus.OK if is_well() else HTTPStatus.SERVICE_UNAVAILABLE
                self._answer(status, b"ok" if status == HTTPStatus.OK else b"stuck")
            elif self.path == "/metrics" and self._may_read():
                self._answer(HTTPStatus.OK, _figures(), exposition.CONTENT_TYPE)
            else:
                self._answer(HTTPStatus.NOT_FOUND, b"Not found")

        def _may_read(self) -> bool:
            authorization = self.headers.get("Authorization", "")
            return exposition.may_read(authorization, str(self.client_address[0]))

        def _answer(self, status: HTTPStatus, body: bytes, kind: str = "text/plain") -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the library's)
            """Nothing: probes come every few seconds."""

    server = ThreadingHTTPServer((host, port), Teller)
    Thread(target=server.serve_forever, name="teller", daemon=True).start()
    return server


def _figures() -> bytes:
    try:
        return exposition.write_metrics()
    finally:
        # This thread has a connection of its own, which ends with its answer.
        connections.close_all()
