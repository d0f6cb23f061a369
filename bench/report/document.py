"""docs/performance.md and its plots, made anew from the data of one run."""

from pathlib import Path
from typing import Any

from bench.report import application, engine
from bench.report.targets import targets

SECTIONS = {
    "engine": engine.engine,
    "limits": engine.limits,
    "growth": engine.growth,
    "openings": application.openings,
    "page": application.page,
    "bookings": application.bookings,
    "imports": application.imports,
}
PLOTS = {
    "engine": ("performance-union.svg", engine.engine_plot),
    "growth": ("performance-growth.svg", engine.growth_plot),
    "openings": ("performance-openings.svg", application.openings_plot),
}


def write(data: dict[str, Any], folder: Path) -> Path:
    """Write `performance.md` and the plots of the parts that were run; the document's path."""
    images = folder / "images"
    images.mkdir(parents=True, exist_ok=True)
    parts = data["parts"]
    for part, (name, plot) in PLOTS.items():
        if part in parts:
            (images / name).write_text(plot(parts[part]))
    document = folder / "performance.md"
    document.write_text(text(data))
    return document


def text(data: dict[str, Any]) -> str:
    """The document."""
    parts = data["parts"]
    sections = [section(parts[part]) for part, section in SECTIONS.items() if part in parts]
    return "\n".join([_head(data), *sections, FOOT])


def _head(data: dict[str, Any]) -> str:
    machine = data["machine"]
    postgres = machine["postgresql"]
    versions = [
        f"Python {machine['python']}",
        f"Django {machine['django']}",
        f"NumPy {machine['numpy']}",
        f"SQLite {machine['sqlite']}",
        f"PostgreSQL {postgres}" if postgres else "no PostgreSQL server",
    ]
    return f"""# Performance

This page is written by `make bench`; do not edit it by hand. Everything on it was measured in one run
({data["plan"]}, {data["seconds"] / 60:.1f} minutes) on {machine["date"]}: {machine["cpu"]},
{machine["cores"]} cores, {machine["system"]}, {", ".join(versions)}. Milliseconds differ from machine
to machine; the ratios beside them are what to compare. Nothing here is a test: no test of ours fails on
a clock.

## What was to be reached

{targets(data["parts"])}

## The workload

W(P): P providers in New York with hours Monday to Friday, 9 to 12 and 13 to 17; four weeks from
2027-03-01, with a change of the clocks inside; 20 busy half-hours each, drawn on a grid of 15 minutes;
meetings of 30 minutes that start at :00 or :30. Everything that is timed is checked first: the starts
must have the digest that is known for W(P), and a wrong answer ends the run.
"""


FOOT = """## The yardsticks

They live in `bench/yardsticks/`, were written for this page, and know nothing of the product:

- **plain datetimes**: aware datetimes, a day and a block at a time, each candidate compared with each
  busy time. What one writes first.
- **merged integer intervals**: epoch seconds, sorted and subtracted; the zone is asked once a boundary.
- **Python masks**: an integer a provider, a bit for each five minutes. *Built in the call* makes the
  busy masks from rows each time; *kept* only shifts, ANDs and ORs masks of free time that are ready.
- **NumPy words**: the same bits, packed 64 to a word, all providers in one array.

The engine is asked for more than the masks: every rule of the table, the places one by one, and an
answer that can say who is free and where.

## Measuring again

`make bench` runs everything and writes this page. `make bench PARTS=engine,openings` runs some parts and
`BENCH=quick make bench` small sizes of all; both print their tables and leave this page alone. Databases
are made for the run and removed after it: a SQLite file in a temporary folder, and one on the PostgreSQL
server at `POSTGRES`, where one answers. What computes is given as the best of several rounds, what waits
as percentiles. Let the machine do nothing else meanwhile.
"""
