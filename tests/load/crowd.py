"""Many students, each arriving at their moment, so many on the pages at once."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tests.chaos.students import Meeting
from tests.kills.browser import Door
from tests.load.visit import Browser, Failed, Refused, Visit


@dataclass
class Student:
    """One person who is signed in, and what became of their meetings."""

    number: int
    session: str
    meetings: list[Meeting] = field(default_factory=list)
    # Two visits of one person would cancel the same meeting.
    alone: threading.Lock = field(default_factory=threading.Lock)


@dataclass
class Seen:
    """What everybody of a crowd has seen, added up."""

    came: int = 0
    booked: int = 0
    cancelled: int = 0
    gone: int = 0
    seconds: float = 0.0
    last_came: float = 0.0
    refused: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    took: dict[str, list[float]] = field(default_factory=dict)


class Crowd:
    """Lets `students` come one after the other, `a_second` of them (None: as fast as they fit in).

    `at_once` of them are on the pages, the others wait at the door. Who has not come in after
    `seconds` stays out; who has, finishes. With `again` they come a second and a third time, and
    then give their meeting back first.
    """

    def __init__(self, port: int, learn: str, students: Sequence[Student], *, seed: int) -> None:
        self.port, self.learn, self.students, self.seed = port, learn, students, seed
        self.seen = Seen()
        self._lock, self._noting = threading.Lock(), threading.Lock()

    def run(
        self, *, a_second: float | None, at_once: int, seconds: float, again: bool = False
    ) -> Seen:
        """Everybody's visit; returns when the last has left."""
        begun = time.monotonic()
        turns = self._turns(a_second, begun, seconds, again=again)
        threads = [threading.Thread(target=self._serve, args=(turns,)) for _ in range(at_once)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.seen.seconds = time.monotonic() - begun
        return self.seen

    def _turns(
        self, a_second: float | None, begun: float, seconds: float, *, again: bool
    ) -> Iterator[Student]:
        number = 0
        while again or number < len(self.students):
            arrives = begun + (number / a_second if a_second else 0)
            if max(arrives, time.monotonic()) > begun + seconds:
                return
            time.sleep(max(arrives - time.monotonic(), 0))
            self.seen.came += 1
            self.seen.last_came = time.monotonic() - begun
            yield self.students[number % len(self.students)]
            number += 1

    def _serve(self, turns: Iterator[Student]) -> None:
        """One place on the pages: whoever is next has it, until nobody comes any more."""
        while True:
            # Whoever holds the lock waits for the next to arrive; the others wait for the lock.
            with self._lock:
                student = next(turns, None)
            if student is None:
                return
            with student.alone:
                self._visit(student)

    def _visit(self, student: Student) -> None:
        # As behind a proxy: everybody comes from an address of their own.
        address = f"10.{student.number >> 16}.{student.number >> 8 & 255}.{student.number & 255}"
        door = Door("127.0.0.1", self.port, {"X-Forwarded-For": address})
        browser = Browser(door, student.session)
        dice = random.Random(f"{self.seed} {student.number} {len(student.meetings)}")  # noqa: S311  (no secret)
        visit, refused, failed = Visit(browser, self.learn, dice), "", ""
        had = [meeting for meeting in student.meetings if meeting.is_open]
        try:
            for meeting in had:
                visit.cancel(meeting)
            visit.book()
        except Refused as refusal:
            refused = f"{refusal}"
        except Failed as failure:
            failed = f"{failure}"
        finally:
            browser.close()
        if visit.meeting is not None:
            student.meetings.append(visit.meeting)
        with self._noting:
            self._note(visit, sum(not meeting.is_open for meeting in had), refused, failed)

    def _note(self, visit: Visit, cancelled: int, refused: str, failed: str) -> None:
        seen = self.seen
        seen.booked += visit.meeting is not None
        seen.cancelled += cancelled
        seen.gone += visit.gone
        seen.refused.update([refused] if refused else [])
        seen.failed.update([failed] if failed else [])
        for step, seconds in visit.took:
            seen.took.setdefault(step, []).append(seconds)
