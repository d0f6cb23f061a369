"""Time zones as calendar files tell them: by a yearly rule, the one form that every program reads.

Outlook takes a zone's yearly rules and passes over lists of dates, so a list would leave it an hour
out after the next change of the clocks.
"""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# So many years must follow one rule for it to be told; a zone that does not is told date by date.
YEARS = 8
A_YEARS_CHANGES = 2


@dataclass(frozen=True, slots=True)
class Change:
    """The clocks go from one offset to another; `wall` is what they show at that instant."""

    wall: datetime
    before: timedelta
    after: timedelta
    name: str


@lru_cache(maxsize=64)
def zone_component(zone: ZoneInfo, year: int) -> Timezone:
    """The zone as VTIMEZONE, right for what happens in `year` and in the years after it."""
    changes = list(_changes(zone, year - 1, year + YEARS))
    component = Timezone()
    component.add("tzid", zone.key)
    if not changes:
        component.add_component(_without_changes(zone, year))
        return component
    spring, autumn = changes[::2], changes[1::2]
    is_regular = len(changes) == A_YEARS_CHANGES * (YEARS + 1)
    rules = [_rule_of(spring), _rule_of(autumn)] if is_regular else [None]
    if None in rules:
        return Timezone.from_tzinfo(
            zone, first_date=date(year - 1, 1, 1), last_date=date(year + YEARS, 1, 1)
        )
    for half, rule in zip((spring, autumn), rules, strict=True):
        component.add_component(_part(half[0], rule))
    return component


def _changes(zone: ZoneInfo, first: int, last: int) -> Iterator[Change]:
    """Every change of the clocks from the beginning of one year to the end of another."""
    instant, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last, 1, 1, tzinfo=UTC)
    offset = _offset(zone, instant)
    while instant < end:
        later = instant + DAY
        if _offset(zone, later) != offset:
            moment = _moment_of_change(zone, instant, later)
            after = _offset(zone, moment)
            name = moment.astimezone(zone).tzname() or zone.key
            yield Change((moment + offset).replace(tzinfo=None), offset, after, name)
            offset = after
        instant = later


def _moment_of_change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first minute with the new offset."""
    offset, minute = _offset(zone, before), timedelta(minutes=1)
    while after - before > minute:
        middle = before + (after - before) // (2 * minute) * minute
        if _offset(zone, middle) == offset:
            before = middle
        else:
            after = middle
    return after


def _offset(zone: ZoneInfo, instant: datetime) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta()


def _rule_of(changes: Sequence[Change]) -> dict[str, object] | None:
    """“The second Sunday of March”, if that is when all of these were, at one time of day."""
    if len({(one.wall.month, one.wall.weekday(), one.wall.time()) for one in changes}) > 1:
        return None
    first = changes[0].wall
    numbers = {(one.wall.day - 1) // 7 + 1 for one in changes}
    if all(_is_last(one.wall) for one in changes):
        number = -1
    elif len(numbers) == 1:
        number = numbers.pop()
    else:
        return None
    day = f"{number}{DAYS[first.weekday()]}"
    return {"freq": "yearly", "bymonth": first.month, "byday": day}


def _is_last(wall: datetime) -> bool:
    return wall.day + 7 > monthrange(wall.year, wall.month)[1]


def _part(change: Change, rule: dict[str, object] | None) -> TimezoneStandard | TimezoneDaylight:
    part = TimezoneDaylight() if change.after > change.before else TimezoneStandard()
    part.add("dtstart", change.wall)
    if rule:
        part.add("rrule", rule)
    part.add("tzname", change.name)
    part.add("tzoffsetfrom", change.before)
    part.add("tzoffsetto", change.after)
    return part


def _without_changes(zone: ZoneInfo, year: int) -> TimezoneStandard | TimezoneDaylight:
    now = datetime(year, 1, 1, tzinfo=UTC)
    offset = _offset(zone, now)
    name = now.astimezone(zone).tzname() or zone.key
    return _part(Change(datetime(1970, 1, 1), offset, offset, name), None)  # noqa: DTZ001  (local)
