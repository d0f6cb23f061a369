"""What pages and the command line read of imports."""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from visavis.bookings.models import Appointment
from visavis.communities.models import Community
from visavis.core.errors import NotFound
from visavis.imports import applying, exporting
from visavis.imports.encodings import ENCODINGS
from visavis.imports.enums import ImportKind, ImportState, RowAction, Severity
from visavis.imports.fate import coming_meetings, meetings_of
from visavis.imports.kinds.base import Kind
from visavis.imports.kinds.register import KINDS, get_kind
from visavis.imports.models import Import, ImportIssue, ImportRow
from visavis.imports.planning import COUNTED

__all__ = ["ENCODINGS"]  # faces read it here


@dataclass(frozen=True, slots=True)
class Sample:
    """The first rows of the file, read with `encoding`; long cells are cut."""

    encoding: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class CellChange:
    """One column of a planned row, before and after, as text."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """That a topic becomes somebody's own service, or one for everybody."""

    row_id: int
    service_id: int
    service: str
    owner_email: str  # blank for a service for everybody
    owner: str
    for_everybody: bool
    accepted: bool


@dataclass(frozen=True, slots=True)
class TouchedMeetings:
    """Appointments of what the plan would archive: how many lie behind, and which are to come."""

    past: int
    coming: QuerySet[Appointment]


def get_import(community: Community, public_id: UUID | str) -> Import:
    """The community's run. Raises NotFound."""
    try:
        run = Import.objects.filter(community=community, public_id=public_id).first()
    except (ValidationError, ValueError):
        run = None
    if run is None:
        raise NotFound(_("There is no such import."))
    return run


def recent_imports(community: Community, *, kind: str = "") -> QuerySet[Import]:
    """Runs of the community, newest first; of one kind, or of all."""
    runs = Import.objects.filter(community=community)
    return (runs.filter(kind=kind) if kind else runs).order_by("-created_at", "-id")


def report(run: Import, *, dry_run: bool = False, skip_bad_rows: bool = False) -> dict[str, Any]:
    """What `import --json` prints: DESIGN.md, contracts.

    Counts are those of the plan, all 0 when errors stop the file (`skip_bad_rows` False).
    """
    if run.state == ImportState.REFUSED:
        return {"refused": run.refused_code, "message": run.refused_message}
    stopped = bool(run.counts.get("errors")) and not skip_bad_rows
    counts = {action.value: run.counts.get(action.value, 0) for action in COUNTED}
    return {
        "kind": run.kind,
        "mode": run.mode,
        "dry_run": dry_run,
        "rows": run.rows,
        **(dict.fromkeys(counts, 0) if stopped else counts),
        "errors": _told(issues(run, severity=Severity.ERROR)),
        "warnings": _told(issues(run, severity=Severity.WARNING)),
    }


def _told(rows: QuerySet[ImportIssue]) -> list[dict[str, Any]]:
    return [dict(row) for row in rows.values("line", "column", "value", "code", "message")]


def plan_rows(run: Import, action: str) -> QuerySet[ImportRow]:
    """The plan's rows of one action (RowAction), in the order of the file. Page it."""
    return run.plan.filter(action=action).select_related("run").order_by("id")


def cell_changes(row: ImportRow) -> list[CellChange]:
    """What the row changes, column by column (all filled columns of an added or removed row)."""
    kind = KINDS[row.run.kind]
    told = [
        CellChange(column, _shown(kind, field, row.before), _shown(kind, field, row.after))
        for column, field in kind.fields.items()
    ]
    before, after = (values.get("attributes", {}) for values in (row.before, row.after))
    told += [
        CellChange(name, before.get(name, ""), after.get(name, ""))
        for name in dict.fromkeys([*before, *after])
    ]
    return [change for change in told if change.before != change.after]


def _shown(kind: type[Kind], field: str, values: dict[str, Any]) -> str:
    is_there = values and not values.get("archived")
    return kind.show(field, values) if is_there else ""


def issues(run: Import, *, severity: str = "") -> QuerySet[ImportIssue]:
    """Errors and warnings, errors first, in the order of the file. Page it."""
    rows = run.issues.order_by("severity", "line", "id")
    return rows.filter(severity=severity) if severity else rows


def confirmation(run: Import) -> str:
    """The sentence to ask before applying (empty file, more than half removed), or ""."""
    return applying.find_question(run)


def rows_to_write(run: Import) -> int:
    """How many rows of ours applying the plan would add, change or remove."""
    return applying.rows_to_write(run)


def has_changes(run: Import) -> bool:
    """Whether applying the plan would change anything: a row of ours, or whose own a topic is."""
    return applying.has_changes(run)


def sample(run: Import) -> Sample | None:
    """The file's first rows as they were read for the plan, None if it could not be opened."""
    if not run.sample:
        return None
    rows = tuple(tuple(cells) for cells in run.sample["rows"])
    return Sample(run.sample["encoding"], tuple(run.sample["header"]), rows)


def proposed_rows(run: Import) -> QuerySet[ImportRow]:
    """The plan's rows about owners, in their order. Page them, and show each by `proposal_of`."""
    return run.plan.filter(action=RowAction.PROPOSED).order_by("id")


def proposal_of(row: ImportRow) -> Proposal:
    return Proposal(row_id=row.pk, service_id=row.target_id or 0, service=row.label, **row.after)


def proposals(run: Import) -> list[Proposal]:
    """Owners that a providers import of a provider-first community proposes."""
    return [proposal_of(row) for row in proposed_rows(run)]


def restored_owners(run: Import) -> int:
    """How many choices of whose own a topic is were taken back by the undo."""
    return run.plan.filter(action=RowAction.PROPOSED, undo_note="").exclude(made={}).count()


def touched_meetings(run: Import, *, now: datetime) -> TouchedMeetings:
    """Past and coming appointments of the courses, providers or places that would be archived."""
    past = meetings_of(run).filter(start__lte=now).count()
    return TouchedMeetings(past, coming_meetings(run, now=now))


def export_csv(
    community: Community, kind: str, *, only: Container[int] | None = None
) -> Iterator[str]:
    """The lines of a CSV file (header first, CRLF) that reads back as "nothing to change".

    `only`: the ids of the rows to export (of the kind's own table); None is all.
    """
    return exporting.export_lines(get_kind(community, kind), only=only)


def template_csv(kind: str) -> str:
    """A CSV file with the kind's header and one example row, which is skipped when read back."""
    return exporting.template(KINDS[ImportKind(kind).value])
