"""An .xlsx workbook as rows of text, within bounds that a zip bomb cannot pass."""

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext as _
from openpyxl import DEFUSEDXML, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from visavis.imports.errors import UnreadableFile

ZIP = b"PK\x03\x04"
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_UNPACKED = 200 * 1024 * 1024
# Shared strings are held in memory as a whole, sheets are read row by row.
MAX_STRINGS = 40 * 1024 * 1024
MAX_PARTS = 2000
MAX_COLUMNS = 200
ROWS_AT_ONCE = 500
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    InvalidFileException,
    DefusedXmlException,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    EOFError,
    NotImplementedError,
    OverflowError,
)


def is_workbook(content: bytes) -> bool:
    return content.startswith(ZIP)


def refuse_old_excel(content: bytes) -> None:
    """Raises UnreadableFile for an .xls file."""
    if content.startswith(OLD_EXCEL):
        raise UnreadableFile(
            _("This is an old Excel file (.xls). Save it as .xlsx or as CSV and upload it again."),
            code="old_excel",
        )


def read_workbook(content: bytes) -> tuple[Iterator[list[str]], list[str]]:
    """The rows of the first sheet as texts, and the names of the sheets that are not read.

    Raises UnreadableFile, at once or while rows are drawn.
    """
    if not DEFUSEDXML:  # pragma: no cover  (installed with us; never read XML without it)
        raise RuntimeError("defusedxml is missing: workbooks are not read without it.")
    with _refusing_broken():
        _check_size(content)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheets = book.worksheets
        if not sheets:
            raise UnreadableFile(_("The workbook has no sheet with cells."), code="no_header")
        sheets[0].reset_dimensions()
        rows = sheets[0].iter_rows(values_only=True, max_col=MAX_COLUMNS)
    return _texts(rows), [sheet.title for sheet in sheets[1:]]


def _texts(rows: Any) -> Iterator[list[str]]:
    while True:
        with _refusing_broken():
            some = [[cell_text(value) for value in row] for row in islice(rows, ROWS_AT_ONCE)]
        if not some:
            return
        yield from some


@contextmanager
def _refusing_broken() -> Iterator[None]:
    try:
        with warnings.catch_warnings():
            # Styles and validations that openpyxl leaves out are nothing to us.
            warnings.simplefilter("ignore")
            yield
    except BROKEN as error:
        raise UnreadableFile(
            _(
                "This is no Excel workbook that can be read. Open it in your spreadsheet program, "
                "save it as .xlsx or as CSV, and upload that."
            ),
            code="bad_workbook",
        ) from error


def _check_size(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
    strings = sum(part.file_size for part in parts if "sharedStrings" in part.filename)
    whole = sum(part.file_size for part in parts)
    if whole > MAX_UNPACKED or strings > MAX_STRINGS or len(parts) > MAX_PARTS:
        raise UnreadableFile(
            _(
                "This workbook is too large to be read: unpacked it has %(size)s MB. "
                "Save the sheet as CSV and upload that, in parts if need be."
            )
            % {"size": whole // 1048576},
            code="too_large",
        )


def cell_text(value: Any) -> str:  # noqa: PLR0911  (one line a type)
    """A cell's value as it would stand in a CSV file: `1301`, `2027-03-01`, `09:00`."""
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case float():
            return str(int(value)) if value.is_integer() else repr(value)
        case datetime():
            return _moment_text(value)
        case date():
            return value.isoformat()
        case time():
            return value.strftime("%H:%M:%S").removesuffix(":00")
        case timedelta():
            return _duration_text(value)
    return str(value)


def _moment_text(value: datetime) -> str:
    if value.year <= 1900:  # noqa: PLR2004  (Excel's day one: a time of day that reached 24:00)
        return _duration_text(value - datetime(1899, 12, 30, tzinfo=value.tzinfo))
    if value.time() == time():
        return value.date().isoformat()
    return value.isoformat(sep=" ", timespec="minutes")


def _duration_text(value: timedelta) -> str:
    minutes = round(value.total_seconds() / 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
