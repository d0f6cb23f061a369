"""From a plan to the data, in one transaction; and what the plan must be asked before.

Locks: persons in ascending id, then places, then the community's row, as bookings do. The
fingerprint is compared under them.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from visavis.bookings.models import Appointment
from visavis.catalogue.models import Service
from visavis.changes.actions import cancel_meetings
from visavis.changes.queries import people_in
from visavis.communities import actions as community_actions
from visavis.communities.models import Community
from visavis.core import history, measuring
from visavis.core.history import Actor
from visavis.core.progress import Tell
from visavis.core.text import fold
from visavis.core.troubles import again_on_conflict
from visavis.imports.claims import claim
from visavis.imports.enums import ImportMode, ImportState, RowAction
from visavis.imports.errors import PlanIsStale
from visavis.imports.fate import coming_meetings
from visavis.imports.kinds.base import Kind, Move
from visavis.imports.kinds.register import kind_of
from visavis.imports.models import Import, ImportRow
from visavis.imports.planning import COUNTED, fingerprint
from visavis.people.models import Provider
from visavis.people.queries import lock_people

BATCH = 500
CHANGING = (RowAction.REMOVED, RowAction.CHANGED, RowAction.ADDED)


def find_question(run: Import) -> str:
    """The sentence to ask before this plan is applied, or ""."""
    removed, listed = run.counts.get("removed", 0), run.counts.get("listed", 0)
    if run.mode != ImportMode.REPLACE:
        return ""
    if run.rows == 0:
        return _(
            "The file has no rows. Replacing removes everything that came by CSV: "
            "%(removed)s of %(listed)s."
        ) % {"removed": removed, "listed": listed}
    if removed * 2 > listed:
        return _(
            "This removes %(removed)s of %(listed)s, more than half. Is the file complete?"
        ) % {
            "removed": removed,
            "listed": listed,
        }
    return ""


def rows_to_write(run: Import) -> int:
    """How many rows of ours the plan adds, changes or removes."""
    return sum(run.counts.get(action.value, 0) for action in CHANGING)


def has_changes(run: Import) -> bool:
    """Whether applying the plan would change anything: a row of ours, or whose own a topic is."""
    return bool(rows_to_write(run)) or run.plan.filter(action=RowAction.PROPOSED).exists()


@again_on_conflict
def write_changes(
    run: Import, *, actor: Actor, now: datetime, progress: Tell | None = None
) -> Import:
    """Do all that the plan says, or nothing. Raises PlanIsStale."""
    try:
        with transaction.atomic():
            kind = kind_of(run)
            locked = lock(kind, _touched, run, people_in(_meetings_to_cancel(run, now)))
            if not _take(run, now):
                return run
            if fingerprint(kind) != run.fingerprint:
                raise stale()
            meetings = _meetings_to_cancel(run, now)
            if not locked.issuperset(people_in(meetings)):
                # Booked while we waited, by somebody whom we may not lock any more.
                raise stale()
            _write(run, kind, now, progress)
            kind.settle(_touched(run))
            _decide_owners(run)
            cancel_meetings(meetings, by=actor, reason=_("It is not offered any more."), now=now)
            history.record(
                actor, f"imported {run.kind}", run, community_id=run.community_id, after=run.counts
            )
        transaction.on_commit(lambda: _say_how_many(run))
    except IntegrityError as error:
        # Somebody wrote the same person, code or pair in the same moment.
        raise stale() from error
    return run


def _say_how_many(run: Import) -> None:
    for action in COUNTED:
        measuring.note(
            "import_rows", run.counts.get(action.value, 0), kind=run.kind, outcome=action.value
        )
    measuring.note("import_rows", run.counts.get("errors", 0), kind=run.kind, outcome="skipped")


def _meetings_to_cancel(run: Import, now: datetime) -> list[Appointment]:
    """Read before the locks to know whom to lock, and again under them to know what is true."""
    return list(coming_meetings(run, now=now)) if run.cancel_meetings else []


def _take(run: Import, now: datetime) -> bool:
    """Mark the run as applied, with all that follows or not at all; False if it is already."""
    done = {"state": ImportState.APPLIED, "applied_at": now, "rows_done": run.rows}
    return claim(run, ImportState.APPLYING, **done)


def lock(
    kind: Kind,
    rows: Callable[[Import], Iterator[ImportRow]],
    run: Import,
    people: Iterable[int] = (),
) -> set[int]:
    """Lock in the house's order: people ascending, places ascending, the community's row.

    Answers the ids of the people.
    """
    ids = sorted({*kind.people_of(rows(run)), *people})
    for start in range(0, len(ids), BATCH):
        lock_people(ids[start : start + BATCH])
    kind.lock_places(rows(run))
    Community.objects.select_for_update(no_key=True).get(pk=run.community_id)
    return set(ids)


def stale() -> PlanIsStale:
    return PlanIsStale(
        _(
            "The data has changed since this preview was made, so nothing was applied. Read the "
            "file anew and look at the new preview."
        )
    )


def _touched(run: Import) -> Iterator[ImportRow]:
    rows = run.plan.filter(action__in=CHANGING).order_by("id")
    return rows.iterator(chunk_size=BATCH)


def _write(run: Import, kind: Kind, now: datetime, progress: Tell | None) -> None:
    # What goes, goes first: it makes room for what comes.
    done, whole = 0, rows_to_write(run)
    for action in CHANGING:
        rows = run.plan.filter(action=action).order_by("id").iterator(chunk_size=BATCH)
        while some := list(islice(rows, BATCH)):
            kind.write([Move(row, row.before, row.after) for row in some], now=now)
            _remember([row for row in some if action == RowAction.ADDED or row.made])
            done += len(some)
            if progress:
                progress(done, whole)


def _remember(rows: list[ImportRow]) -> None:
    """Write what undo will need. An upsert by id: many times faster than Django's bulk_update."""
    ImportRow.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["id"], update_fields=["target_id", "made"]
    )


def _decide_owners(run: Import) -> None:
    """Give topics the owners that were proposed and accepted."""
    proposed = [row for row in run.plan.filter(action=RowAction.PROPOSED) if row.after["accepted"]]
    if not proposed:
        return
    emails = {fold(row.after["owner_email"]) for row in proposed}
    people = Provider.objects.filter(community=run.community, user__email_key__in=emails)
    owners = dict(people.values_list("user__email_key", "id"))
    services = Service.objects.in_bulk([row.target_id for row in proposed if row.target_id])
    changed = []
    for row in proposed:
        service = services[row.target_id or 0]
        row.before = {"owner_id": service.owner_id, "for_everybody": service.for_everybody}
        service.for_everybody = row.after["for_everybody"]
        service.owner_id = owners.get(fold(row.after["owner_email"]))
        row.made = {"owner_id": service.owner_id, "for_everybody": service.for_everybody}
        changed.append(service)
    Service.objects.bulk_update(changed, ["owner", "for_everybody"], batch_size=200)
    ImportRow.objects.bulk_update(proposed, ["before", "made"], batch_size=BATCH)
    community_actions.touch(run.community)
