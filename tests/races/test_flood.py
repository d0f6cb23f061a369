"""A flood of sign-ins against a real server, while a student books."""

import http.client
import json
import os
import re
import secrets
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlencode

import pytest

pytestmark = pytest.mark.race

ROOT = Path(__file__).resolve().parents[2]
FORM = "application/x-www-form-urlencoded"
SCENE = (
    "import django, json; django.setup();"
    "from tests.kills.scene import stage; print(json.dumps(stage()['wishes'][:3]))"
)
FLOODERS, BOOKED_WITHIN = 8, 20


@pytest.fixture
def environment(tmp_path):
    kept = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "EMAIL_URL", "PORT")}
    return kept | {
        "VISAVIS_DATA": str(tmp_path),
        "VISAVIS_DEMO": "0",
        "DJANGO_SETTINGS_MODULE": "visavis.config.settings",
        "TRUSTED_PROXY_COUNT": "1",
    }


@pytest.fixture
def wishes(environment):
    told = subprocess.run(
        [sys.executable, "-c", SCENE],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(told.stdout.splitlines()[-1])


@pytest.fixture
def port(environment, wishes):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = probe.getsockname()[1]
    command = [sys.executable, "-m", "visavis.cli.main", "serve", "--port", str(number)]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with suppress(OSError):
            if ask(number, "GET", "/healthz").status == 200:
                break
        time.sleep(0.2)
    yield number
    server.terminate()
    server.wait(20)


def ask(port, method, path, body=None, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        answer.text = answer.read().decode()
        return answer
    finally:
        connection.close()


def posted(form, *, address, session=""):
    token = secrets.token_hex(16)
    cookies = f"csrftoken={token}" + (f"; sessionid={session}" if session else "")
    body = urlencode({**form, "csrfmiddlewaretoken": token}, doseq=True)
    return body, {"Cookie": cookies, "Content-Type": FORM, "X-Forwarded-For": address}


class Flood(threading.Thread):
    """Asks for codes as fast as it is answered, for one known address after the other."""

    def __init__(self, port, number, *, spread):
        super().__init__(daemon=True)
        self.port, self.number, self.spread = port, number, spread
        self.statuses, self.over = [], threading.Event()

    def run(self):
        while not self.over.is_set():
            turn = len(self.statuses) % 200 if self.spread else 0
            address = f"198.51.{self.number}.{turn + 1}"
            form = {"email": f"{turn}-{self.number}@stranger.test"}
            with suppress(OSError, http.client.HTTPException):
                answer = ask(self.port, "POST", "/accounts/login/", *posted(form, address=address))
                self.statuses.append(answer.status)


@pytest.mark.parametrize("spread", [False, True], ids=["from few addresses", "from many"])
def test_a_booking_goes_through_while_sign_in_is_flooded(port, wishes, spread):
    floods = [Flood(port, number, spread=spread) for number in range(FLOODERS)]
    for flood in floods:
        flood.start()
    time.sleep(3)
    took = []
    for wish in wishes:
        began = time.monotonic()
        sent = posted(wish["form"], address="192.0.2.1", session=wish["session"])
        answer = ask(port, "POST", wish["path"], *sent)
        took.append(time.monotonic() - began)
        assert answer.status == 302, answer.text[:500]
        assert re.search("/bookings/", answer.headers["Location"])
    for flood in floods:
        flood.over.set()
    for flood in floods:
        flood.join(60)
    statuses = [status for flood in floods for status in flood.statuses]
    assert set(statuses) <= {302, 422, 429}
    assert len(statuses) > FLOODERS
    assert max(took) < BOOKED_WITHIN, took
