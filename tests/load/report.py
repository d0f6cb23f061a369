"""Prints the figures of a load test, and writes those of a full one into docs/scaling.md."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from bench import machine
from bench.timing import MILLI, percentile
from tests.load.counting import WRONG, is_flat, says_something, slope
from tests.load.memory import HELD, PEAK
from tests.load.visit import CANCEL, STEPS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "scaling.md"
LOAD = ("<!-- figures of make load -->\n", "<!-- end of figures of make load -->")
SOAK = ("<!-- figures of the soak -->\n", "<!-- end of figures of the soak -->")
FIVE_MINUTES = 300  # seconds
SHARES = (0.5, 0.95, 0.99)
Found = Sequence[dict[str, Any]]
Row = tuple[str, Callable[[dict[str, Any]], Any]]

SEEN: tuple[Row, ...] = (
    ("students let in", lambda s: s["came"]),
    ("… of them booked", lambda s: s["booked"]),
    ("… of them left without, because a page said no", lambda s: sum(s["refused"].values())),
    ("… of them left without, because of an error", lambda s: sum(s["failed"].values())),
    ("times that were gone meanwhile, and another was chosen", lambda s: s["gone"]),
    ("until the last had left", lambda s: f"{s['seconds']:.0f} s"),
    ("bookings a second", lambda s: f"{s['booked'] / s['seconds']:.1f}"),
    ("pages and forms a second", lambda s: f"{_asked(s) / s['seconds']:.0f}"),
)
LEFT: tuple[Row, ...] = (
    ("bookings acknowledged by a page", lambda f: f["acknowledged"]),
    ("… of these lost, or not as the page said", lambda f: f["lost"]),
    ("people with two meetings at one time", lambda f: f["doubled"]),
    ("bookings made twice", lambda f: f["made_twice"]),
    ("bookings made whose answer nobody heard", lambda f: f["made_unheard"]),
    ("processes that ended by themselves", lambda f: f["gone_processes"]),
    ("mails written", lambda f: f["messages"]),
    ("… not handed over when the counting began", lambda f: f["unsent"]),
    ("… the worker was done so long after the last student", lambda f: f"{f['mails_after']:.0f} s"),
)


def _asked(seen: dict[str, Any]) -> int:
    return sum(len(seconds) for seconds in seen["took"].values())


def as_load(found: Found) -> str:
    """Both crowds, memory, and what was counted afterwards."""
    wanted = found[0]["wanted"]
    parts = [
        f"{_measured_on()}, {wanted['mentors']} mentors, two web processes and a worker.\n",
        f"### Journeys\n\n{_said_of_journeys(wanted)}\n",
        _crowd(found, "journeys"),
        f"### The morning of registration\n\n{_said_of_stampede(wanted)} {_served(found)}\n",
        _crowd(found, "stampede"),
        "### Memory\n",
        _memory(found),
        "### What the database holds afterwards\n",
        _table(LEFT, found, "left"),
    ]
    return "\n".join(parts)


def _said_of_journeys(wanted: dict[str, Any]) -> str:
    return (
        f"{wanted['students']:,} students, {wanted['journeys_at_once']} of them on the pages at "
        "once; the next comes when one has left."
    )


def _said_of_stampede(wanted: dict[str, Any]) -> str:
    many, seconds = wanted["stampede"], wanted["seconds"]
    return (
        f"{many:,} students arrive evenly within {seconds:.0f} seconds, {many / seconds:.1f} a "
        f"second; within five minutes it would be {many / FIVE_MINUTES:.1f}. At most "
        f"{wanted['stampede_at_once']} of them are on the pages, the others wait at the door. "
        f"It closes after {seconds:.0f} seconds; whoever is in then finishes."
    )


def _served(found: Found) -> str:
    said = []
    for one in found:
        seen, many = one["stampede"], one["wanted"]["stampede"]
        in_five = FIVE_MINUTES * seen["booked"] / seen["seconds"]
        said.append(
            f"On {one['database']} {seen['booked']:,} of the {many:,} had booked when the last had "
            f"left, after {seen['seconds']:.0f} seconds: {in_five:,.0f} in five minutes."
        )
    return " ".join(said)


def as_soak(found: Found) -> str:
    """What was done for how long, and each process's memory with the line through it."""
    wanted = found[0]["wanted"]
    head = (
        f"{_measured_on()}: {wanted['soak_minutes']:g} minutes, {wanted['soak_a_second']:g} "
        f"students a second on each database, both at the same time. {wanted['students']:,} "
        "students come again and again, give their meeting back and book another.\n"
    )
    lines = [
        "| process, memory of its own | at the start | after a third | at the end | in an hour | |",
        "|---|---:|---:|---:|---:|---|",
    ]
    for one in found:
        lines += [
            _soaked(f"{one['database']}: {name}", samples)
            for name, samples in one["samples"].items()
        ]
    parts = [head, _table(SEEN, found, "soak"), _steps(found, "soak")]
    parts += ["\n".join(lines) + "\n", _table(LEFT, found, "left")]
    return "\n".join(parts)


