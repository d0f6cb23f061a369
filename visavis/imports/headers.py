"""Column names: canonical spelling, synonyms, and what else stands in a header."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from visavis.core.text import fold
from visavis.imports.cells import nearest
from visavis.imports.errors import UnreadableFile

WHOSE = (
    *("tutor", "provider", "mentor", "peermentor", "peertutor", "advisor", "adviser", "coach"),
    *("student", "learner", "mentee", "user", "school", "university", "campus", "work"),
)
EMAIL_NAMES = ("emailaddress", "mail", "emailid", *(f"{who}email" for who in WHOSE))
EMAIL_NAMES = (*EMAIL_NAMES, *(f"{who}emailaddress" for who in WHOSE))


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its canonical header, other names that it goes by, whether it must be there."""

    header: str
    synonyms: tuple[str, ...] = ()
    required: bool = False

    @property
    def names(self) -> set[str]:
        return {squeeze(self.header), *self.synonyms}


@dataclass(frozen=True, slots=True)
class Header:
    """Which cell belongs to which column: canonical headers, and further columns as written."""

    columns: dict[int, Column]
    further: dict[int, str] = field(default_factory=dict)


def squeeze(text: str) -> str:
    """A header as it is compared: folded, letters and digits only."""
    return "".join(letter for letter in fold(text) if letter.isalnum())


def count_known(columns: Sequence[Column], header: Iterable[str]) -> int:
    """How many cells of the header are names of columns."""
    names = set().union(*(column.names for column in columns))
    return sum(squeeze(cell) in names for cell in header)


def match_header(columns: Sequence[Column], header: Sequence[str]) -> Header:
    """Tell which cell is which column. Raises UnreadableFile: one missing, or one there twice."""
    by_name = {name: column for column in reversed(columns) for name in column.synonyms}
    by_name |= {squeeze(column.header): column for column in columns}
    known: dict[int, Column] = {}
    further: dict[int, str] = {}
    for index, cell in enumerate(header):
        column = by_name.get(squeeze(cell))
        if column is not None:
            _refuse_twice(cell, header, [i for i, other in known.items() if other is column])
            known[index] = column
        elif cell:
            same = [i for i, name in further.items() if fold(name) == fold(cell)]
            _refuse_twice(cell, header, same)
            further[index] = cell
    _refuse_missing(columns, known, header)
    return Header(known, further)


def _refuse_twice(cell: str, header: Sequence[str], others: list[int]) -> None:
    if others:
        raise UnreadableFile(
            _(
                "The columns “%(one)s” and “%(two)s” mean the same, so it is not clear which one "
                "counts. Remove or rename one of them."
            )
            % {"one": header[others[0]], "two": cell},
            code="repeated_column",
        )


def _refuse_missing(
    columns: Sequence[Column], known: dict[int, Column], header: Sequence[str]
) -> None:
    there = known.values()
    for column in columns:
        if not column.required or column in there:
            continue
        near = nearest(column.header, [cell for cell in header if cell])
        hint = _(" Is it “%(near)s”? Then rename that one.") % {"near": near} if near else ""
        raise UnreadableFile(
            _(
                "The column “%(name)s” is missing. Line 1 has to name the columns; "
                "it names: %(found)s."
            )
            % {"name": column.header, "found": ", ".join(header)[:300] or _("nothing")}
            + hint,
            code="missing_column",
        )
