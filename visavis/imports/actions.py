"""What a person does with an import: plan it, change the plan, apply it, discard it, undo it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from visavis.communities.models import Community
from visavis.core.history import Actor
from visavis.imports.models import Import
from visavis.people.models import User

# Told now and then: rows done, rows altogether (0 while that is unknown).
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class UndoReport:
    """How many rows were restored, and which were left: (line or None, label, why)."""

    restored: int
    left: tuple[tuple[int | None, str, str], ...]


def plan_import(  # noqa: PLR0913  (a file, what it is, how to read it, and who brings it)
    community: Community,
    *,
    kind: str,
    mode: str,
    file_name: str,
    content: bytes | BinaryIO,
    actor: Actor,
    user: User | None = None,
    encoding: str = "",
    progress: Progress | None = None,
) -> Import:
    """Keep the file, read it and write the plan; nothing else is changed.

    `encoding` is blank (found out) or one of `queries.ENCODINGS`. A file that cannot be read gives
    a run in state REFUSED with `refused_code` and `refused_message`; it never raises for bad files.
    """
    raise NotImplementedError


def replan_import(
    run: Import,
    *,
    actor: Actor,
    mode: str | None = None,
    encoding: str | None = None,
    progress: Progress | None = None,
) -> Import:
    """Read the kept file again (another mode or encoding, or the data changed) and plan anew.

    Raises WrongState when the run was applied, undone or discarded.
    """
    raise NotImplementedError


def apply_import(  # noqa: PLR0913  (each of these is a decision of its own)
    run: Import,
    *,
    actor: Actor,
    now: datetime,
    skip_bad_rows: bool = False,
    confirmed: bool = False,
    cancel_meetings: bool = False,
    progress: Progress | None = None,
) -> Import:
    """Do what the plan says, in one transaction: all of it or nothing.

    Raises HasErrors, NeedsConfirmation, PlanIsStale (call `replan_import` and show it again),
    WrongState.
    """
    raise NotImplementedError


def decide_proposal(
    run: Import, *, row_id: int, accepted: bool, owner_email: str = "", for_everybody: bool = False
) -> None:
    """Accept, leave out or change a proposed owner (see `queries.proposals`) before applying.

    Raises NotFound for a row or person that is not there, WrongState when the plan is not open.
    """
    raise NotImplementedError


def discard_import(run: Import, *, actor: Actor) -> Import:
    """Put the plan away unapplied. Raises WrongState when it was applied."""
    raise NotImplementedError


def undo_import(run: Import, *, actor: Actor, now: datetime) -> UndoReport:
    """Restore every row that nobody touched since, in one transaction; list the rest.

    Raises WrongState unless the run is applied.
    """
    raise NotImplementedError
