"""Undo: every row that nobody touched since goes back to what it was, the rest is told."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from visavis.catalogue.models import Service
from visavis.communities import actions as community_actions
from visavis.core import history
from visavis.core.history import Actor
from visavis.core.text import fold, fold_code
from visavis.core.troubles import again_on_conflict
from visavis.imports.applying import BATCH, lock
from visavis.imports.claims import claim
from visavis.imports.enums import ImportState, RowAction
from visavis.imports.errors import WrongState
from visavis.imports.kinds.base import Current, Kind, Move
from visavis.imports.kinds.ownership import topic_key
from visavis.imports.kinds.register import kind_of
from visavis.imports.models import Import, ImportRow

# The reverse of applying.
BACKWARDS = (RowAction.ADDED, RowAction.CHANGED, RowAction.REMOVED)


@again_on_conflict
def write_back(run: Import, *, actor: Actor, now: datetime) -> int | None:
    """Restore what can be restored, in one transaction; answers how many rows.

    None when the run is not applied any more: somebody else has undone it. Why a row was left
    stands in its `undo_note`. Where all were, the run stays applied, and can be undone once what
    came after it is. Raises WrongState when others write the same rows at the same moment.
    """
    try:
        with transaction.atomic():
            return _write_back(run, actor, now)
    except IntegrityError as error:
        raise WrongState(
            _("Somebody else is changing the same data just now. Try again in a moment.")
        ) from error


def _write_back(run: Import, actor: Actor, now: datetime) -> int | None:
    kind = kind_of(run)
    lock(kind, _changed_rows, run)
    if not claim(run, ImportState.APPLIED, state=ImportState.UNDONE, undone_at=now):
        return None
    run.refresh_from_db(fields=["forgotten_at"])
    if run.forgotten_at is not None:
        raise WrongState(_("The list is no longer kept, so it cannot be undone any more."))
    run.plan.exclude(undo_note="").update(undo_note="")
    owners = _undo_owners(run)
    restored = len(owners)
    for action in BACKWARDS:
        rows = run.plan.filter(action=action).order_by("-id").iterator(chunk_size=BATCH)
        for some in _batches(rows):
            restored += _undo_batch(kind, some, now)
    restored -= _keep_owners(run, owners)
    if not restored and run.plan.exclude(undo_note="").exists():
        claim(run, ImportState.UNDONE, state=ImportState.APPLIED, undone_at=None)
        return 0
    # A person's places on lists may be spread over batches: all of them go before the person does.
    for tidy in (kind.clean_up, kind.remove_people):
        for some in _batches(_changed_rows(run)):
            tidy(some)
    kind.settle(_changed_rows(run))
    history.record(actor, f"undid import of {run.kind}", run, community_id=run.community_id)
    return restored


def _changed_rows(run: Import) -> Iterator[ImportRow]:
    return run.plan.filter(action__in=BACKWARDS).order_by("id").iterator(chunk_size=BATCH)


def _batches(rows: Iterator[ImportRow]) -> Iterator[list[ImportRow]]:
    while some := list(islice(rows, BATCH)):
        yield some


def _undo_batch(kind: Kind, rows: list[ImportRow], now: datetime) -> int:
    currents = kind.load([row.target_id for row in rows if row.target_id])
    moves = []
    for row in rows:
        row.undo_note = _find_touch(row, currents.get(row.target_id or 0))
        if not row.undo_note:
            moves.append(Move(row, row.after, row.before, undoing=True))
    obstacles = kind.obstacles(moves)
    for move in moves:
        move.row.undo_note = obstacles.get(move.row.pk, "")
    free = [move for move in moves if not move.row.undo_note]
    kind.write(free, now=now)
    ImportRow.objects.bulk_update(
        [row for row in rows if row.undo_note], ["undo_note"], batch_size=BATCH
    )
    return len(free)


def _find_touch(row: ImportRow, current: Current | None) -> str:
    if not row.after:
        return _("It is there again by now.") if current else ""
    if current is None:
        return _("It was removed since.")
    if current.values != row.after:
        return _("It was changed since.")
    return ""


def _undo_owners(run: Import) -> list[tuple[ImportRow, Service]]:
    """Take back whose own the topics became, before the rows: whoever owns one stays.

    Answers the topics that were given back.
    """
    rows = [row for row in run.plan.filter(action=RowAction.PROPOSED) if row.made]
    services = Service.objects.in_bulk([row.target_id for row in rows if row.target_id])
    restored = []
    for row in rows:
        service = services.get(row.target_id or 0)
        is_same = service is not None and row.made == {
            "owner_id": service.owner_id,
            "for_everybody": service.for_everybody,
        }
        if service is None or not is_same:
            row.undo_note = _("It was changed since.")
            continue
        service.owner_id = row.before["owner_id"]
        service.for_everybody = row.before["for_everybody"]
        restored.append((row, service))
    _save_owners(run, [service for _row, service in restored])
    ImportRow.objects.bulk_update(
        [row for row in rows if row.undo_note], ["undo_note"], batch_size=BATCH
    )
    return restored


def _keep_owners(run: Import, restored: list[tuple[ImportRow, Service]]) -> int:
    """Give back the topics of people whose own rows were left; answers how many."""
    if not restored:  # files of other kinds have neither
        return 0
    left = run.plan.filter(action__in=BACKWARDS).exclude(undo_note="")
    values = [
        after
        for after in left.values_list("after", flat=True)
        if after and not after.get("archived")
    ]
    people = {fold(after["email"]) for after in values}
    topics = {fold_code(entry) for after in values for entry in after.get("entries", ())}
    kept = []
    for row, service in restored:
        email = fold(row.after["owner_email"])
        if email in people or (not email and topic_key(row) in topics):
            service.owner_id = row.made["owner_id"]
            service.for_everybody = row.made["for_everybody"]
            row.undo_note = _("Its people were left as they are.")
            kept.append((row, service))
    _save_owners(run, [service for _row, service in kept])
    ImportRow.objects.bulk_update([row for row, _s in kept], ["undo_note"], batch_size=BATCH)
    return len(kept)


def _save_owners(run: Import, services: list[Service]) -> None:
    Service.objects.bulk_update(services, ["owner", "for_everybody"], batch_size=200)
    if services:
        community_actions.touch(run.community)
