"""One process that imports a catalogue and an enrollment file, as `visavis import` does."""

import resource
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402  (needs the set-up above)

from bench import processes, workload  # noqa: E402
from bench.school import US  # noqa: E402
from visavis.communities.models import Community  # noqa: E402
from visavis.core import clock  # noqa: E402
from visavis.imports import actions  # noqa: E402
from visavis.imports.enums import ImportState  # noqa: E402
from visavis.setup.actions import found_community  # noqa: E402

KILO = 1024
PAIRS_A_STUDENT = 5


def course_lines(count: int) -> Iterator[str]:
    yield "Subject Abbreviation,Course Number,Course Name\r\n"
    for number in range(count):
        yield f"SUB{number // 100},{number % 100 + 1000},Course number {number}\r\n"


def enrollment_lines(count: int, courses: int) -> Iterator[str]:
    """Pairs of a student and a course, five a student."""
    yield "Email,Course\r\n"
    for number in range(count):
        # Each student's courses lie apart, so that no pair comes twice.
        course = (number // PAIRS_A_STUDENT * 7 + number % PAIRS_A_STUDENT * 11) % courses
        student = number // PAIRS_A_STUDENT
        yield f"s{student}@u.test,{_code(course)}\r\n"


def _code(number: int) -> str:
    return f"SUB{number // 100}{number % 100 + 1000}"


def bring(community: Community, kind: str, content: bytes) -> dict[str, Any]:
    """Upload, plan and apply one file; seconds of both steps, and the process's peak in MB."""
    peak = Peak()

    start = perf_counter()
    run = actions.plan_import(
        community,
        kind=kind,
        mode="merge",
        file_name=f"{kind}.csv",
        content=content,
        actor=US,
        progress=peak.look,
    )
    planned = perf_counter()
    if run.state != ImportState.PLANNED or run.counts["errors"]:
        raise workload.WrongAnswer(f"{kind}: {run.state} {run.refused_message} {run.counts}")
    actions.apply_import(run, actor=US, now=clock.now(), progress=peak.look)
    applied = perf_counter()
    if run.counts["added"] != run.rows:
        raise workload.WrongAnswer(f"{kind}: {run.counts} of {run.rows} rows.")
    return {
        "rows": run.rows,
        "bytes": len(content),
        "plan": planned - start,
        "apply": applied - planned,
        "own": peak.own,
        "resident": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILO,
        "reports": peak.reports,
    }


class Peak:
    """The most memory of its own that the process held whenever progress was told, in MB.

    What is resident beyond that are pages of files, the database's own among them: SQLite maps
    them, and they go when anybody else wants the room.
    """

    def __init__(self) -> None:
        self.reports, self.own = 0, own_mb()

    def look(self, _done: int, _whole: int) -> None:
        self.reports += 1
        self.own = max(self.own, own_mb())


def own_mb() -> float:
    """The memory that this process holds now and shares with no file, in MB."""
    status = Path("/proc/self/status")
    for line in status.read_text().splitlines() if status.exists() else ():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) / KILO
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILO


def main(wish: dict[str, Any]) -> dict[str, Any]:
    call_command("migrate", verbosity=0)
    community = found_community(
        slug="imports", name="Imports", preset="course-first", timezone="America/New_York", by=US
    )
    courses = bring(community, "courses", "".join(course_lines(wish["courses"])).encode())
    before = own_mb()
    content = "".join(enrollment_lines(wish["rows"], wish["courses"])).encode()
    enrollment = bring(community, "enrollment", content)
    return {"courses": courses, "before": before, "enrollment": enrollment}


if __name__ == "__main__":
    for message in processes.messages():
        processes.answer(main(message))
