"""Writes: how long things are kept, and letting go of what is due."""

import logging
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import transaction

from visavis.availability.models import HoursChange
from visavis.availability.undoing import KEPT_FOR as UNDO_FOR
from visavis.communities.models import Community, School
from visavis.core import history
from visavis.core.history import SYSTEM, Actor
from visavis.core.troubles import again_on_conflict, apart
from visavis.notifications.retention import forget_failures
from visavis.privacy.enums import Subject
from visavis.privacy.models import KeptFor
from visavis.privacy.queries import Days, Task, read_times, tasks_at
from visavis.privacy.subjects import SUBJECTS

logger = logging.getLogger(__name__)

# Batches of one run: what is left over goes in the next.
MOST_BATCHES = 400


@again_on_conflict
def keep_for(
    times: Mapping[Subject, Days], *, by: Actor, community: Community | None = None
) -> bool:
    """Keep these subjects for so many days (None: for good), in the school or in a community.

    In a community None is no time of its own: the school's holds. False when all was so before.
    Raises InvalidKeeping; then nothing is changed.
    """
    for subject, days in times.items():
        if community is None or days is not None:
            SUBJECTS[subject].check(days)
    with transaction.atomic():
        school = School.objects.select_for_update(no_key=True).first() or School.objects.create()
        known = read_times()
        before = {
            subject: known.own_of(subject, community) if community else known.of_school(subject)
            for subject in times
        }
        changed = {subject: days for subject, days in times.items() if days != before[subject]}
        for subject, days in changed.items():
            _keep(subject, days, community)
        if changed:
            history.record(
                by,
                "changed retention",
                community or school,
                community_id=community.pk if community else None,
                before={subject.value: before[subject] for subject in changed},
                after={subject.value: days for subject, days in changed.items()},
            )
    return bool(changed)


def _keep(subject: Subject, days: Days, community: Community | None) -> None:
    if community is not None and days is None:
        KeptFor.objects.filter(community=community, subject=subject).delete()
        return
    KeptFor.objects.update_or_create(community=community, subject=subject, defaults={"days": days})


def let_go(*, now: datetime, by: Actor = SYSTEM, most: int = MOST_BATCHES) -> Counter[str]:
    """Let go of what is due at `now`, in short transactions; how many rows of each subject.

    After `most` batches it stops, and whoever calls it again goes on. What makes trouble is left,
    and keeps nothing else. Safe to run twice and by many at once, while meetings are booked. What
    went is written down also when the database lets it come no further, and its error is raised.
    """
    gone: Counter[str] = Counter()
    try:
        _carry_out(tasks_at(now), most, gone)
    finally:
        _note_gone(gone, by)
    _tidy(now)
    return gone


def _carry_out(tasks: Iterable[Task], most: int, gone: Counter[str]) -> None:
    """Carry out batch after batch, and count in `gone` what went."""
    left = most
    for task in tasks:
        with apart(logger, "What is due of “%s” could not go.", task.subject):
            # A batch that takes nothing ends the sweep.
            while left > 0 and (number := _carry_out_batch(task)):
                gone[task.subject.value] += number
                left -= 1


@again_on_conflict
def _note_gone(gone: Counter[str], by: Actor) -> None:
    if gone:
        with transaction.atomic():
            school = School.objects.first() or School.objects.create()
            history.record(by, "carried out retention", school, after=gone)


@again_on_conflict
def _carry_out_batch(task: Task) -> int:
    found = task.sweep.due(task.cut).order_by("pk").values_list("pk", flat=True)
    some = list(found[: task.sweep.at_once])
    if not some:
        return 0
    with transaction.atomic():
        # Asked again, under the locks that the sweep takes.
        task.sweep.forget(task.sweep.due(task.cut).filter(pk__in=some))
    return len(some)


def _tidy(now: datetime) -> None:
    """What has no time of its own: changes of hours that cannot be undone, failures long past."""
    HoursChange.objects.filter(at__lte=now - UNDO_FOR).delete()
    days = read_times().of_school(Subject.MESSAGES)
    if days is not None:
        forget_failures(before=now - timedelta(days=days))
