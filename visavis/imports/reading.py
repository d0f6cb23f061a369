"""A file as a table: a header, and records with the line on which each begins.

Python's csv module does the parsing; this finds out how it has to be told to.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from visavis.imports.cells import clean, undefuse
from visavis.imports.encodings import find_encoding
from visavis.imports.errors import UnreadableFile
from visavis.imports.spreadsheets import is_workbook, read_workbook, refuse_old_excel

DELIMITERS = (",", ";", "\t")
WORKBOOK = "xlsx"  # said in place of an encoding
MAX_ROWS = 250_000
MAX_COLUMNS = 200
SEPARATOR_LINE = re.compile(r'^\ufeff?"?sep=([,;\t])"?\s*$', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Record:
    """One row: the line on which it begins, its cells; or, instead, why it cannot be read."""

    line: int
    cells: Sequence[str]
    code: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A file that can be read. `records` is drawn once; it may raise UnreadableFile late."""

    encoding: str
    line: int
    header: tuple[str, ...]
    records: Iterator[Record]
    other_sheets: list[str] = field(default_factory=list)


def open_table(
    content: bytes, *, encoding: str = "", known: Callable[[Sequence[str]], int]
) -> Table:
    """Read the header and get ready for the rows.

    `known` counts how many cells of a header are column names; it tells delimiters apart.
    Raises UnreadableFile with a sentence that says what to do.
    """
    if len(content) > settings.UPLOAD_LIMIT_BYTES:
        raise UnreadableFile(
            _("The file has more than %(limit)s MB. Split it and upload the parts in merge mode.")
            % {"limit": settings.UPLOAD_LIMIT_BYTES // 1048576},
            code="too_large",
        )
    refuse_old_excel(content)
    if is_workbook(content):
        rows, others = read_workbook(content)
        return _table(WORKBOOK, _sheet_records(rows), others)
    codec = find_encoding(content, chosen=encoding)
    return _table(codec, _text_records(content, codec, known), [])


def _table(encoding: str, records: Iterator[Record], others: list[str]) -> Table:
    first = next((record for record in records if record.code or any(record.cells)), None)
    if first is None:
        raise UnreadableFile(
            _("The file is empty: it has no header line. Start from the template."),
            code="no_header",
        )
    if first.code:
        raise UnreadableFile(first.message, code=first.code)
    header = list(first.cells)
    while header and not header[-1]:
        header.pop()
    if len(header) > MAX_COLUMNS:
        raise UnreadableFile(
            _("The header has more than %(limit)s columns. Remove those that are not needed.")
            % {"limit": MAX_COLUMNS},
            code="too_many_columns",
        )
    return Table(encoding, first.line, tuple(header), _bounded(records), others)


def _bounded(records: Iterator[Record]) -> Iterator[Record]:
    count = 0
    for record in records:
        if not record.code and not any(record.cells):
            continue
        count += 1
        if count > MAX_ROWS:
            raise UnreadableFile(
                _("The file has more than %(limit)s rows. Split it and merge the parts.")
                % {"limit": f"{MAX_ROWS:,}"},
                code="too_many_rows",
            )
        yield record


def _sheet_records(rows: Iterator[list[str]]) -> Iterator[Record]:
    for line, row in enumerate(rows, start=1):
        yield Record(line, [read_cell(cell) for cell in row])


def _text_records(
    content: bytes, codec: str, known: Callable[[Sequence[str]], int]
) -> Iterator[Record]:
    lines = _lines(content, codec)
    first = next(lines, "")
    told = SEPARATOR_LINE.match(first)
    skipped = 1 if told else 0
    delimiter = told[1] if told else _find_delimiter(content, codec, known)
    lines = lines if told else chain([first], lines)
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
    return _records(reader, skipped)


def _lines(content: bytes, codec: str) -> Iterator[str]:
    # newline="": every line end is told apart and kept, quoted ones too, as csv wants it.
    return iter(io.TextIOWrapper(io.BytesIO(content), encoding=codec, newline=""))


def _records(reader: Any, skipped: int) -> Iterator[Record]:
    while True:
        line = reader.line_num + skipped + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            record = _unreadable(line, str(error))
            yield record
            if record.code == "open_quote":
                return
            continue
        yield Record(line, [read_cell(cell) for cell in cells])


def _unreadable(line: int, reason: str) -> Record:
    if "expected after" in reason:
        message = _(
            "There is text behind a closing quote. Double the quotes inside the cell: "
            '"She said ""hello""".'
        )
        return Record(line, (), "bad_quote", message)
    # A cell beyond the parser's limit is a quote that swallowed the rest of the file.
    message = _(
        "A quote opens in the row that begins here and never closes, so the rest of the file "
        "cannot be read. Remove the quote or close it."
    )
    return Record(line, (), "open_quote", message)


def _find_delimiter(content: bytes, codec: str, known: Callable[[Sequence[str]], int]) -> str:
    def score(delimiter: str) -> tuple[int, int]:
        header = _first_row(content, codec, delimiter)
        names = known(header)
        return names, len(header) if names else 0

    return max(DELIMITERS, key=score)


def _first_row(content: bytes, codec: str, delimiter: str) -> list[str]:
    reader = csv.reader(_lines(content, codec), delimiter=delimiter, skipinitialspace=True)
    try:
        return next(([read_cell(cell) for cell in row] for row in reader if any(row)), [])
    except csv.Error:
        return []


def read_cell(text: str) -> str:
    """A cell as it is meant: cleaned, and without the apostrophe that defuses a formula."""
    return clean(undefuse(clean(text)))
