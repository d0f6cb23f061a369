"""Names in braces: checked when a text is written, filled when it is told."""

import pytest

from visavis.core.placeholders import fill, problem_in

KNOWN = ("student", "when")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Hello {student}, {{really}}", ""),
        ("", ""),
        ("{nobody}", "“{nobody}” is no placeholder here. There are: {student}, {when}."),
        ("{}", "“{}” is no placeholder here."),
        ("{0}", "“{0}” is no placeholder here."),
        ("{student.email}", "“{student.email}” is no placeholder here."),
        ("{student", "A brace has no partner."),
        ("student}", "A brace has no partner."),
        ("{student!r}", "Write only the name between the braces, as in {provider}."),
        ("{student:>9}", "Write only the name between the braces"),
    ],
)
def test_what_keeps_a_text_from_being_filled_is_said(text, problem):
    said = problem_in(text, KNOWN)
    assert said.startswith(problem)
    assert bool(said) == bool(problem)


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Hello {student}, {when}", "Hello Sam, "),
        ("{{student}} {{", "{student} {"),
        ("{student", "{student"),
        ("{student.email} }", "{student.email} }"),
    ],
)
def test_a_text_is_filled_and_what_is_no_name_stays(text, filled):
    assert fill(text, {"student": "Sam"}) == filled


def test_a_word_that_holds_braces_is_filled_once():
    assert fill("{student}", {"student": "{when}", "when": "now"}) == "{when}"
