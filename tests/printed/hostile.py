"""docs/security-tests.md: what was tried, where, what happens, and the test that tries it."""

from tests.hostile.rows import ROWS
from tests.hostile.texts import TEXTS

SHOWN = 46
INTRODUCTION = """# Hostile inputs

Inputs against Visavis, where they are typed, what happens, and the test that tries it, each time that `make test`
is run. Printed from `tests/hostile` by `make docs`; a test fails when one that is named here is gone. Why each
matters stands in [the threat model](threat-model.md). There is no API yet; when there is, its own description
will drive a run of its own.

## Texts

Each of these is typed into a profile, a bio, a reason, a service, a place, a closure, a link, a student and the
settings, searched for, and written into a calendar, a mail, a file to take away and a log. It stays the text that
it is, or is refused in a sentence. Each bears a mark with a number of its own, so that one page is read for all of
them. The tests, of `tests/hostile/test_texts.py` and `tests/hostile/test_written.py`:

- `test_text_typed_anywhere_is_text_everywhere`
- `test_texts_that_were_typed_are_there_to_be_seen`
- `test_text_of_a_community_is_text_on_its_pages`
- `test_text_that_is_searched_for_finds_no_more_than_it_says`
- `test_text_in_a_file_to_take_away_runs_no_formula`
- `test_text_in_a_calendar_stays_in_its_line`
- `test_text_in_a_mail_adds_no_header_and_no_reader`
- `test_text_in_a_log_begins_no_line_of_its_own`

| n | input | as it is written in Python |
| --- | --- | --- |
"""
REQUESTS = """
## Requests, files, numbers and everything else

| n | input | where | what happens | test |
| --- | --- | --- | --- | --- |
"""


def hostile() -> str:
    """The whole page."""
    texts = [
        f"| {number} | {name} | `{_shown(text)}` |"
        for number, (name, text) in enumerate(TEXTS.items(), start=1)
    ]
    rows = [
        f"| {number} | {tried} | {where} | {becomes} | `{test}` |"
        for number, (tried, where, becomes, test) in enumerate(ROWS, start=len(TEXTS) + 1)
    ]
    return INTRODUCTION + "\n".join(texts) + "\n" + REQUESTS + "\n".join(rows) + "\n"


def _shown(text: str) -> str:
    """The text in letters that can do nothing, cut short."""
    plain = ascii(text)[1:-1].replace("|", "\\|").replace("`", "'")
    return plain if len(plain) <= SHOWN else f"{plain[:SHOWN]}…"
