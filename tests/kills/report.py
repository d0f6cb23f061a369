"""Runs the kill test in full on each database, and writes its figures into docs/reliability.md.

make kill-test            200 kills of each process on each database
make kill-test KILLS=20   fewer, and nothing is written
"""

import json
import os
import subprocess
import sys
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
)


def run(kind: str, kills: int) -> dict:
    with throwaway(kind) as database:
        environment = os.environ | database.environment
        environment["DJANGO_SETTINGS_MODULE"] = "tests.settings"
        command = [sys.executable, "-m", "tests.kills.supervisor", f"--kills={kills}", "--seed=1"]
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
    figures = {kind: run(kind, kills) for kind in kinds()}
    table = as_table(figures)
    print(table)  # noqa: T201
    if kills >= FULL:
        before, rest = PAGE.read_text().split(BEGIN)
        PAGE.write_text(f"{before}{BEGIN}{table}{END}{rest.split(END)[1]}")


if __name__ == "__main__":
    main()
