"""What a person does with an import: plan it, change the plan, apply it, discard it, undo it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from visavis.communities.models import Community
from visavis.core import history
from visavis.core.history import Actor
from visavis.core.progress import Tell
from visavis.core.storage import read_bytes
from visavis.core.troubles import again_on_conflict
from visavis.imports.applying import find_question, has_changes, write_changes
from visavis.imports.claims import claim
from visavis.imports.enums import ImportKind, ImportMode, ImportState, RowAction
from visavis.imports.errors import (
    HasErrors,
    ImportRefused,
    NeedsConfirmation,
    PlanIsStale,
    WrongState,
)
from visavis.imports.keeping import read_content
from visavis.imports.models import Import
from visavis.imports.owners import owner_label
from visavis.imports.planning import write_plan
from visavis.imports.undoing import write_back
from visavis.people.enums import Source
from visavis.people.models import User

FAILED = "unexpected_failure"
# Read, or found unreadable: it may be read anew.
READ = (ImportState.REFUSED, ImportState.PLANNED)
# Nothing of it was written, so it may be put away.
UNAPPLIED = (ImportState.PLANNING, *READ)


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
    source: str = Source.CSV,
    progress: Tell | None = None,
) -> Import:
    """Keep the file, read it and write the plan; nothing else is changed.

    `source` says whose its rows are: a later file in replace mode removes those of files alone.

    `encoding` is blank (found out) or one of `queries.ENCODINGS`. A file that cannot be read gives
    a run in state REFUSED with `refused_code` and `refused_message`; it never raises for bad files.
    """
    run = keep_file(
        community,
        kind=kind,
        mode=mode,
        file_name=file_name,
        content=read_content(content),
        actor=actor,
        user=user,
        encoding=encoding,
        source=source,
    )
    return plan_now(run, progress=progress)


@again_on_conflict
def keep_file(  # noqa: PLR0913  (a file, what it is, how to read it, and who brings it)
    community: Community,
    *,
    kind: str,
    mode: str,
    file_name: str,
    content: bytes,
    actor: Actor,
    user: User | None = None,
    encoding: str = "",
    source: str = Source.CSV,
) -> Import:
    """A run in state PLANNING whose file is kept but not read yet; REFUSED for one too large."""
    run = Import(
        community=community,
        kind=ImportKind(kind).value,
        mode=ImportMode(mode).value,
        file_name=file_name[-200:],
        encoding=encoding,
        source=Source(source).value,
        by=user,
        by_label=actor.label[:254],
    )
    limit = settings.UPLOAD_LIMIT_BYTES
    with transaction.atomic():
        if len(content) > limit:
            run.state, run.refused_code = ImportState.REFUSED, "too_large"
            run.refused_message = _(
                "The file has more than %(limit)s MB. Split it and upload the parts in merge mode."
            ) % {"limit": limit // 1048576}
        else:
            run.file.save(file_name[-100:] or "file", ContentFile(content), save=False)
        run.save()
        history.record(actor, f"uploaded {run.kind}", run, community_id=community.pk)
    return run


def plan_now(run: Import, *, progress: Tell | None = None) -> Import:
    """`carry_out_plan` without a worker that would try again."""
    try:
        return carry_out_plan(run, progress=progress)
    except BaseException:
        stop_reading(run)
        raise


def carry_out_plan(run: Import, *, progress: Tell | None = None) -> Import:
    """Read the kept file of a run in state PLANNING and write its plan; others stay as they are."""
    if run.state != ImportState.PLANNING:
        return run
    return write_plan(run, read_bytes(run.file.name or "").getvalue(), progress=progress)


def replan_import(
    run: Import,
    *,
    actor: Actor,
    mode: str | None = None,
    encoding: str | None = None,
    progress: Tell | None = None,
) -> Import:
    """Read the kept file again (another mode or encoding, or the data changed) and plan anew.

    Raises WrongState when the run is being read or applied, was applied, undone or discarded, or
    has no file.
    """
    start_planning(run, actor=actor, mode=mode, encoding=encoding)
    return plan_now(run, progress=progress)


@again_on_conflict
def start_planning(
    run: Import, *, actor: Actor, mode: str | None = None, encoding: str | None = None
) -> None:
    """Mark a run as being read anew, once. Raises what `replan_import` raises."""
    wanted = {"mode": ImportMode(mode).value if mode is not None else None, "encoding": encoding}
    if not run.file:
        raise _wrong_state(run)
    with transaction.atomic():
        given = {name: value for name, value in wanted.items() if value is not None}
        _require(run, *READ, state=ImportState.PLANNING, rows=0, rows_done=0, **given)
        history.record(actor, f"planned import of {run.kind}", run, community_id=run.community_id)


def apply_import(
    run: Import,
    *,
    actor: Actor,
    now: datetime,
    skip_bad_rows: bool = False,
    confirmed: bool = False,
    cancel_meetings: bool = False,
    progress: Tell | None = None,
) -> Import:
    """Do what the plan says, in one transaction: all of it or nothing.

    Raises HasErrors, NeedsConfirmation, PlanIsStale (call `replan_import` and show it again),
    WrongState.
    """
    start_applying(
        run, skip_bad_rows=skip_bad_rows, confirmed=confirmed, cancel_meetings=cancel_meetings
    )
    try:
        return carry_out_apply(run, actor=actor, now=now, progress=progress)
    except BaseException:
        # Whatever happened, nothing was written: the plan waits again.
        Import.objects.filter(pk=run.pk, state=ImportState.APPLYING).update(
            state=ImportState.PLANNED
        )
        run.state = ImportState.PLANNED
        raise


def check_applicable(run: Import, *, skip_bad_rows: bool, confirmed: bool) -> None:
    """Raises HasErrors or NeedsConfirmation unless the user has agreed, PlanIsStale, WrongState."""
    if run.state == ImportState.REFUSED:
        raise WrongState(run.refused_message, code=run.refused_code)
    if run.state != ImportState.PLANNED:
        raise _wrong_state(run)
    if is_stale(run):
        raise PlanIsStale(run.refused_message)
    errors = run.counts.get("errors", 0)
    if errors and not skip_bad_rows:
        raise HasErrors(_errors_in_words(run, errors), data={"errors": errors})
    question = find_question(run)
    if question and not confirmed:
        raise NeedsConfirmation(question)


def is_stale(run: Import) -> bool:
    """Whether applying it has shown that the data changed since: only planning anew helps."""
    return run.state == ImportState.PLANNED and run.refused_code == PlanIsStale.code


def _errors_in_words(run: Import, errors: int) -> str:
    told = ngettext(
        "The file has one error, so nothing was applied.",
        "The file has %(count)s errors, so nothing was applied.",
        errors,
    ) % {"count": errors}
    way = _("Correct it, or apply the good rows.") if has_changes(run) else _("Correct it.")
    return f"{told} {way}"


@again_on_conflict
def start_applying(
    run: Import,
    *,
    skip_bad_rows: bool = False,
    confirmed: bool = False,
    cancel_meetings: bool = False,
) -> None:
    """Mark the run as being applied, once: of two who press the button, one goes on.

    Raises what `apply_import` raises before it writes.
    """
    with transaction.atomic():
        _lock_open(run)
        check_applicable(run, skip_bad_rows=skip_bad_rows, confirmed=confirmed)
        _require(
            run,
            ImportState.PLANNED,
            state=ImportState.APPLYING,
            cancel_meetings=cancel_meetings,
            rows_done=0,
            refused_code="",
        )


def carry_out_apply(
    run: Import, *, actor: Actor, now: datetime, progress: Tell | None = None
) -> Import:
    """Write a run that `start_applying` has marked. One that is applied already stays as it is."""
    if run.state != ImportState.APPLYING:
        return run
    return write_changes(run, actor=actor, now=now, progress=progress)


def stop_reading(run: Import) -> None:
    """Reading failed for a reason that is not the file's, and nobody will try again: say so."""
    claim(
        run,
        ImportState.PLANNING,
        state=ImportState.REFUSED,
        refused_code=FAILED,
        refused_message=_(
            "Something went wrong here while the file was read; the file may be fine. Upload it "
            "again. If that does not help, tell whoever runs this site."
        ),
    )


