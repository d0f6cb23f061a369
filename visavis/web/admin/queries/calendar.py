"""The whole centre's day or week: who meets whom, row by row and day by day."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from visavis.bookings.enums import SEATED
from visavis.bookings.models import Booking
from visavis.bookings.queries import WITH_ALL
from visavis.bookings.states import unexpired
from visavis.communities.models import Community
from visavis.engine.zones import midnight

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """Somebody, or a place, with the seats given away on each of the days."""

    subject: Any
    days: list[tuple[date, list[Booking]]]


def next_day(community: Community, *, now: datetime) -> date | None:
    """The local date of the next meeting that is not over; a week in which none is left is past."""
    coming = Booking.objects.filter(
        unexpired(now),
        appointment__community=community,
        appointment__end__gt=now,
        state__in=SEATED,
    )
    start = coming.order_by("appointment__start").values_list("appointment__start", flat=True)
    found = start.first()
    return found.astimezone(community.zone).date() if found else None


def calendar_rows(
    community: Community, subjects: Iterable[Any], days: Sequence[date], *, by: str, now: datetime
) -> list[CalendarRow]:
    """The seats of these people's or places' (`by`) meetings on local days: one query."""
    subjects = list(subjects)
    bookings = Booking.objects.filter(
        unexpired(now),
        appointment__community=community,
        appointment__start__gte=midnight(days[0], community.zone),
        appointment__start__lt=midnight(days[-1] + DAY, community.zone),
        state__in=SEATED,
        **{f"appointment__{by}__in": [one.pk for one in subjects]},
    )
    found = defaultdict[tuple[int, date], list[Booking]](list)
    ordered = bookings.select_related("student", *WITH_ALL).order_by("appointment__start", "seat")
    for booking in ordered:
        meeting = booking.appointment
        day = meeting.start.astimezone(community.zone).date()
        found[getattr(meeting, f"{by}_id"), day].append(booking)
    return [
        CalendarRow(one, [(day, found.get((one.pk, day), [])) for day in days]) for one in subjects
    ]
