"""The door for files of any size: small ones at once, big ones in the worker."""

from datetime import datetime
from typing import Any

from django.db import transaction

from visavis.communities.models import Community
from visavis.core.history import Actor
from visavis.core.troubles import again_on_conflict
from visavis.imports import actions, tasks
from visavis.imports.keeping import read_content
from visavis.imports.models import Import

# What is read and written within about a second.
SMALL_BYTES = 100_000
SMALL_ROWS = 2_000


def receive(community: Community, *, content: Any, **details: Any) -> Import:
    """Keep the file and plan it: at once when it is small, else in the worker.

    Takes what `actions.plan_import` takes. In a run in state PLANNING, which is being read,
    `rows_done` grows towards the `rows` that are expected (0 when nobody knows).
    """
    body = read_content(content)
    if len(body) <= SMALL_BYTES:
        return actions.plan_now(actions.keep_file(community, content=body, **details))
    return _keep_and_queue(community, content=body, **details)


@again_on_conflict
def _keep_and_queue(community: Community, **details: Any) -> Import:
    with transaction.atomic():
        run = actions.keep_file(community, **details)
        if not run.refused_code:
            tasks.plan.enqueue(run.pk)
    return run


def replan_or_queue(run: Import, *, actor: Actor, **wanted: Any) -> Import:
    """Plan anew from the kept file: at once when it is small, else in the worker.

    Takes and raises what `actions.replan_import` does.
    """
    if run.file and run.file.size <= SMALL_BYTES:
        return actions.replan_import(run, actor=actor, **wanted)
    _queue_planning(run, actor=actor, **wanted)
    return run


@again_on_conflict
def _queue_planning(run: Import, *, actor: Actor, **wanted: Any) -> None:
    with transaction.atomic():
        actions.start_planning(run, actor=actor, **wanted)
        tasks.plan.enqueue(run.pk)


def apply_or_queue(run: Import, *, actor: Actor, now: datetime, **options: Any) -> Import:
    """Apply the plan: at once when it is small, else in the worker (state APPLYING meanwhile).

    Takes and raises what `actions.apply_import` does; a plan that turns out stale in the worker is
    given back as PLANNED with `refused_code` and `refused_message`. How far the worker has come
    tells `core.progress.told(run.public_id)`.
    """
    if run.rows <= SMALL_ROWS:
        return actions.apply_import(run, actor=actor, now=now, **options)
    _queue_applying(run, actor=actor, **options)
    return run


@again_on_conflict
def _queue_applying(run: Import, *, actor: Actor, **options: Any) -> None:
    with transaction.atomic():
        actions.start_applying(run, **options)
        tasks.apply.enqueue(run.pk, actor.id, actor.label)