def stop_applying(run: Import) -> None:
    """Applying failed for a reason that is not the plan's: nothing was written, and it waits."""
    sentence = _(
        "Something went wrong here while this was applied, so nothing was. Try again. If that does "
        "not help, tell whoever runs this site."
    )
    give_back(run, ImportRefused(sentence, code=FAILED))


def give_back(run: Import, refusal: ImportRefused) -> None:
    """The worker could not apply the run: it waits again, with the reason beside it."""
    Import.objects.filter(pk=run.pk, state=ImportState.APPLYING).update(
        state=ImportState.PLANNED, refused_code=refusal.code, refused_message=refusal.message
    )


@again_on_conflict
def decide_proposal(
    run: Import,
    *,
    row_id: int,
    actor: Actor,
    accepted: bool,
    owner_email: str = "",
    for_everybody: bool = False,
) -> None:
    """Decide whose own a topic becomes (see `queries.proposals`), before applying.

    The decision is written as given: a blank `owner_email` is nobody, and what is not `accepted`
    is kept as typed and checked for nothing. Raises WrongState when the plan is not open,
    PlanIsStale for a row that is not there, because each plan has rows of its own, and what
    `owners.owner_label` raises.
    """
    with transaction.atomic():
        _lock_open(run)
        row = run.plan.filter(pk=row_id, action=RowAction.PROPOSED).first()
        if row is None:
            raise _planned_anew()
        owner = ""
        if owner_email and accepted:
            owner = owner_label(run, row, owner_email, for_everybody=for_everybody)
        decided = {
            "accepted": accepted,
            "owner_email": owner_email,
            "owner": owner,
            "for_everybody": for_everybody,
        }
        proposed, row.after = row.after, decided
        row.save(update_fields=["after"])
        history.record(
            actor,
            "decided whose own a topic becomes",
            run,
            community_id=run.community_id,
            before={"topic": row.label, **proposed},
            after={"topic": row.label, **decided},
        )


