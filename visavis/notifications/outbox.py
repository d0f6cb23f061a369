"""The outbox: each event that was written with a change becomes messages, once.

Which events are told is kept event by event (`Telling`), not as a place in a row of numbers: on
PostgreSQL a transaction that began earlier may commit later, and its event then lies behind others
that are told already. A mark (`Progress`) moves up behind what can no longer change, so that the
search for news stays short.

What may yet be taken back, as a note about somebody's absence, rests for a while before it is told.
What cannot be told is tried again after growing pauses, so that it keeps back no other, and given
up after `MOST_TRIES`: a `FailedTelling` row then says why for good.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet

from visavis.core import clock
from visavis.core.troubles import again_on_conflict, trouble_of
from visavis.notifications.actions import queue
from visavis.notifications.letters import Source, register
from visavis.notifications.models import FailedTelling, Progress, Telling

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 200
# No transaction stays open as long as this: what is older and not there will not come.
SETTLED_AFTER = timedelta(days=1)
# Over two hours: 1, 2, 4, … 64 minutes after one another.
MOST_TRIES = 8
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_ERROR = 500


def has_news() -> bool:
    """Whether any event waits to be told now."""
    now = clock.now()
    return any(_due(source, now).exists() for source in register.sources.values())


def tell_all(*, now: datetime) -> int:
    """Turn every event that waits into messages, oldest first; how many events were told.

    Safe against any number of others that do the same, and against being killed: what belongs to
    one batch is told in one transaction, with the rows that say so.
    """
    return sum(_tell_source(source, now) for source in register.sources.values())


@again_on_conflict
def pass_over(*, now: datetime) -> int:
    """Tell nobody of what waits now; how many events. For meetings that a demonstration brings."""
    passed = 0
    for source in register.sources.values():
        with transaction.atomic():
            numbers = list(_untold(source).values_list("pk", flat=True))
            _mark(source, numbers, now)
            passed += len(numbers)
    return passed


def settle(*, now: datetime) -> None:
    """Move each mark up to the last event before which nothing waits or can still come."""
    for source in register.sources.values():
        waiting = _untold(source).order_by("pk").values_list("pk", flat=True).first()
        old = source.rows().filter(at__lt=now - SETTLED_AFTER)
        if waiting is not None:
            old = old.filter(pk__lt=waiting)
        settled = old.order_by("-pk").values_list("pk", flat=True).first()
        if settled is not None:
            _move_mark(source, settled)


@again_on_conflict
def _move_mark(source: Source, settled: int) -> None:
    with transaction.atomic():
        Progress.objects.get_or_create(source=source.name)
        Progress.objects.filter(source=source.name, settled__lt=settled).update(settled=settled)
        Telling.objects.filter(source=source.name, number__lte=settled).delete()


def _untold(source: Source) -> QuerySet[Any]:
    """What is to be told, now or after a pause; not what was given up."""
    mark = Progress.objects.filter(source=source.name).values_list("settled", flat=True).first()
    told = Telling.objects.filter(source=source.name, number=OuterRef("pk"))
    given_up = _failures(source).filter(number=OuterRef("pk"), next_at=None)
    return source.rows().filter(~Exists(told), ~Exists(given_up), pk__gt=mark or 0)


def _due(source: Source, now: datetime) -> QuerySet[Any]:
    pausing = _failures(source).filter(number=OuterRef("pk"), next_at__gt=now)
    due = _untold(source).filter(~Exists(pausing))
    return due.exclude(source.resting(now)) if source.resting else due


def _failures(source: Source) -> QuerySet[FailedTelling]:
    return FailedTelling.objects.filter(source=source.name)


def _tell_source(source: Source, now: datetime) -> int:
    waiting = _due(source, now).order_by("pk").values_list("batch", flat=True)[:MOST_AT_ONCE]
    batches = dict.fromkeys(waiting)
    return sum(_tell_batch(source, batch, now) for batch in batches)


@again_on_conflict
def _tell_batch(source: Source, batch: Any, now: datetime) -> int:
    """Tell of one batch, all of which was committed at once; none if another was first."""
    rows = list(_due(source, now).filter(batch=batch).order_by("pk"))
    numbers = [row.pk for row in rows]
    try:
        with transaction.atomic():
            _mark(source, numbers, now)
            for letter in source.write(rows) if rows else []:
                queue(letter, now=now)
            _failures(source).filter(number__in=numbers).delete()
    except IntegrityError as error:
        # Mostly another worker was first; then none of them waits any more.
        if _untold(source).filter(pk__in=numbers).exists():
            _note_failure(source, numbers, error, now)
        return 0
    except Exception as error:  # one that cannot be told keeps back no other
        if trouble_of(error) is not None:
            raise
        _note_failure(source, numbers, error, now)
        return 0
    return len(rows)


@again_on_conflict
def _note_failure(source: Source, numbers: Sequence[int], error: Exception, now: datetime) -> None:
    """Count the try; after the last one the event counts as told, with its error."""
    told = f"{type(error).__name__}: {error}"[:LONGEST_ERROR]
    with transaction.atomic():
        for number in numbers:
            failure, _made = FailedTelling.objects.select_for_update().get_or_create(
                source=source.name, number=number, defaults={"last_at": now}
            )
            pause = FIRST_PAUSE * 2**failure.tries
            failure.tries += 1
            failure.next_at = now + pause if failure.tries < MOST_TRIES else None
            failure.last_at, failure.error = now, told
            failure.save()
            end = "tried again later" if failure.next_at else "given up"
            logger.error(
                "%s %s cannot be told (try %d), %s.",
                source.name, number, failure.tries, end,
                exc_info=error,
            )  # fmt: skip


def _mark(source: Source, numbers: Sequence[int], now: datetime) -> None:
    Telling.objects.bulk_create(
        Telling(source=source.name, number=number, at=now) for number in numbers
    )
