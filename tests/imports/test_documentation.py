"""docs/csv-formats.md names every code and column that the code has."""

import re
from pathlib import Path

import visavis.imports
from visavis.imports.kinds.register import KINDS

SOURCE = Path(visavis.imports.__file__).parent
PAGE = Path(__file__).parents[2] / "docs" / "csv-formats.md"
CODE = re.compile(r'"((?:[a-z]+_)+[a-z]+)"')
# Words with an underscore that are no codes for readers of a file.
TOLD = re.compile(
    r"(bad|unknown|too|missing|repeated|ambiguous|code|codes|rows|two|time|dates|open|account|extra"
    r"|name|value|no|nul|old|sheet)_"
)
FIELDS = {"code_key", "name_key", "rows_done", "sheet_view", "bad_rows", "code_too"}
DATA = {"open_table", "no_key", "value_list", "extra_columns"}


def codes_in_the_code():
    text = "".join(
        path.read_text() for path in SOURCE.rglob("*.py") if "migrations" not in path.parts
    )
    return {code for code in CODE.findall(text) if TOLD.match(code)} - FIELDS - DATA


def test_every_code_is_explained():
    page = PAGE.read_text()

    missing = {code for code in codes_in_the_code() if f"`{code}`" not in page}

    assert len(codes_in_the_code()) > 40
    assert missing == set()


def test_every_column_is_explained():
    page = PAGE.read_text()

    for kind in KINDS.values():
        for column in kind.columns:
            assert f"`{column.header}`" in page
