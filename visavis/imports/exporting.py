"""Exports and templates: the same columns as imports, formulas defused."""

import csv
import io
from collections.abc import Container, Iterable, Iterator

from visavis.imports.cells import clean, defuse
from visavis.imports.kinds.base import Kind


def export_lines(kind: Kind, *, only: Container[int] | None = None) -> Iterator[str]:
    """The lines of the kind's CSV file, header first; a line may hold quoted newlines.

    `only`: the ids of the entities to export; None is all.
    """
    yield csv_line(kind.header())
    for current in kind.listed():
        if only is not None and current.id not in only:
            continue
        yield csv_line(kind.export_row(current))


def template(kind: type[Kind]) -> str:
    """Header and one example row, which reading skips."""
    header = [column.header for column in kind.columns]
    return csv_line(header) + csv_line(kind.example.get(name, "") for name in header)


def csv_line(cells: Iterable[str]) -> str:
    """One CSV record, CRLF at its end; no cell of it runs as a formula."""
    buffer = io.StringIO()
    csv.writer(buffer).writerow([defuse(clean(cell)) for cell in cells])
    return buffer.getvalue()
