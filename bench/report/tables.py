"""Numbers and tables in Markdown."""

from collections.abc import Iterable, Sequence

NOTHING = "–"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; every column but the first is set to the right."""
    rule = ["---", *["---:"] * (len(header) - 1)]
    lines = [list(header), rule, *[list(row) for row in rows]]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def number(value: float | None) -> str:
    """Three digits that matter: 0.0123, 1.23, 12.3, 1,234."""
    if value is None:
        return NOTHING
    if value == 0:
        return "0"
    for limit, places in ((0.01, 4), (0.1, 3), (1, 3), (10, 2), (100, 1)):
        if abs(value) < limit:
            return f"{value:.{places}f}"
    return f"{value:,.0f}"


def times(value: float | None, by: float | None) -> str:
    """How many times `by` the value is: “1.8×”."""
    if value is None or not by:
        return NOTHING
    ratio = value / by
    return f"{ratio:,.0f}×" if ratio >= 10 else f"{ratio:.1f}×"  # noqa: PLR2004


def with_ratio(value: float | None, by: float | None) -> str:
    """The value and, in brackets, how many times `by` it is."""
    return NOTHING if value is None else f"{number(value)} ({times(value, by)})"


def count(value: float | str) -> str:
    return f"{int(value):,}"
