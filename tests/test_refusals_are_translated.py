"""What a refusal says is shown to people: it goes through gettext."""

import ast

import pytest

from visavis.config.settings import PACKAGE

REFUSALS = {
    node.name
    for path in PACKAGE.rglob("errors.py")
    for node in ast.parse(path.read_text()).body
    # What is an Exception of its own is told by a code, and has its sentences elsewhere.
    if isinstance(node, ast.ClassDef) and "Exception" not in map(ast.unparse, node.bases)
}
# The command line speaks English, and so do the reads of `people`, `catalogue` and `availability`
# that find for it what was typed.
PARTS = (
    "bookings",
    "calendars",
    "changes",
    "communities",
    "identities",
    "imports",
    "notifications",
    "privacy",
    "setup",
    "web",
)


def bare_sentences(tree):
    """Lines that give a refusal a sentence as it stands."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id in REFUSALS and node.args and has_words(node.args[0]):
            yield node.lineno


def has_words(said):
    """Whether it is a text, or one with values put in, that says something by itself."""
    parts = said.values if isinstance(said, ast.JoinedStr) else [said]
    texts = [part.value for part in parts if isinstance(part, ast.Constant)]
    return any(letter.isalpha() for text in texts for letter in str(text))


@pytest.mark.parametrize("part", PARTS)
def test_no_refusal_is_in_one_language_alone(part):
    found = [
        f"{path.relative_to(PACKAGE)}:{line}"
        for path in sorted((PACKAGE / part).rglob("*.py"))
        for line in bare_sentences(ast.parse(path.read_text()))
    ]
    assert found == []