def _soaked(name: str, samples: Sequence[tuple[float, float]]) -> str:
    """Without the first third, in which what is kept is filled."""
    later = samples[len(samples) // 3 :]
    if not says_something(later):
        said = "too short to say"
    else:
        said = "flat" if is_flat(later) else "**rises**"
    sizes = " | ".join(f"{size:.0f} MB" for size in (samples[0][1], later[0][1], later[-1][1]))
    return f"| {name} | {sizes} | {slope(later):+.1f} MB | {said} |"


def _measured_on() -> str:
    told = machine.describe()
    return (
        f"{told['date']}, {told['cpu']}, {told['cores']} cores, Python {told['python']}, "
        f"SQLite {told['sqlite']}, PostgreSQL {told['postgresql'] or 'absent'}"
    )


def _crowd(found: Found, name: str) -> str:
    whys = [_whys(one["database"], one[name]) for one in found]
    return "\n".join([_table(SEEN, found, name), *filter(None, whys), _steps(found, name)])


def _whys(database: str, seen: dict[str, Any]) -> str:
    said = {**seen["refused"], **seen["failed"]}
    lines = [f"- {database}: {why}: {count:,}" for why, count in said.items()]
    return "\n".join(lines) + "\n" if lines else ""


def _table(rows: Iterable[Row], found: Found, part: str) -> str:
    lines = [f"| | {' | '.join(one['database'] for one in found)} |", "|---" + "|---:" * len(found)]
    lines[1] += "|"
    for label, read in rows:
        lines.append(f"| {label} | {' | '.join(_cell(read(one[part])) for one in found)} |")
    return "\n".join(lines) + "\n"


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value}"


def _steps(found: Found, part: str) -> str:
    heads = [f"{one['database']} p{share * 100:.0f}" for one in found for share in SHARES]
    lines = [f"| step, in ms | {' | '.join(heads)} |", "|---" + "|---:" * len(heads) + "|"]
    for step in (*STEPS, CANCEL):
        took = [one[part]["took"].get(step, []) for one in found]
        if all(took):
            cells = [f"{percentile(one, s) * MILLI:,.0f}" for one in took for s in SHARES]
            lines.append(f"| {step} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _memory(found: Found) -> str:
    lines = [
        "| process | at the start | after the journeys | at the end | peak |",
        "|---|---:|---:|---:|---:|",
    ]
    for one in found:
        moments = one["memory"]
        for name, last in moments["end"].items():
            sizes = [moments[moment].get(name, {}).get(HELD, 0) for moment in ("start", "between")]
            cells = " | ".join(f"{size:.0f} MB" for size in (*sizes, last[HELD], last[PEAK]))
            lines.append(f"| {one['database']}: {name} | {cells} |")
    return "\n".join(lines) + "\n"


def write(section: str, found: Found, markers: tuple[str, str], *, to_page: bool) -> int:
    """Print it, and write it down if that is wanted; 1 when anything is wrong that may not be."""
    print(section)  # noqa: T201  (a command prints)
    wrong = {
        one["database"]: {name: one["left"][name] for name in WRONG if one["left"][name]}
        for one in found
    }
    if any(wrong.values()):
        print(f"WRONG: {wrong}")  # noqa: T201
        return 1
    if to_page:
        begin, end = markers
        before, rest = PAGE.read_text().split(begin)
        PAGE.write_text(f"{before}{begin}\n{section}\n{end}{rest.split(end)[1]}")
    return 0
