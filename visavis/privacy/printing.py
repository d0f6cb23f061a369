"""The data map and the times that things are kept, as they stand in docs/privacy.md.

`python -m visavis.privacy.printing docs/privacy.md` writes them anew between the marks there.
"""

import re
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import django

from visavis.privacy.data_map.entries import Table, entries_of
from visavis.privacy.data_map.whole import PARTS
from visavis.privacy.subjects import SUBJECTS


def data_map_in_markdown() -> str:
    """Every table and field, part by part."""
    lines: list[str] = []
    for part, tables in PARTS.items():
        lines += [f"### {part}", ""]
        for table in tables:
            lines += [
                f"**{table.model}**: {table.what}. Why: {table.why}.",
                "",
                *_fields(table),
                "",
            ]
    return "\n".join(lines).strip()


def _fields(table: Table) -> list[str]:
    rows = [
        (f"`{one.field}`", one.what, "yes" if one.is_personal else "", one.until, one.then)
        for one in entries_of(table)
    ]
    return _table(("field", "what it is", "of a person", "how long", "then"), rows)


def times_in_markdown() -> str:
    """Every subject with how long it is kept unless the school says otherwise."""
    rows = [
        (
            f"`{subject.value}`",
            f"{keeping.label}. {keeping.help}",
            _days(keeping.days),
            f"{keeping.least} to {keeping.most} days{', or for good' if keeping.may_stay else ''}",
            "yes" if keeping.of_communities else "",
        )
        for subject, keeping in SUBJECTS.items()
    ]
    heads = ("subject", "what it is", "unless set", "may be set to", "shorter by a community")
    return "\n".join(_table(heads, rows))


def _days(days: int | None) -> str:
    if days is None:
        return "for good"
    return f"{days} day" if days == 1 else f"{days} days"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [heads, ["---"] * len(heads), *rows]
    return ["| " + " | ".join(cells).replace("\n", " ") + " |" for cells in lines]


PRINTED: dict[str, Callable[[], str]] = {
    "data map": data_map_in_markdown,
    "times": times_in_markdown,
}


def printed_into(text: str) -> str:
    """The document with what stands between its marks written anew."""
    for name, print_it in PRINTED.items():
        mark = re.compile(rf"(<!-- {name}: begin -->\n).*?(\n<!-- {name}: end -->)", re.DOTALL)
        parts = mark.split(text)
        text = parts[0] + parts[1] + print_it() + parts[2] + parts[3]
    return text


if __name__ == "__main__":
    django.setup()
    document = Path(sys.argv[1])
    document.write_text(printed_into(document.read_text(encoding="utf-8")), encoding="utf-8")
