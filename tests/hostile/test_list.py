"""docs/security-tests.md names tests that are there, and many of them."""

import ast
import re
from pathlib import Path

from tests.hostile.rows import ROWS
from tests.hostile.texts import TEXTS
from tests.printed.hostile import INTRODUCTION

ROOT = Path(__file__).resolve().parents[2]


def every_test() -> set[str]:
    """The names of all tests there are."""
    return {
        node.name
        for path in (ROOT / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def test_every_test_that_is_named_is_there():
    there = every_test()
    named = {test for *_told, test in ROWS} | set(re.findall(r"`(test_\w+)`", INTRODUCTION))
    assert sorted(named - there) == []


def test_every_test_of_the_threat_model_is_there():
    text = (ROOT / "docs/threat-model.md").read_text(encoding="utf-8")
    assert sorted(set(re.findall(r"`(test_\w+)`", text)) - every_test()) == []
    missing = [
        name for name in re.findall(r"`(tests/[\w/]+\.py)`", text) if not (ROOT / name).exists()
    ]
    assert missing == []


def test_many_inputs_were_tried():
    tried = [row[0] for row in ROWS]
    assert len(set(tried)) == len(tried)
    assert len(TEXTS) >= 40
    assert len(ROWS) >= 60
