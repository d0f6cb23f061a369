"""What a browser sends when somebody presses a button, and what comes back."""

import http.client
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

ANSWERS_WITHIN = 20  # seconds


@dataclass(frozen=True)
class Answer:
    """The status, where it leads to, and the page."""

    status: int
    location: str
    page: str


@dataclass(frozen=True)
class Door:
    """Where a server listens, and what stands between it and the browser."""

    host: str
    port: int
    headers: Mapping[str, str] = field(default_factory=dict)
    # Seconds until nobody is taken to be there.
    opens_within: float = ANSWERS_WITHIN
    # Before the names of cookies: "__Host-" where the host is a public one.
    cookies: str = ""


def press(
    door: Door,
    path: str,
    form: Mapping[str, object],
    session: str,
    *,
    within: float = ANSWERS_WITHIN,
) -> Answer | None:
    """The answer to a form; None where no server is, or it was cut off, or too slow."""
    return _ask(door, "POST", path, *sent(door, form, session), within)


def look(door: Door, path: str, session: str, *, within: float = ANSWERS_WITHIN) -> Answer | None:
    """A page, or None as for `press`."""
    return _ask(door, "GET", path, "", {"Cookie": f"{door.cookies}sessionid={session}"}, within)


def _ask(
    door: Door, method: str, path: str, body: str, headers: dict[str, str], within: float
) -> Answer | None:
    connection = http.client.HTTPConnection(door.host, door.port, timeout=door.opens_within)
    try:
        connection.connect()
        connection.sock.settimeout(within)
        connection.request(method, path, body, {**headers, **door.headers})
        answer = connection.getresponse()
        page = answer.read().decode()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    return Answer(answer.status, answer.headers.get("Location", ""), page)


def sent(door: Door, form: Mapping[str, object], session: str) -> tuple[str, dict[str, str]]:
    """The form and its headers, as a browser sends them."""
    token = secrets.token_hex(16)
    cookies = f"{door.cookies}sessionid={session}; {door.cookies}csrftoken={token}"
    kind = "application/x-www-form-urlencoded"
    body = urlencode({**form, "csrfmiddlewaretoken": token}, doseq=True)
    return body, {"Cookie": cookies, "Content-Type": kind}
