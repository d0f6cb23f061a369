"""Big files are read and applied by the worker."""

from visavis.core import clock, progress
from visavis.core.history import Actor
from visavis.core.jobs import job
from visavis.imports import actions
from visavis.imports.errors import ImportRefused
from visavis.imports.models import Import


def stop_reading(run_id: int) -> None:
    run = Import.objects.filter(pk=run_id).first()
    if run is not None:
        actions.stop_reading(run)


@job(last_words=stop_reading)
def plan(run_id: int) -> None:
    """Read the file and write the plan. Safe to run twice: it begins anew."""
    run = Import.objects.filter(pk=run_id).first()
    if run is not None:
        actions.carry_out_plan(run)


def stop_applying(run_id: int, *_actor: int | str | None) -> None:
    run = Import.objects.filter(pk=run_id).first()
    if run is not None:
        actions.stop_applying(run)


@job(last_words=stop_applying)
def apply(run_id: int, actor_id: int | None, actor_label: str) -> None:
    """Apply the plan; when it is refused, the run waits again with the reason."""
    run = Import.objects.filter(pk=run_id).first()
    if run is None:
        return
    by = Actor(actor_id, actor_label)
    try:
        with progress.telling(run.public_id) as tell:
            actions.carry_out_apply(run, actor=by, now=clock.now(), progress=tell)
    except ImportRefused as refusal:
        actions.give_back(run, refusal)
