"""The times of the week for which a student waits: what is wrong with them, and which are one."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from visavis.bookings.waitlist_models import ALL_DAY, EVERY_DAY, DayTimes
from visavis.communities.models import Community

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why a row of times can hold no meeting: the row's number, its field, and a sentence."""

    row: int
    field: str
    sentence: str


def find_flaws(
    community: Community,
    rows: Sequence[DayTimes],
    *,
    minutes: int,
    first: date | None,
    last: date | None,
    now: datetime,
) -> tuple[Flaw, ...]:
    """What is wrong with each row for a meeting of so many minutes between two local dates.

    A day that is over comes to nobody any more. Where the dates are missing or the wrong way
    round, any day of the week may come. `now` is aware.
    """
    today = now.astimezone(community.zone).date()
    first = max(first, today) if first else None
    coming = _coming_days(first, last)
    found = []
    for number, row in enumerate(rows):
        if not set(row.weekdays) <= set(EVERY_DAY) or not row.weekdays:
            found.append(Flaw(number, "weekdays", _("Choose at least one day of the week.")))
        elif not coming & set(row.weekdays):
            text = _("None of these days of the week comes between the first day and the last.")
            found.append(Flaw(number, "weekdays", text))
        if not 0 <= row.begin < row.end <= ALL_DAY or row.end - row.begin < minutes:
            text = _("Between these times there is no room for {minutes} minutes.")
            found.append(Flaw(number, "end", text.format(minutes=minutes)))
    return tuple(found)


def _coming_days(first: date | None, last: date | None) -> set[int]:
    if first is None or last is None or last < first:
        return set(EVERY_DAY)
    return {(first + number * DAY).weekday() for number in range(min(7, (last - first).days + 1))}


def find_day_flaw(
    community: Community, first: date, last: date, *, now: datetime
) -> tuple[str, str] | None:
    """Why no meeting can be waited for between two local dates: which one, and a sentence."""
    today = now.astimezone(community.zone).date()
    if last < first:
        return "last", _("The last day is before the first.")
    if last < today:
        return "last", _("These days are over.")
    if first > today + timedelta(weeks=community.weeks_ahead):
        return "first", _("These days lie further ahead than can be booked.")
    return None


def united(rows: Sequence[DayTimes]) -> list[DayTimes]:
    """The same times said once: those that touch or overlap on a day are one.

    Days with the same times share a row, so there may be more rows than before, or fewer.
    """
    of_day: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for row in sorted(rows, key=lambda one: one.begin):
        for day in set(row.weekdays):
            spans = of_day[day]
            if spans and row.begin <= spans[-1][1]:
                spans[-1] = (spans[-1][0], max(spans[-1][1], row.end))
            else:
                spans.append((row.begin, row.end))
    days: dict[tuple[int, int], list[int]] = defaultdict(list)
    for day in sorted(of_day):
        for span in of_day[day]:
            days[span].append(day)
    return [DayTimes(tuple(who), *span) for span, who in days.items()]
