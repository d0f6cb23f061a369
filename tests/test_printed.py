"""Documents that are printed from the code say what the code says."""

import pytest

from tests.printed.documents import DOCUMENTS, ROOT


@pytest.mark.parametrize("path", DOCUMENTS)
def test_printed_document_is_as_the_code_has_it(path):
    assert (ROOT / path).read_text(encoding="utf-8") == DOCUMENTS[path](), "Run: make docs"
