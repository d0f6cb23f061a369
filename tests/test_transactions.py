"""What opens a transaction is carried out again when it loses against another.

`core.troubles.again_on_conflict` is the one place that does so. In the modules of the subject every
function that opens a transaction is under it, so that no new action forgets it.
"""

import ast
from pathlib import Path

import visavis

HOUSE = Path(visavis.__file__).parent
SUBJECTS = (
    "availability",
    "bookings",
    "calendars",
    "catalogue",
    "changes",
    "communities",
    "identities",
    "notifications",
    "people",
    "privacy",
    "setup",
)


def opening(path):
    """The functions of a file that open a transaction, with whether they are carried out again."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef) and "transaction.atomic()" in ast.unparse(node):
            names = {ast.unparse(decorator) for decorator in node.decorator_list}
            yield f"{path.relative_to(HOUSE)}:{node.name}", "again_on_conflict" in names


def test_every_action_is_carried_out_again():
    files = [file for subject in SUBJECTS for file in (HOUSE / subject).rglob("*.py")]
    found = {
        name: is_under
        for file in files
        if "migrations" not in file.parts
        for name, is_under in opening(file)
    }
    assert len(found) > 100
    assert {name for name, is_under in found.items() if not is_under} == set()
