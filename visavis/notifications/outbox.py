"""The outbox: each event that was written with a change becomes messages, once.

Which events are told is kept event by event (`Telling`), not as a place in a row of numbers: on
PostgreSQL a transaction that began earlier may commit later, and its event then lies behind others
that are told already. A mark (`Progress`) moves up behind what can no longer change, so that the
search for news stays short.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet

from visavis.notifications.actions import queue
from visavis.notifications.letters import Source, register
from visavis.notifications.models import Progress, Telling

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 200
# No transaction stays open as long as this: what is older and not there will not come.
SETTLED_AFTER = timedelta(days=1)


def has_news() -> bool:
    """Whether any event waits to be told."""
    return any(_untold(source).exists() for source in register.sources.values())


def tell_all(*, now: datetime) -> int:
    """Turn every event that waits into messages, oldest first; how many events were told.

    Safe against any number of others that do the same, and against being killed: what belongs to
    one batch is told in one transaction, with the rows that say so.
    """
    return sum(_tell_source(source, now) for source in register.sources.values())


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


def _move_mark(source: Source, settled: int) -> None:
    with transaction.atomic():
        Progress.objects.get_or_create(source=source.name)
        Progress.objects.filter(source=source.name, settled__lt=settled).update(settled=settled)
        Telling.objects.filter(source=source.name, number__lte=settled).delete()


def _untold(source: Source) -> QuerySet[Any]:
    mark = Progress.objects.filter(source=source.name).values_list("settled", flat=True).first()
    told = Telling.objects.filter(source=source.name, number=OuterRef("pk"))
    return source.rows().filter(~Exists(told), pk__gt=mark or 0)


def _tell_source(source: Source, now: datetime) -> int:
    waiting = _untold(source).order_by("pk").values_list("batch", flat=True)[:MOST_AT_ONCE]
    batches = dict.fromkeys(waiting)
    return sum(_tell_batch(source, batch, now) for batch in batches)


def _tell_batch(source: Source, batch: Any, now: datetime) -> int:
    """Tell of one batch, all of which was committed at once; none if another was first."""
    rows = list(_untold(source).filter(batch=batch).order_by("pk"))
    try:
        with transaction.atomic():
            _mark(source, [row.pk for row in rows], now)
            for letter in source.write(rows) if rows else []:
                queue(letter, now=now)
    except IntegrityError:
        # Another worker tells of it; should it not, the rows are found again.
        return 0
    except Exception:  # one event that cannot be told must not keep back all others
        logger.exception("%s %s cannot be told.", source.name, [row.pk for row in rows])
        return 0
    return len(rows)


def _mark(source: Source, numbers: Sequence[int], now: datetime) -> None:
    Telling.objects.bulk_create(
        Telling(source=source.name, number=number, at=now) for number in numbers
    )
