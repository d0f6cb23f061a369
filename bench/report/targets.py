"""What was to be reached, and whether this run did: yes or no from its numbers alone."""

from collections.abc import Iterator
from typing import Any

from bench.report.tables import count, number, table

Row = tuple[str, str, bool]  # what was to be reached, what was found, whether it was
MASK_RATIO, COLD_RATIO, BYTES = 2, 3, 4096
A_SECOND, P95_MS = 100, 50
BOOK_SHARE, HOT_MS = 1 / 4, 200
LARGE = 1000
ENGINE_WAYS = {
    "engine_rows": "the engine, with what it keeps and one booked since,",
    "engine": "the engine, with nothing but masks kept,",
}


def targets(data: dict[str, Any]) -> str:
    """The table of targets; those of parts that were not run are left out."""
    rows = [row for part, judge in JUDGES.items() if part in data for row in judge(data[part])]
    told = [[what, found, "**yes**" if reached else "**no**"] for what, found, reached in rows]
    return table(["to reach", "this run", "reached"], told)


def _engine(data: dict[str, Any]) -> Iterator[Row]:
    yield from _masks("W(P)", data["union"])


def _limits(data: dict[str, Any]) -> Iterator[Row]:
    yield from _masks("W2(P)", data["union"])


def _masks(name: str, union: dict[str, Any]) -> Iterator[Row]:
    # What schools have; below, fixed costs rule.
    large = {size: row for size, row in union.items() if int(size) >= LARGE} or union
    for way, told in ENGINE_WAYS.items():
        ratios = {size: row[way] / row["kept_masks"] for size, row in large.items()}
        found = ", ".join(f"{ratio:.2f}× (P={count(size)})" for size, ratio in ratios.items())
        yield (
            f"{name}: {told} within {MASK_RATIO}× of kept masks",
            found,
            max(ratios.values()) <= MASK_RATIO,
        )


def _growth(data: dict[str, Any]) -> Iterator[Row]:
    four = [cell for cell in data["cells"] if cell["weeks"] == 4]  # noqa: PLR2004
    most = max(cell["bytes"] for cell in four)
    what = f"at most {count(BYTES)} bytes a provider for four weeks"
    yield f"The engine's masks: {what}", f"{count(most)} bytes", most <= BYTES


def _openings(data: dict[str, Any]) -> Iterator[Row]:
    for kind, found in data.items():
        floor = found["floors"]["rules"] + found["floors"]["rows"]
        ratio = found["own"]["cold"] / floor
        what = f"{kind}: cold, {count(found['own']['providers'])} different rules, within"
        yield (
            f"{what} {COLD_RATIO}× of rules to bits and rows read",
            f"{ratio:.1f}×",
            ratio <= COLD_RATIO,
        )
        largest = found["same"][-1]
        if largest["bytes"] is not None:
            yield (
                f"{kind}: at most {count(BYTES)} bytes kept a provider in the process for a question about four weeks",
                f"{count(largest['bytes'])} bytes (P={count(largest['providers'])})",
                largest["bytes"] <= BYTES,
            )
        names = ("cold_queries", "warm_queries", "booked_queries")
        most = [max(row[name] for row in found["same"]) for name in names]
        least = [min(row[name] for row in found["same"]) for name in names]
        told = ", ".join(
            f"{few}–{many}" if few != many else str(many)
            for few, many in zip(least, most, strict=True)
        )
        yield (
            f"{kind}: as many queries for one provider as for all (cold, warm, booked)",
            told,
            most == least,
        )


def _page(data: dict[str, Any]) -> Iterator[Row]:
    for kind in dict.fromkeys(row["database"] for row in data["rows"]):
        rows = [r for r in data["rows"] if r["database"] == kind and r["a_second"]]
        good = [r for r in rows if r["a_second"] > A_SECOND and r["p95"] < P95_MS]
        best = max(good or rows, key=lambda row: row["a_second"])
        found = (
            f"{number(best['a_second'])} a second, p95 {number(best['p95'])} ms "
            f"(processes: {best['workers']}, connections: {best['connections']})"
        )
        what = f"{kind}: the page above {A_SECOND} a second with p95 under {P95_MS} ms"
        yield what, found, bool(good)


def _bookings(data: dict[str, Any]) -> Iterator[Row]:
    for kind, found in data["databases"].items():
        many = found["many"]
        share = many["book"]["a_second"] / many["bare"]["a_second"]
        yield (
            f"{kind}: `book()` above a quarter of the bare transaction, {data['clients']} clients",
            f"{share:.2f}",
            share > BOOK_SHARE,
        )
        hot = found["hot"]
        errors = sum(many for end, many in hot["ends"].items() if end.startswith("error"))
        won = hot["ends"].get("done", 0) == hot["slots"]
        yield (
            f"{kind}: hot slot p99 under {HOT_MS} ms, one winner each, no error",
            f"{number(hot['p99'])} ms, {count(errors)} errors",
            hot["p99"] < HOT_MS and won and not errors,
        )


JUDGES = {
    "engine": _engine,
    "limits": _limits,
    "growth": _growth,
    "openings": _openings,
    "page": _page,
    "bookings": _bookings,
}
