"""Prints the figures of a run, and writes those of a full one into docs/reliability.md."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.machine import processor
from tests.chaos.counting import WRONG
from tests.chaos.faults import Fault

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"
BEGIN, END = "<!-- figures of make chaos -->\n", "<!-- end of figures of make chaos -->"
SAID = {
    "booked": "bookings acknowledged",
    "moved": "moves acknowledged",
    "cancelled": "cancellations acknowledged",
}
ROWS: tuple[tuple[str, Callable[[dict], Any]], ...] = (
    ("requests that a page answered", lambda f: f["requests"].get("answered", 0)),
    (
        "… that were told of a rule or of a time that was taken",
        lambda f: f["requests"].get("refused", 0),
    ),
    ("… that were asked to try again (5xx)", lambda f: _excuses(f["requests"])),
    ("… that nobody answered", lambda f: f["requests"].get("none", 0)),
    *((label, lambda f, what=what: f["acknowledged"].get(what, 0)) for what, label in SAID.items()),
    ("… of these lost, or not as the page said", lambda f: f["lost"]),
    ("people with two meetings at one time", lambda f: f["doubled"]),
    ("bookings made twice", lambda f: f["made_twice"]),
    ("bookings made by a try whose answer nobody heard", lambda f: f["made_unheard"]),
    ("times given back that are not free again", lambda f: f["not_free_again"]),
    ("messages", lambda f: f["messages"]),
    (
        "changes told not at all, or twice",
        lambda f: f["untold"] + f["told_twice"] + f["failed_tellings"],
    ),
    ("reminders", lambda f: f["reminders"]),
    ("… missing, or told twice", lambda f: f["reminders_missing_or_twice"]),
    ("mails that never arrived", lambda f: f["unsent"] + f["lost_mails"]),
    ("mails sent under two Message-IDs", lambda f: f["mails_sent_twice"]),
    ("mails repeated under one Message-ID, as the rule says", lambda f: f["repeated_under_one_id"]),
    ("jobs", lambda f: f["jobs"]),
    ("… taken over from a worker that was gone", lambda f: f["jobs_taken_over"]),
    ("… not done in the end", lambda f: f["jobs_not_done"]),
    ("connections that stayed in a transaction for good", lambda f: f["left_open"]),
    (
        "longest silence of a host that serves, within a transaction",
        lambda f: f"{f['longest_open']:.1f} s",
    ),
    ("hosts that did not come back by themselves", lambda f: f["hosts_not_back"]),
    ("p95 from press to yes, nothing failing", lambda f: f"{f['p95_calm']:.1f} s"),
    ("p95 from press to yes, hosts failing", lambda f: f"{f['p95_failing']:.1f} s"),
)


def _excuses(requests: dict[str, int]) -> int:
    return sum(count for status, count in requests.items() if status.isdigit())


def as_section(found: dict) -> str:
    """What was run, and a table of what came of it."""
    faults = found["faults"]
    head = (
        f"{datetime.now(UTC):%Y-%m-%d}, {processor()}, {len(os.sched_getaffinity(0))} cores, "
        f"load {found['load']:.0f} before the start: {found['seconds'] / 60:g} minutes, "
        f"{found['students']} students, seed {found['seed']}.\n"
    )
    lines = ["| fault | times |", "|---|---:|"]
    lines += [f"| {fault.value} | {faults.get(fault.name, 0)} |" for fault in Fault]
    lines += ["", "| what came of it | |", "|---|---:|"]
    lines += [f"| {label} | {_cell(read(found))} |" for label, read in ROWS]
    return "\n".join([head, *lines]) + "\n"


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value}"


def write(found: dict, *, to_page: bool) -> int:
    """Print it, and write it down if that is wanted; 1 when anything went wrong that may not."""
    section = as_section(found)
    print(section)  # noqa: T201
    wrong = {name: found[name] for name in WRONG if found[name]}
    if wrong:
        print(f"WRONG: {wrong}", *found["which_are_lost"], sep="\n")  # noqa: T201
        return 1
    if to_page:
        before, rest = PAGE.read_text().split(BEGIN)
        PAGE.write_text(f"{before}{BEGIN}{section}{END}{rest.split(END)[1]}")
    return 0
