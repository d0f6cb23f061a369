"""The application as it is served: `visavis serve` on a port of its own."""

import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from bench.processes import ROOT, Failed

VISAVIS = Path(sys.executable).with_name("visavis")
PATIENCE = 90  # seconds until it answers; static files are collected first
END_WITHIN = 20


@contextmanager
def served(environment: Mapping[str, str], *, workers: int) -> Iterator[int]:
    """The port on which the application answers within the block, by `workers` processes."""
    port = free_port()
    command = [str(VISAVIS), "serve", "--port", str(port), "--workers", str(workers)]
    server = subprocess.Popen(  # noqa: S603  (our own command)
        command,
        cwd=ROOT,
        # One person asks here as fast as a machine can.
        env=os.environ | {"LIMIT_SEARCH": "off", "LIMIT_BOOKING": "off"} | dict(environment),
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait(server, port)
        yield port
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(timeout=END_WITHIN)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(server: "subprocess.Popen[bytes]", port: int) -> None:
    until = monotonic() + PATIENCE
    while monotonic() < until:
        if server.poll() is not None:
            raise Failed(f"The server ended with status {server.returncode}.")
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            connection.getresponse().read()
        except OSError:
            sleep(0.2)
        else:
            return
        finally:
            connection.close()
    raise Failed(f"The server did not answer within {PATIENCE} seconds.")
