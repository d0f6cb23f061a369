"""What pages and the command line read of imports."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from visavis.bookings.models import Appointment
from visavis.communities.models import Community
from visavis.imports.models import Import, ImportIssue, ImportRow


@dataclass(frozen=True, slots=True)
class Sample:
    """The first rows of the file as they are read with `encoding`."""

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
    raise NotImplementedError


def recent_imports(community: Community, *, kind: str = "") -> QuerySet[Import]:
    """Runs of the community, newest first; of one kind, or of all."""
    raise NotImplementedError


def report(run: Import, *, dry_run: bool = False, skip_bad_rows: bool = False) -> dict[str, Any]:
    """The JSON shape of `import --json`: {"kind", "mode", "dry_run", "rows", "added", "changed",
    "removed", "unchanged", "errors", "warnings"}, or {"refused", "message"}."""
    raise NotImplementedError


def plan_rows(run: Import, action: str) -> QuerySet[ImportRow]:
    """The plan's rows of one action (RowAction), in the order of the file. Page it."""
    raise NotImplementedError


def cell_changes(row: ImportRow) -> list[CellChange]:
    """What the row changes, column by column (all filled columns of an added or removed row)."""
    raise NotImplementedError


def issues(run: Import, *, severity: str = "") -> QuerySet[ImportIssue]:
    """Errors and warnings, errors first, in the order of the file. Page it."""
    raise NotImplementedError


def confirmation(run: Import) -> str:
    """The sentence to ask before applying (empty file, more than half removed), or ""."""
    raise NotImplementedError


def sample(run: Import, *, encoding: str = "", rows: int = 5) -> Sample | None:
    """The file's first rows under an encoding (blank: the run's own), None if it is unreadable."""
    raise NotImplementedError


def proposals(run: Import) -> list[Proposal]:
    """Owners that a providers import of a provider-first community proposes."""
    raise NotImplementedError


def touched_meetings(run: Import, *, now: datetime) -> TouchedMeetings:
    """Past and coming appointments of the courses, providers or places that would be archived."""
    raise NotImplementedError


def export_csv(community: Community, kind: str) -> Iterator[str]:
    """The lines of a CSV file (header first, CRLF) that reads back as "nothing to change"."""
    raise NotImplementedError


def template_csv(kind: str) -> str:
    """A CSV file with the kind's header and one example row, which is skipped when read back."""
    raise NotImplementedError
