"""Groups that have seats left, as the engine sees them."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.db.models import QuerySet

from visavis.bookings.seats import joinable_appointments
from visavis.catalogue.models import AppointmentFormat
from visavis.engine import world as engine
from visavis.engine.masks import minutes_to_ticks
from visavis.engine.window import Window
from visavis.people.models import Provider, User

MINUTE = timedelta(minutes=1)
AtProvider = Mapping[int, Mapping[int, engine.Joinable]]
"""What may be joined, by provider and tick."""


def find_joinables(
    format_: AppointmentFormat,
    providers: Callable[[], QuerySet[Provider]],
    window: Window,
    *,
    now: datetime,
    student: User | None = None,
    left: int | None = None,
) -> Mapping[int, AtProvider]:
    """Appointments that may be joined at `now`, by service, provider and tick.

    A seat that is held for `student` is left to them. `left` is one by its id whose own seat is
    given up: it is not joined. `providers` makes the query of those whose they may be. Never kept:
    whether a seat is left can change with any second.
    """
    found: dict[int, dict[int, dict[int, engine.Joinable]]] = defaultdict(lambda: defaultdict(dict))
    if not format_.is_group:
        return found
    groups = joinable_appointments(format_, providers().order_by(), now, student=student)
    rows = groups.filter(start__gte=window.start, start__lt=window.end)
    for row in rows:
        if row.pk == left:
            continue
        length = minutes_to_ticks(round((row.end - row.start) / MINUTE))
        found[row.service_id][row.provider_id][window.tick(row.start)] = engine.Joinable(
            place=row.location_id,
            seats_left=row.capacity - row.taken_seats,
            ticks=length,
            seats=row.capacity,
        )
    return found
