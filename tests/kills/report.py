"""Runs the kill test in full on each database, and writes its figures into docs/reliability.md.

make kill-test            200 kills of each process on each database
make kill-test KILLS=20   fewer, and nothing is written
"""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from bench.databases import kinds, throwaway

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- figures of make kill-test -->\n", "<!-- end of figures -->"
FULL = 200
ROWS = (
    ("kills of the web process", lambda f: f["kills"]["web"]),
    ("kills of the worker", lambda f: f["kills"]["worker"]),
    ("bookings acknowledged to the browser", lambda f: f["acknowledged"]),
    ("… of these lost", lambda f: f["lost_bookings"]),
    ("bookings made twice", lambda f: f["double_bookings"]),
    ("messages", lambda f: f["messages"]),
    ("bookings of which somebody was not told", lambda f: f["untold"]),
    ("messages never sent", lambda f: f["unsent"]),
    ("mails that never arrived", lambda f: f["lost_mails"]),
    ("mails sent under two Message-IDs", lambda f: f["sent_under_two_ids"]),
    ("mails repeated under one Message-ID, as the rule says", lambda f: f["repeated_under_one_id"]),
    ("kills of the worker while it offered times to who waits", lambda f: f["freeing"]["kills"]),
    ("times given back, acknowledged to the browser", lambda f: f["freeing"]["given_back"]),
    ("… of these not offered to anybody", lambda f: f["freeing"]["lost_offers"]),
    ("people or times offered twice", lambda f: f["freeing"]["offered_twice"]),
    (
        "times held without an offer, offers without a time",
        lambda f: f["freeing"]["held_without_offer"] + f["freeing"]["offers_without_hold"],
    ),
    (
        "offers not told of, or told of twice",
        lambda f: f["freeing"]["untold"] + f["freeing"]["told_twice"],
    ),
)


def run(kind: str, kills: int) -> dict:
    """Both kinds of kills on one database, each from an empty one."""
    return _run("supervisor", kind, kills) | {"freeing": _run("freeing", kind, kills)}


def _run(module: str, kind: str, kills: int) -> dict:
    with throwaway(kind) as database:
        environment = os.environ | database.environment
        environment["DJANGO_SETTINGS_MODULE"] = "tests.settings"
        command = [sys.executable, "-m", f"tests.kills.{module}", f"--kills={kills}", "--seed=1"]
        done = subprocess.run(
            command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True
        )
    return json.loads(done.stdout)


def as_table(figures: dict[str, dict]) -> str:
    head = f"| {datetime.now(UTC):%Y-%m-%d} | {' | '.join(figures)} |"
    lines = [head, "|---" * (len(figures) + 1) + "|"]
    for label, read in ROWS:
        cells = " | ".join(f"{read(found):,}" for found in figures.values())
        lines.append(f"| {label} | {cells} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    kills = int(sys.argv[1]) if sys.argv[1:] else FULL
    # Nothing is measured here but what is left in the end, so both may run at once.
    with ThreadPoolExecutor() as both:
        found = both.map(lambda kind: (kind, run(kind, kills)), kinds())
        figures = dict(found)
    table = as_table(figures)
    print(table)  # noqa: T201
    if kills >= FULL:
        before, rest = PAGE.read_text().split(BEGIN)
        PAGE.write_text(f"{before}{BEGIN}{table}{END}{rest.split(END)[1]}")


if __name__ == "__main__":
    main()
