"""What opens a transaction is carried out again when it loses against another.

`core.troubles.again_on_conflict` is the one place that does so. In the modules of the subject, and
in the pages, every function that opens a transaction is under it, so that no new one forgets it.
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
    "copies",
    "identities",
    "imports",
    "notifications",
    "people",
    "privacy",
    "setup",
    "web",
)
# What keeps in memory how far it has come cannot be carried out again alone: who begins it is.
CARRIED = {
    "imports/planning.py:_clear": "imports/planning.py:write_plan",
    "imports/planning.py:_refuse": "imports/planning.py:write_plan",
    "imports/planning.py:_write_batch": "imports/planning.py:write_plan",
    "imports/planning.py:write": "imports/planning.py:write_plan",
}


def functions(path):
    """The functions and methods of a file, with the decorators of each."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            names = {ast.unparse(decorator) for decorator in node.decorator_list}
            yield f"{path.relative_to(HOUSE)}:{node.name}", node, "again_on_conflict" in names


def opening(path):
    """The functions of a file that open a transaction, with whether they are carried out again."""
    for name, node, is_under in functions(path):
        if "transaction.atomic()" in ast.unparse(node):
            yield name, is_under


def test_every_action_is_carried_out_again():
    files = [file for subject in SUBJECTS for file in (HOUSE / subject).rglob("*.py")]
    found = {
        name: is_under
        for file in files
        if "migrations" not in file.parts
        for name, is_under in opening(file)
    }
    assert len(found) > 100
    assert {name for name, is_under in found.items() if not is_under} == set(CARRIED)


def test_who_begins_what_is_not_carried_out_again_alone_is():
    begun = set(CARRIED.values())
    under = {
        name
        for path in {HOUSE / name.partition(":")[0] for name in begun}
        for name, _node, is_under in functions(path)
        if is_under
    }
    assert begun <= under
