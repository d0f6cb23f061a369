"""Runs the parts one after the other, prints their tables, and writes the document."""

import json
import sys
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Any

from bench import machine
from bench.plan import Plan, read_plan
from bench.processes import ROOT, Failed
from bench.report import document
from bench.report.targets import targets
from bench.workload import WrongAnswer

BUILT = ROOT / "build" / "bench"
DATA = BUILT / "data.json"


def main() -> int:
    """Exit status 1 when an answer was wrong or a process failed."""
    if "--render" in sys.argv:
        # The document again, from the data of the last whole run.
        return _render()
    plan = read_plan()
    _say(f"make bench: {plan.name}, {', '.join(plan.parts)}")
    try:
        data = _measure(plan)
    except (WrongAnswer, Failed) as error:
        _say(f"Stopped: {error}")
        return 1
    _say("\n" + targets(data["parts"]))
    _say(f"\n{data['seconds']:.0f} seconds. {_keep(data, plan)} is written.")
    return 0


def _measure(plan: Plan) -> dict[str, Any]:
    start, parts = perf_counter(), {}
    for part in plan.parts:
        began = perf_counter()
        parts[part] = import_module(f"bench.{part}").run(plan)
        _say(f"\n{document.SECTIONS[part](parts[part])}")
        _say(f"({part}: {perf_counter() - began:.0f} seconds)")
    return {
        "plan": plan.name,
        "seconds": perf_counter() - start,
        "machine": machine.describe() | {"numpy": version("numpy")},
        "parts": parts,
    }


def _keep(data: dict[str, Any], plan: Plan) -> Path:
    """Write the data and the document; docs/ only gets what a whole run found."""
    BUILT.mkdir(parents=True, exist_ok=True)
    if plan.is_whole:
        DATA.write_text(json.dumps(data, indent=1))
    folder = ROOT / "docs" if plan.is_whole else BUILT
    return document.write(data, folder).relative_to(ROOT)


def _render() -> int:
    if not DATA.exists():
        _say("There was no whole run yet: make bench")
        return 1
    _say(f"{document.write(json.loads(DATA.read_text()), ROOT / 'docs').relative_to(ROOT)}")
    return 0


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201  (a command prints)


if __name__ == "__main__":
    sys.exit(main())
