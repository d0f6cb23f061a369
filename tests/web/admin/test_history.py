"""The history page says what was done in words, whatever the code writes down."""

import ast
from pathlib import Path

import visavis
from visavis.availability.enums import ChangeKind
from visavis.bookings.entries import VERBS as ENTRY_VERBS
from visavis.bookings.enums import EventKind
from visavis.bookings.holds import HOLD_VERBS
from visavis.communities.actions import change_settings
from visavis.core.history import SYSTEM
from visavis.imports.enums import ImportKind
from visavis.people.enums import Role
from visavis.web.admin.history_verbs import VERBS

# What an expression within a verb can be, by its source.
VALUES = {
    "kind": ChangeKind.values,
    "change.kind": ChangeKind.values,
    "row.kind": ChangeKind.values,
    "role": Role.values,
    "run.kind": ImportKind.values,
    "kind.value": EventKind.values,
    "VERBS[kind]": ENTRY_VERBS.values(),
    "HOLD_VERBS[state]": HOLD_VERBS.values(),
}


def written_verbs():
    """Every verb that is handed to `history.record` anywhere in the code."""
    for path in Path(visavis.__file__).parent.rglob("*.py"):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef):
                for call in ast.walk(function):
                    if isinstance(call, ast.Call) and ast.unparse(call.func) in (
                        "history.record",
                        "history.entry",
                    ):
                        yield from meant(call.args[1], function)


def meant(expression, function):
    """The texts that the expression can be."""
    if isinstance(expression, ast.Constant):
        return [expression.value]
    if isinstance(expression, ast.IfExp):
        return meant(expression.body, function) + meant(expression.orelse, function)
    if isinstance(expression, ast.JoinedStr):
        texts = [""]
        for part in expression.values:
            value = part.value if isinstance(part, ast.FormattedValue) else part
            texts = [text + more for text in texts for more in meant(value, function)]
        return texts
    source = ast.unparse(expression)
    if source in VALUES:
        return list(VALUES[source])
    [assigned] = [
        node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == source
    ]
    return meant(assigned, function)


def test_every_verb_that_the_code_writes_has_its_words_and_no_other_has():
    assert sorted(set(written_verbs())) == sorted(VERBS)


def test_page_says_what_was_done_and_finds_it_by_those_words(admin, place):
    change_settings(place.community, {"weeks_ahead": 5}, by=SYSTEM)
    shown = admin.get("/c/mentoring/manage/history/").content.decode()
    assert "Changed the settings: Mentoring" in shown
    found = admin.get("/c/mentoring/manage/history/", {"q": "changed the settings"})
    assert {line.entry.verb for line in found.context["rows"]} == {"changed settings"}


def test_verb_of_an_older_version_is_shown_as_it_was_written(admin, place):
    change_settings(place.community, {"weeks_ahead": 5}, by=SYSTEM)
    place.community.refresh_from_db()
    entry = admin.get("/c/mentoring/manage/history/").context["rows"][0].entry
    entry.verb = "polished"
    entry.save(update_fields=["verb"])
    assert "polished: Mentoring" in admin.get("/c/mentoring/manage/history/").content.decode()
