"""One load test on one database: a school, `visavis serve`, a crowd, and what is left."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any

from bench import processes
from bench.databases import Database, throwaway
from bench.served import free_port
from tests.kills.browser import Door, look
from tests.kills.served import COMMAND, Served
from tests.load.counting import left
from tests.load.crowd import Crowd, Student
from tests.load.memory import Sampler, held

COMES_UP = 240  # seconds
WEB_PROCESSES = 2
# They come before the others, so that every process has loaded and kept what it needs.
EARLY, EARLY_AT_ONCE = 12, 4
# As shipped, each person and each address is limited; everybody comes from an address of their own.
BEHIND_A_PROXY = {"TRUSTED_PROXY_COUNT": "1", "LOG_LEVEL": "warning"}


@dataclass(frozen=True)
class Wanted:
    """How many come. The stampede's seconds are those in which all of its students arrive."""

    students: int
    stampede: int
    mentors: int
    seconds: float
    soak_minutes: float = 0
    soak_a_second: float = 1.0
    journeys_at_once: int = 16
    stampede_at_once: int = 128
    # Seconds in which the worker may still be at the mails, before the rows are counted.
    mail_patience: float = 60


@dataclass
class Installation:
    """A school that is served, with all its students."""

    served: Served
    port: int
    learn: str
    students: list[Student]
    early: list[Student]
    mail_patience: float

    def crowd(self, students: list[Student], seed: int) -> Crowd:
        return Crowd(self.port, self.learn, students, seed=seed)


def measure(kind: str, wanted: Wanted) -> dict[str, Any]:
    """Real journeys of everybody once, then the stampede of a morning; what each of them saw."""
    with throwaway(kind) as database, installation(database, wanted) as (there, asked):
        ordinary, morning = there.students[: wanted.students], there.students[wanted.students :]
        began, running = held(there.served), there.served.processes()
        journeys = there.crowd(ordinary, 1).run(
            a_second=None, at_once=wanted.journeys_at_once, seconds=float("inf")
        )
        between = held(there.served)
        stampede = there.crowd(morning, 2).run(
            a_second=len(morning) / wanted.seconds,
            at_once=wanted.stampede_at_once,
            seconds=wanted.seconds,
        )
        ended = held(there.served)
        counted = count(there, asked, running)
    return {
        "database": kind,
        "wanted": asdict(wanted),
        "journeys": asdict(journeys),
        "stampede": asdict(stampede),
        "memory": {"start": began, "between": between, "end": ended},
        "left": counted,
    }


def soak(kind: str, wanted: Wanted) -> dict[str, Any]:
    """Students who come at a modest rate and change their minds, while memory is looked at."""
    with throwaway(kind) as database, installation(database, wanted) as (there, asked):
        running = there.served.processes()
        with Sampler(there.served) as sampler:
            seen = there.crowd(there.students, 3).run(
                a_second=wanted.soak_a_second,
                at_once=wanted.journeys_at_once,
                seconds=wanted.soak_minutes * 60,
                again=True,
            )
        counted = count(there, asked, running)
    return {
        "database": kind,
        "wanted": asdict(wanted),
        "soak": asdict(seen),
        "samples": sampler.samples,
        "left": counted,
    }


@contextmanager
def installation(
    database: Database, wanted: Wanted, url: str = ""
) -> Iterator[tuple[Installation, Any]]:
    """The served school, and the process that counts its rows; served at `url` if that differs."""
    stager = processes.start("tests.load.stage", database.environment)
    port = free_port()
    command = [*COMMAND, "--port", str(port), "--workers", str(WEB_PROCESSES)]
    environment = database.environment | ({"DATABASE_URL": url} if url else {})
    served = Served(command, environment | BEHIND_A_PROXY, limits={})
    try:
        many = EARLY + wanted.students + (0 if wanted.soak_minutes else wanted.stampede)
        processes.tell(stager, {"mentors": wanted.mentors, "students": many})
        told = processes.hear(stager)
        served.ensure()
        _wait(served, port)
        students = [Student(n, session) for n, session in enumerate(told["sessions"], start=1)]
        there = Installation(
            served,
            port,
            told["learn"],
            students[EARLY:],
            students[:EARLY],
            wanted.mail_patience,
        )
        there.crowd(there.early, 0).run(a_second=None, at_once=EARLY_AT_ONCE, seconds=COMES_UP)
        yield there, stager
    finally:
        served.end()
        processes.end(stager)


def _wait(served: Served, port: int) -> None:
    until = time.monotonic() + COMES_UP
    while time.monotonic() < until:
        served.ensure()
        answer = look(Door("127.0.0.1", port), "/readyz", "", within=5)
        up = served.processes().keys() >= {"worker", f"web {WEB_PROCESSES}"}
        if up and answer is not None and answer.status == HTTPStatus.OK:
            return
        time.sleep(0.3)
    raise processes.Failed(f"The server was not ready within {COMES_UP} seconds.")


def count(there: Installation, stager: Any, running: dict[str, int]) -> dict[str, float]:
    """What the database holds beside what students were told; waits for the mails."""
    gone = set(running.items()) - set(there.served.processes().items())
    processes.tell(stager, {"patience": there.mail_patience})
    rows = processes.hear(stager)
    everybody = [*there.early, *there.students]
    meetings = [meeting for student in everybody for meeting in student.meetings]
    return {**left(meetings, rows), "gone_processes": len(gone)}
