"""What a refusal says is shown to people: it goes through gettext."""

import ast

import pytest

from visavis.config.settings import PACKAGE

REFUSALS = {
    "InvalidSetting",
    "InvalidWording",
    "NotFound",
    "NotUndelivered",
    "Refused",
    "SlotTaken",
}
# The command line speaks English.
PARTS = ("bookings", "communities", "notifications", "web")


def bare_sentences(tree):
    """Lines that give a refusal a sentence as it stands."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id in REFUSALS and node.args:
            is_bare = isinstance(node.args[0], ast.JoinedStr) or (
                isinstance(node.args[0], ast.Constant) and node.args[0].value
            )
            if is_bare:
                yield node.lineno


@pytest.mark.parametrize("part", PARTS)
def test_no_refusal_is_in_one_language_alone(part):
    found = [
        f"{path.relative_to(PACKAGE)}:{line}"
        for path in sorted((PACKAGE / part).rglob("*.py"))
        for line in bare_sentences(ast.parse(path.read_text()))
    ]
    assert found == []
