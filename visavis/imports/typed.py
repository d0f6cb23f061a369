"""What was typed into a page's table goes the way of a file: planned, then applied; or nothing."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from visavis.communities.models import Community
from visavis.core.history import Actor
from visavis.core.text import fold
from visavis.core.troubles import again_on_conflict
from visavis.imports.actions import apply_import, plan_import
from visavis.imports.enums import ImportKind, ImportMode, ImportState, Severity
from visavis.imports.errors import ImportRefused, TypedRefused
from visavis.imports.models import Import
from visavis.people.enums import Source
from visavis.people.models import User
from visavis.people.queries import lock_people

FIRST_LINE = 2  # the header stands on the first


@dataclass(frozen=True, slots=True)
class Typed:
    """The rows of one kind, by header; `places` says which row of the page each stands for."""

    kind: ImportKind
    rows: Sequence[Mapping[str, str]]
    places: Sequence[int] = ()

    def place_of(self, line: int | None) -> int | None:
        """The page's row for a line of the file; None for what is wrong with all of it."""
        index = (line or 0) - FIRST_LINE
        if not 0 <= index < len(self.rows):
            return None
        return self.places[index] if self.places else index


@dataclass(frozen=True, slots=True)
class TypedBy:
    """Who typed it, and when."""

    user: User
    actor: Actor
    now: datetime


@again_on_conflict
def take_in(community: Community, tables: Sequence[Typed], *, by: TypedBy) -> list[Import]:
    """Plan and apply the tables one after the other, all of them or none; each can be undone.

    Raises TypedRefused, with what is wrong in all the tables and the page's rows in its data, and
    what `apply_import` raises.
    """
    taken: list[Import] = []
    refusals: list[TypedRefused] = []
    with transaction.atomic():
        for table in tables:
            if not table.rows:
                continue
            try:
                taken.append(_take_in_one(community, table, by))
            except TypedRefused as refusal:  # the next table is read all the same
                refusals.append(refusal)
        if refusals:
            wrong = [one for refusal in refusals for one in refusal.data["errors"]]
            raise TypedRefused(refusals[0].message, data={**refusals[0].data, "errors": wrong})
    return taken


def lock_known(emails: Iterable[str]) -> None:
    """Lock the people with these addresses before several tables are taken in at once.

    The second would lock people after the first has locked the community (docs/concurrency.md).
    """
    keys = [fold(email) for email in emails]
    lock_people(User.objects.filter(email_key__in=keys).values_list("pk", flat=True))


def _take_in_one(community: Community, table: Typed, by: TypedBy) -> Import:
    run = plan_import(
        community,
        kind=table.kind,
        mode=ImportMode.MERGE,
        file_name=_("typed-%(kind)s.csv") % {"kind": table.kind.value},
        content=as_csv(table.rows),
        actor=by.actor,
        user=by.user,
        source=Source.HAND,
    )
    if run.state == ImportState.REFUSED:
        raise ImportRefused(run.refused_message, code=run.refused_code)
    errors = run.issues.filter(severity=Severity.ERROR)
    wrong = [(table.place_of(one.line), one.column, one.message) for one in errors]
    if wrong:
        raise TypedRefused(wrong[0][2], data={"kind": table.kind, "errors": wrong})
    return apply_import(run, actor=by.actor, now=by.now)


def as_csv(rows: Sequence[Mapping[str, str]]) -> bytes:
    """The rows as a file with a header, one line for each."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), quoting=csv.QUOTE_ALL)
    writer.writeheader()
    for row in rows:
        writer.writerow({header: " ".join(cell.split()) for header, cell in row.items()})
    return text.getvalue().encode()
