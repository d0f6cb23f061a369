"""The sections about the application: openings, the page, imports, bookings."""

from typing import Any

from bench.report.svg import line_chart
from bench.report.tables import NOTHING, count, number, table, times
from visavis.engine.sheets import WEEKS


def openings(data: dict[str, Any]) -> str:
    """The section about questions through the database."""
    tables = "\n\n".join(_openings_of(kind, found) for kind, found in data.items())
    keeps = any(found["keeps"] for found in data.values())
    note = (
        "Kept are masks, their keys and what else the process holds on to, for these four weeks: bytes a provider."
        if keeps
        else "This version keeps nothing in the process, so warm is as cold."
    )
    return f"""## Openings through the database

*What does the same question take with everything around it?* `bookings.openings.ask` over a
community of W(P), in one process: **cold** (whatever the process keeps is forgotten), **warm** (asked
before), and **booked**: the first question after one provider was booked, the median of five. Behind
each the number of queries. Overlapping busy times of one person are one row, because the database
refuses two at once; the answers are those of W(P). {note}

{tables}

![Milliseconds of a question over the number of providers](images/performance-openings.svg)
"""


def _openings_of(kind: str, found: dict[str, Any]) -> str:
    rows = [_openings_row(f"{count(row['providers'])}, same hours", row) for row in found["same"]]
    own, floors = found["own"], found["floors"]
    rows.append(_openings_row(f"{count(own['providers'])}, hours of their own", own))
    header = ["providers", "cold ms", "queries", "warm ms", "queries", "booked ms", "queries"]
    floor = floors["rules"] + floors["rows"]
    return f"""**{kind}**

{table([*header, "bytes kept"], rows)}

Cold, for hours of their own, no way leads around two things: turning {count(own["providers"])} weekly
rules into bits, bare {number(floors["rules"])} ms, and reading {count(floors["count"])} rows through a
cursor, {number(floors["rows"])} ms. The cold question takes {times(own["cold"], floor)} their sum. What it
builds, and keeps for whoever asks next, is a whole sheet: {WEEKS} weeks and a day to each side."""


def _openings_row(name: str, row: dict[str, Any]) -> list[str]:
    return [
        name,
        number(row["cold"]),
        count(row["cold_queries"]),
        number(row["warm"]),
        count(row["warm_queries"]),
        number(row["booked"]),
        count(row["booked_queries"]),
        NOTHING if row["bytes"] is None else count(row["bytes"]),
    ]


def openings_plot(data: dict[str, Any]) -> str:
    lines = {
        f"{kind}, {name}": [(row["providers"], row[name]) for row in found["same"]]
        for kind, found in data.items()
        for name in ("cold", "warm", "booked")
    }
    return line_chart(
        title="A question about four weeks through the database",
        across="providers",
        up="milliseconds",
        lines=lines,
    )


def page(data: dict[str, Any]) -> str:
    """The section about “Pick a time” over HTTP."""
    rows = [
        [
            f"{row['database']}, {_processes(row['workers'])}",
            _load(row["connections"]),
            number(row["p50"]),
            number(row["p95"]),
            number(row["a_second"]),
        ]
        for row in data["rows"]
    ]
    size = data["rows"][-1]["bytes"]
    client = max(row["client_ms"] for row in data["rows"] if row["a_second"] is not None)
    header = ["served by", "asked by", "p50 ms", "p95 ms", "requests a second"]
    return f"""## The page

*What does a student wait for?* “Pick a time” for an “All available …” service with
{count(data["providers"])} providers, two weeks, signed in: whole pages ({count(size / 1024)} KB) from
`visavis serve` over kept connections, asked by a process of its own on the same cores, which itself
takes {client:.1f} ms of a core for each. Without `--workers`, `visavis serve` starts one web process a
core, four at most. “After a booking” is the first page after another process booked one of the providers.

{table(header, rows)}
"""


def _processes(workers: int) -> str:
    return "1 web process" if workers == 1 else f"{workers} web processes"


def _load(connections: str) -> str:
    if connections == "after":
        return "after a booking"
    return "1 connection" if connections == "1" else f"{connections} connections"


def imports(data: dict[str, Any]) -> str:
    """The section about imports."""
    rows = []
    for one in data["rows"]:
        told = one["enrollment"]
        rows.append(
            [
                f"{one['database']}, {count(told['rows'])} pairs",
                number(told["plan"]),
                number(told["apply"]),
                count(told["rows"] / (told["plan"] + told["apply"])),
                number(one["before"]),
                number(told["own"]),
                number(told["own"] - one["before"]),
                number(told["resident"]),
            ]
        )
    courses = data["rows"][-1]["courses"]
    rate = courses["rows"] / (courses["plan"] + courses["apply"])
    header = ["enrollment", "plan s", "apply s", "rows a second", "MB before", "MB at most"]
    return f"""## Imports

*How long does a term's enrollment take, and does memory grow with the file?* A file of pairs, five a
student, all new, is uploaded, planned and applied as `visavis import` does it, each size in a process
of its own. Memory is what the process holds for itself; pages of files that the system lends, SQLite's
own file among them, are only in the last column. The {count(courses["rows"])} courses before it went in
at {count(rate)} rows a second.

{table([*header, "MB more", "resident MB"], rows)}
"""


def bookings(data: dict[str, Any]) -> str:
    """The section about bookings."""
    rows, hot = [], []
    for kind, found in data["databases"].items():
        for name, who in (("one", "1 client"), ("many", f"{data['clients']} clients")):
            book, bare = found[name]["book"], found[name]["bare"]
            rows.append(
                [
                    f"{kind}, {who}",
                    number(book["a_second"]),
                    number(bare["a_second"]),
                    f"1 / {number(bare['a_second'] / book['a_second'])}",
                    number(book["p50"]),
                    number(book["p99"]),
                ]
            )
        ends = found["hot"]["ends"]
        told = ", ".join(f"{count(many)} {end}" for end, many in sorted(ends.items()))
        hot.append([kind, number(found["hot"]["p50"]), number(found["hot"]["p99"]), told])
    header = ["", "`book()` a second", "bare a second", "share", "`book()` p50 ms", "p99 ms"]
    return f"""## Bookings

*How many bookings a second?* `book()` into distinct slots, each client with a provider of their own,
beside a bare transaction of eight round trips into the same tables (begin, lock, look, three inserts,
an update, commit) on the driver's own connection. {data["clients"]} clients are eight processes with
four threads each; each keeps its connection, has booked on it before, and books each time for another
student. PostgreSQL has looked at its tables (`ANALYZE`), as it does by itself after a while.

{table(header, rows)}

*And when {data["clients"]} want the same slot?* Milliseconds until each knows, over
{count(found["hot"]["slots"])} slots; one must win each, and nobody may see an error of the database.

{table(["", "p50 ms", "p99 ms", "how they ended"], hot)}
"""
