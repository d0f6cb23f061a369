"""Reads a stranger's calendar in a process of its own, with bounds on time and memory.

A line such as FREQ=SECONDLY asks for more occurrences than there is time for, and no library can
be told to stop. A process can. Run as `python -m visavis.calendars.apart` it is that process.
"""

import json
import logging
import os
import resource
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from visavis.calendars.busy import Ask, Busy, busy_times
from visavis.calendars.errors import Unreadable

logger = logging.getLogger(__name__)

SECONDS = 15
MEMORY = 1024**3
# More stretches than this in a year and a half are no calendar of a person.
MOST_SPANS = 20_000
TOO_MUCH = 3


def busy_apart(text: str, ask: Ask, *, seconds: float = SECONDS) -> Busy:
    """`busy_times`, bounded. Raises Unreadable, also for a file that asks for too much."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "visavis.calendars.apart"],
            input=f"{json.dumps(asdict(ask), default=datetime.isoformat)}\n{text}".encode(),
            capture_output=True,
            timeout=seconds,
            check=False,
            env={name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ},
        )
    except subprocess.TimeoutExpired as error:
        raise Unreadable("too_much") from error
    if done.returncode == TOO_MUCH or done.returncode < 0:
        raise Unreadable("too_much")
    if done.returncode:
        logger.error("A calendar could not be read: %s", _kind_of(done.stderr))
        raise Unreadable("broken")
    return _told(json.loads(done.stdout))


def _kind_of(trace: bytes) -> str:
    """What kind of error it was and where: its own words may hold what is in the calendar."""
    lines = trace.decode(errors="replace").strip().splitlines()
    places = [line.strip() for line in lines if line.startswith("  File")]
    return " ".join([*places[-1:], *(line.partition(":")[0] for line in lines[-1:])])


def _told(answer: dict[str, Any]) -> Busy:
    if "problem" in answer:
        raise Unreadable(answer["problem"])
    spans = ((_instant(start), _instant(end)) for start, end in answer["spans"])
    return Busy(tuple(spans), answer["skipped"])


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


# --- In the other process -----------------------------------------------------------------------


def main() -> int:
    """Answer the question on standard input; the status says when it asks for too much."""
    _bound()
    question, _, text = sys.stdin.buffer.read().decode().partition("\n")
    try:
        answer = _answer(text, _question(json.loads(question)))
    except MemoryError:
        return TOO_MUCH
    if len(answer.get("spans", ())) > MOST_SPANS:
        return TOO_MUCH
    sys.stdout.write(json.dumps(answer))
    return 0


def _bound() -> None:
    # Not every system knows these bounds; the one on time that the other process keeps holds.
    for which, most in ((resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_AS, MEMORY)):
        with suppress(ValueError, OSError):
            resource.setrlimit(which, (most, most))


def _question(given: dict[str, Any]) -> Ask:
    instants = {name: datetime.fromisoformat(given[name]) for name in ("since", "until")}
    return Ask(**{**given, **instants})


def _answer(text: str, ask: Ask) -> dict[str, Any]:
    try:
        busy = busy_times(text, ask)
    except Unreadable as trouble:
        return {"problem": trouble.code}
    spans = [(int(start.timestamp()), -int(-end.timestamp() // 1)) for start, end in busy.spans]
    return {"spans": spans, "skipped": busy.skipped}


if __name__ == "__main__":
    sys.exit(main())
