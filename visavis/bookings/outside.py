"""When people's calendars of other programs say that they are busy, as ticks. Reads only."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from visavis.availability.models import OutsideBusy
from visavis.bookings.taken import TakenTime
from visavis.core.epochs import Epoch
from visavis.core.prepared import Blank, prepared
from visavis.engine import world as engine
from visavis.engine.masks import Mask
from visavis.engine.window import Window

EDGES = ("first", "last")
COLUMNS = ("person_id", Epoch("start"), Epoch("end"))


def read_outside(people: Sequence[int] | None, windows: Sequence[Window]) -> list[dict[int, Mask]]:
    """For each window the busy ticks by user id, rounded outwards; who has none is left out.

    `people` are ids, or None for everybody. One query serves all windows.
    """
    spans: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for person, start, end in _rows(people, windows):
        spans[person].append((start, end))
    return [
        {person: _mask(window, theirs) for person, theirs in spans.items()} for window in windows
    ]


def and_outside(taken: TakenTime, busy: Mask) -> TakenTime:
    """The taken time with these ticks, at which an outside calendar says busy, as well."""
    if not busy:
        return taken
    return TakenTime(taken.masks.and_outside(busy), taken.used, taken.validity)


def _mask(window: Window, spans: Iterable[tuple[int, int]]) -> Mask:
    return engine.masks_from_epochs(window, (), spans).widened


def _rows(people: Sequence[int] | None, windows: Sequence[Window]) -> Iterable[tuple[Any, ...]]:
    first = min(window.start for window in windows)
    last = max(window.end for window in windows)
    edges = dict(zip(EDGES, (first, last), strict=True))
    # Every booking and every new week ask these two: they are written once.
    if people is None:
        return prepared("outside busy", _of_everybody).rows(**edges)
    if len(people) == 1:
        return prepared("outside busy of one", _of_one).rows(person=people[0], **edges)
    return _between(first, last).filter(person_id__in=people).values_list(*COLUMNS)


def _of_everybody() -> QuerySet[Any, Any]:
    return _between(*map(Blank, EDGES)).values_list(*COLUMNS)


def _of_one() -> QuerySet[Any, Any]:
    return _of_everybody().filter(person_id=Blank("person"))


def _between(first: datetime | Blank, last: datetime | Blank) -> QuerySet[OutsideBusy]:
    return OutsideBusy.objects.filter(start__lt=last, end__gt=first).order_by()
