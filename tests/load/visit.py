"""One student's way through the served pages: learn, pick, time, topic, confirm, by their links."""

import html
import http.client
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from time import perf_counter

from tests.chaos.students import Meeting
from tests.kills.browser import Answer, Door, sent

WITHIN = 60  # seconds until a page is taken for one that does not come
STEPS = ("learn", "pick", "time", "person", "place", "topic", "review", "confirm", "booked")
CANCEL = "cancel"
TRIES = 5  # times that somebody wants, one after the other, until they leave
MOST_REDIRECTS = 5
OTHER_DAY = 0.5  # of the students look at another day than the first
HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
WRITTEN = re.compile(r'<textarea[^>]*\bname="([^"]+)"|<input type="text"[^>]*\bname="([^"]+)"')
TIME_LINK = re.compile(r'class="time-link" href="([^"]+)"')
WORDS = "How to read a long text, and what to write down of it."


class Failed(Exception):
    """The server did not answer, or with an error of its own."""


class Refused(Exception):
    """A page said no, and why."""


class Browser:
    """One connection that is kept, with the session of one person."""

    def __init__(self, door: Door, session: str) -> None:
        self.door, self.session = door, session
        self._connection = http.client.HTTPConnection(door.host, door.port, timeout=WITHIN)

    def close(self) -> None:
        self._connection.close()

    def open(self, path: str) -> Answer:
        """The page, wherever it leads to. Raises Failed."""
        headers = {"Cookie": f"sessionid={self.session}", "Accept": "text/html"}
        for _ in range(MOST_REDIRECTS):
            answer = self._ask("GET", path, "", headers)
            if answer.status != HTTPStatus.FOUND:
                return answer
            path = answer.location
        raise Failed("redirects without an end")

    def send(self, path: str, form: dict[str, str]) -> Answer:
        """What the form is answered with. Raises Failed."""
        return self._ask("POST", path, *sent(self.door, form, self.session))

    def _ask(self, method: str, path: str, body: str, headers: dict[str, str]) -> Answer:
        try:
            self._connection.request(method, path, body, {**headers, **self.door.headers})
            answer = self._connection.getresponse()
            page = answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise Failed(type(error).__name__) from error
        return Answer(answer.status, answer.headers.get("Location", ""), page)


@dataclass
class Visit:
    """What one visit has seen: how long each step took, and which times were gone."""

    browser: Browser
    learn: str
    dice: random.Random
    took: list[tuple[str, float]] = field(default_factory=list)
    gone: int = 0
    # What a page has said yes to, whatever came after it.
    meeting: Meeting | None = None

    def book(self) -> None:
        """From the first page to the booking's own. Raises Refused and Failed."""
        times = self._times()
        for _ in range(TRIES):
            try:
                self._book_one_of(times)
            except Refused as refusal:
                self.gone += 1
                said = refusal
            else:
                return
        raise said

    def _times(self) -> str:
        page = self._look("learn", self.learn)
        page = self._look("pick", self._link(page, "services/"))
        return self._link(page, "times/")

    @property
    def root(self) -> str:
        return self.learn.removesuffix("learn/")

    def go_as_far_as_the_last_button(self) -> dict[str, str]:
        """All pages but the last; what its button would send."""
        return self._review(TIME_LINK.findall(self._look("time", self._times())))

    def _book_one_of(self, times: str) -> None:
        page = self._look("time", times)
        days = re.findall(r'href="([^"]+/times/\?day=[\d-]+)"', page)
        if days and self.dice.random() < OTHER_DAY:
            page = self._look("time", self.dice.choice(days))
        starts = TIME_LINK.findall(page)
        if not starts:
            raise Refused("no time left")
        self.confirm(self._review(starts))

    def _review(self, starts: list[str]) -> dict[str, str]:
        """What the last button of the way to one of these times sends."""
        page = self._look("person", self.dice.choice(starts))
        page = self._look("place", self._link(page, "places/"))
        topic = self._link(page, "topic/")
        page = self._look("topic", topic)
        fields = ["".join(names) for names in WRITTEN.findall(page)]
        answer = self._send("topic", topic, dict.fromkeys(fields, WORDS))
        page = self._look("review", answer.location)
        return {name: html.unescape(value) for name, value in HIDDEN.findall(page)}

    def confirm(self, form: dict[str, str]) -> None:
        """Press the last button. Raises Refused and Failed."""
        answer = self._send("confirm", f"{self.root}bookings/", form)
        if "/bookings/" not in answer.location:
            raise Refused("asked to confirm once more")
        time = (int(form["provider"]), form["start"])
        self.meeting = Meeting(form["key"], time, answer.location)
        try:
            self._look("booked", answer.location)
        except Refused as refusal:
            raise Failed(f"{refusal}") from refusal

    def cancel(self, meeting: Meeting) -> None:
        """Give a meeting back. Raises Refused and Failed."""
        path = f"{meeting.path}cancellation/"
        self._look(CANCEL, path)
        self._send(CANCEL, path, {})
        meeting.is_open = False

    def _link(self, page: str, end: str) -> str:
        """One of the links that lead to such a step."""
        found = re.findall(rf'href="(/c/[^"?]+/{end})"', page)
        if not found:
            raise Refused(f"no way on to {end}")
        return str(self.dice.choice(found))

    def _look(self, step: str, path: str) -> str:
        return self._timed(step, lambda: self.browser.open(html.unescape(path))).page

    def _send(self, step: str, path: str, form: dict[str, str]) -> Answer:
        answer = self._timed(step, lambda: self.browser.send(path, form))
        if answer.status != HTTPStatus.FOUND:
            raise Failed(f"{step}: {answer.status} instead of a way on")
        return answer

    def _timed(self, step: str, ask: Callable[[], Answer]) -> Answer:
        begun = perf_counter()
        answer = ask()
        self.took.append((step, perf_counter() - begun))
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Failed(f"{step}: {answer.status}")
        if answer.status >= HTTPStatus.BAD_REQUEST:
            found = HEADING.search(answer.page)
            said = " ".join(html.unescape(found[1]).split()) if found else "no heading"
            raise Refused(f"{step}: {answer.status} {said}")
        return answer
