"""docs/faults.md names tests that are there, and every test of faults is named by it."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "faults.md").read_text()


def test_each_test_that_it_names_is_there():
    named = re.findall(r"`(tests/[\w/]+\.py)`", PAGE)
    assert [path for path in named if not (ROOT / path).is_file()] == []


def test_each_fault_that_is_tried_is_named():
    tried = [f"tests/faults/{path.name}" for path in Path(__file__).parent.glob("test_*.py")]
    assert [
        path for path in tried if path != "tests/faults/test_document.py" and path not in PAGE
    ] == []
