"""The sections about the engine: W(P), W2(P), from rows to masks, growth."""

from typing import Any

from bench.report.svg import line_chart
from bench.report.tables import count, number, table, times, with_ratio

WAYS = {
    "datetimes": "plain datetimes",
    "integers": "merged integer intervals",
    "masks": "Python masks, one shared rule, busy masks built in the call",
    "words": "NumPy words, busy words built in the call",
    "kept_words": "NumPy words, free words kept",
    "kept_masks": "Python masks, free masks kept: shift-and + OR and nothing else",
    "engine": "**the engine**, `search()` over providers whose masks are kept",
    "engine_rows": "**the engine**, everybody's starts kept and joined anew (one was booked)",
    "engine_roster": "**the engine**, the join kept as well (nothing has changed)",
}
SHORT = {
    "datetimes": "plain datetimes",
    "integers": "merged intervals",
    "masks": "masks built in the call",
    "words": "words built in the call",
    "kept_words": "kept NumPy words",
    "kept_masks": "kept Python masks",
    "engine": "the engine, search()",
    "engine_rows": "the engine, starts kept",
    "engine_roster": "the engine, join kept",
}


def _by_way(found: dict[str, dict[str, float]]) -> str:
    sizes = list(found)
    ways = [way for way in WAYS if way in found[sizes[0]]]
    rows = [
        [
            WAYS[way],
            *[with_ratio(found[size][way], found[size]["kept_masks"]) for size in sizes],
        ]
        for way in ways
    ]
    return table(["milliseconds", *[f"P={count(size)}" for size in sizes]], rows)


def engine(data: dict[str, Any]) -> str:
    """The section about W(P)."""
    rules = count(data["rules"])
    return f"""## The engine

*When can anybody of P providers be met in the next four weeks?* The workload W(P), from masks that
are ready to the union of starts. In brackets: how many times the kept Python masks, the least that
this idea costs in Python.

{_by_way(data["union"])}

![Milliseconds for the union of starts over the number of providers](images/performance-union.svg)

*And who is free at each of these starts?* The intervals answer both questions at once.

{_by_way(data["who"])}

*What does it cost to make the masks?* {rules} different weekly rules in eight zones, and the busy
times of {rules} providers (epoch seconds in memory), become bits.

{_cold(data)}
"""


def _cold(data: dict[str, Any]) -> str:
    cold, many = data["cold"], count(data["rules"])
    names = {"rules": f"{many} weekly rules", "rows": f"busy times of {many} providers"}
    rows = [
        [
            name,
            number(cold[f"plain_{key}"]),
            number(cold[f"engine_{key}"]),
            times(cold[f"engine_{key}"], cold[f"plain_{key}"]),
        ]
        for key, name in names.items()
    ]
    return table(["milliseconds", "bare yardstick", "the engine", "ratio"], rows)


def engine_plot(data: dict[str, Any]) -> str:
    union = data["union"]
    lines = {
        SHORT[way]: [(int(size), row[way]) for size, row in union.items() if row.get(way)]
        for way in SHORT
    }
    return line_chart(
        title="Union of starts over four weeks, masks ready",
        across="providers",
        up="milliseconds",
        lines={name: line for name, line in lines.items() if line},
    )


def limits(data: dict[str, Any]) -> str:
    """The section about W2(P)."""
    union = data["union"]
    starts = ", ".join(f"{count(row['starts'])} for P={count(size)}" for size, row in union.items())
    return f"""## The engine with every rule

*What do the rules of a real centre cost?* W2(P): W(P) dealt out to eight communities in eight time
zones, each with three places of limited capacity, hours of four admission classes, ten minutes'
buffer to each side, a closed day and a closed afternoon. One figure is all eight unions together.
All ways gave the same starts and, for each start, the same providers ({starts}).

{_by_way(union)}
"""


def growth(data: dict[str, Any]) -> str:
    """The section about growth."""
    cells = data["cells"]
    sizes = sorted({cell["providers"] for cell in cells})
    weeks = sorted({cell["weeks"] for cell in cells})
    by = {(cell["providers"], cell["weeks"]): cell for cell in cells}
    header = ["", *[f"{count(size)} providers" for size in sizes]]
    time_rows = [
        [_weeks(week), *[number(by[size, week]["microseconds"]) for size in sizes]]
        for week in weeks
    ]
    memory_rows = [
        [_weeks(week), *[count(by[size, week]["bytes"]) for size in sizes]] for week in weeks
    ]
    return f"""## Growth

*Does a provider cost more when there are more of them?* Microseconds of a warm union, per provider;
every provider has hours and busy times of their own, so that no mask is shared.

{table(header, time_rows)}

![Microseconds per provider over the number of providers](images/performance-growth.svg)

{_verdict(by, sizes, weeks)}

Bytes that are kept per provider: the open and the busy mask, and everything that holds them.

{table(header, memory_rows)}
"""


def _weeks(week: int) -> str:
    return "1 week" if week == 1 else f"{week} weeks"


def _verdict(by: dict[tuple[int, int], Any], sizes: list[int], weeks: list[int]) -> str:
    first, last = sizes[0], sizes[-1]
    told = []
    for week in weeks:
        one, many = by[first, week]["microseconds"], by[last, week]["microseconds"]
        told.append(f"{times(many, one)} for {_weeks(week)}")
    return (
        f"From {count(first)} to {count(last)} providers the time per provider became: "
        f"{', '.join(told)}. Below 1× it fell; where it is above, it rose."
    )


def growth_plot(data: dict[str, Any]) -> str:
    lines: dict[str, list[tuple[float, float]]] = {}
    for cell in data["cells"]:
        line = lines.setdefault(_weeks(cell["weeks"]), [])
        line.append((cell["providers"], cell["microseconds"]))
    return line_chart(
        title="Warm union, per provider",
        across="providers",
        up="microseconds per provider",
        lines=lines,
    )
