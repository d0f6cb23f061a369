"""A small school that is served, and one student who stands before the last button."""

import random
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bench.databases import Database
from tests.kills.browser import Answer, Door
from tests.load.counting import WRONG
from tests.load.running import Installation, Wanted, count, installation
from tests.load.visit import Browser, Visit

SMALL = Wanted(students=2, stampede=0, mentors=3, seconds=0, mail_patience=300)


@dataclass
class Scene:
    """The school, the student's browser, and what their last button sends."""

    there: Installation
    stager: Any
    visit: Visit
    form: dict[str, str] = field(default_factory=dict)
    running: dict[str, int] = field(default_factory=dict)

    def look(self, path: str) -> Answer:
        return self.visit.browser.open(path)

    def press(self) -> Answer:
        """The last button, as often as one likes: it is one intention."""
        return self.visit.browser.send(f"{self.visit.root}bookings/", self.form)

    def book_now(self) -> None:
        """Press it again, and note what the page has said."""
        self.visit.confirm(self.form)
        self.there.students[0].meetings.append(self.visit.meeting)

    def nothing_wrong(self) -> dict[str, float]:
        """Everything told is kept once, every mail handed over; what was counted."""
        found = count(self.there, self.stager, self.running)
        assert {name: found[name] for name in WRONG if found[name]} == {}, found
        assert found["made_unheard"] == found["unsent"] == 0, found
        assert found["messages"] == 2 * found["acknowledged"], found
        return found


@contextmanager
def scene(database: Database, url: str = "") -> Iterator[Scene]:
    with installation(database, SMALL, url) as (there, stager):
        door = Door("127.0.0.1", there.port)
        browser = Browser(door, there.students[0].session)
        visit = Visit(browser, there.learn, random.Random(1))  # noqa: S311  (no secret)
        made = Scene(there, stager, visit, running=there.served.processes())
        made.form = visit.go_as_far_as_the_last_button()
        yield made
        browser.close()


def said(answer: Answer) -> tuple[int, str]:
    """The status, and what the page says in its heading."""
    found = re.search(r"<h1[^>]*>(.*?)</h1>", answer.page, re.DOTALL)
    return answer.status, found[1].strip() if found else ""


def wait_until(is_so, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > until:
            return False
        time.sleep(0.2)
    return True