@again_on_conflict
def discard_import(run: Import, *, actor: Actor) -> Import:
    """Put the plan away unapplied, once. Raises WrongState when it is or was applied."""
    with transaction.atomic():
        run.refresh_from_db(from_queryset=Import.objects.select_for_update(no_key=True))
        if run.state == ImportState.DISCARDED:
            return run
        _require(run, *UNAPPLIED, state=ImportState.DISCARDED)
        history.record(actor, f"discarded import of {run.kind}", run, community_id=run.community_id)
    return run


def undo_import(run: Import, *, actor: Actor, now: datetime) -> UndoReport:
    """Restore every row that nobody touched since, in one transaction; list the rest.

    Raises WrongState unless the run is applied and its rows are still kept.
    """
    if run.state != ImportState.APPLIED or run.forgotten_at is not None:
        raise _wrong_state(run)
    restored = write_back(run, actor=actor, now=now)
    if restored is None:
        raise _wrong_state(run)
    left = run.plan.exclude(undo_note="").order_by("id")
    return UndoReport(restored, tuple(left.values_list("line", "label", "undo_note")))


def _lock_open(run: Import) -> None:
    """Lock the run, as it stands now. Raises WrongState unless it waits for a decision."""
    run.refresh_from_db(from_queryset=Import.objects.select_for_update(no_key=True))
    if run.state != ImportState.PLANNED:
        raise _wrong_state(run)


def _require(run: Import, *states: ImportState, **values: Any) -> None:
    """Give the run these values while it is in one of `states`. Raises WrongState otherwise."""
    if not claim(run, *states, **values):
        raise _wrong_state(run)


def _wrong_state(run: Import) -> WrongState:
    if run.forgotten_at is not None:
        return WrongState(_("The list is no longer kept, so it cannot be undone any more."))
    sentences = {
        ImportState.PLANNING: _("The file is still being read. Wait for the preview."),
        ImportState.REFUSED: run.refused_message,
        ImportState.PLANNED: _("This import was not applied, so there is nothing to undo."),
        ImportState.APPLYING: _("This import is just being applied."),
        ImportState.APPLIED: _("This import is applied already. Undo it, or upload the file anew."),
        ImportState.DISCARDED: _("This import was discarded. Upload the file anew."),
        ImportState.UNDONE: _("This import was undone. Upload the file anew."),
    }
    return WrongState(sentences[ImportState(run.state)], data={"state": run.state})


def _planned_anew() -> PlanIsStale:
    return PlanIsStale(
        _(
            "The file was read anew since that page was opened, so nothing was kept or applied. "
            "This is the new preview: choose once more."
        )
    )
