"""docs/roles.md: who may do what, where, and who reads which field of a student's record."""

from collections.abc import Iterable, Iterator

from tests.web.pages import ADMITS, every_view
from visavis.bookings.record import AUDIENCE, Reader
from visavis.people.enums import Act, Part
from visavis.people.rules import MAY
from visavis.web.ui.doors import Entrance

INTRODUCTION = """# Who may do what, and who reads what

Printed from `visavis/people/rules.py` and `visavis/bookings/record.py` by `make docs`; a test fails
when this page is stale. The commands of `visavis` are for whoever runs the machine: they hold the
database, and ask no roles.

Whoever may not do something gets the same answer as for an address that was never there: the same
page, the same headers, after the same number of questions to the database. Tests ask every address
as everybody, in their own community and in another one; a page that names nobody fails them.

## What each may do in a community

A person can be several of these at once. *Student* is whoever may book here: those on the list, or
everybody at the school where the community is open to all. Meetings, answers and logs of one’s own
are one’s own alone, whatever the column says.
"""
AFTER_ACTS = """
Before a community is opened, its administrators and the school’s alone are anything there. Where
the centre keeps the hours, providers see theirs and do not change them. Whoever has a booking keeps
seeing it when the rules change. Nobody takes the last administrator away.

## Who reads which field of a student’s record

*The student* and *who gives the meeting* read their own; *administrator* is that of the community,
and of the school. Nobody of another community reads any of it.
"""
AFTER_AUDIENCE = """
When, where and with whom somebody meets, whether they came, and what is on their list: the student,
who gives the meeting, the desk and the administrators. Days and times for which somebody waits: the
student and the administrators.

## Every page

What each address asks for: a row of the first table, or whom it admits without a community.
"""


def roles() -> str:
    """The whole page."""
    parts = (_acts(), _audience(), _pages())
    acts, audience, pages = ("\n".join(part) + "\n" for part in parts)
    return f"{INTRODUCTION}\n{acts}{AFTER_ACTS}\n{audience}{AFTER_AUDIENCE}\n{pages}"


def _acts() -> Iterator[str]:
    yield _row(["", *(part.label for part in Part)])
    yield _row("---" for _column in ("", *Part))
    for act in Act:
        yield _row([act.label, *("yes" if part in MAY[act] else "" for part in Part)])


def _audience() -> Iterator[str]:
    yield _row(["", *(reader.label for reader in Reader), "why", "kept in"])
    yield _row("---" for _column in ("", *Reader, "why", "kept in"))
    for part, audience in AUDIENCE.items():
        marks = ["yes" if reader in audience.readers else "" for reader in Reader]
        columns = ", ".join(f"`{column}`" for column in audience.columns)
        yield _row([part.label, *marks, audience.why, columns])


def _pages() -> Iterator[str]:
    yield _row(["address", "whom it admits"])
    yield _row(["---", "---"])
    for path, name, _view in sorted(every_view()):
        whom = ADMITS[name]
        label = whom.value if isinstance(whom, Entrance) else whom.label if whom else "NOBODY"
        yield _row([f"`/{path}`", label])


def _row(cells: Iterable[object]) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"
