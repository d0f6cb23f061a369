"""Hours in words: “Monday, 9:00 AM–12:00 PM”. Minutes are wall-clock minutes after midnight."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from visavis.availability.enums import Weekday
from visavis.availability.models import Admission, DatedChange, WeeklyBlock
from visavis.core import clock
from visavis.people.enums import HourCycle
from visavis.people.times import weekday_rank
from visavis.web.ui.times import date_in_words, time_in_words, times_in_words

DAY = 24 * 60
ANY_DAY = datetime(2024, 1, 1, tzinfo=UTC)
ZONE = ZoneInfo("UTC")


def clock_in_words(start: int, end: int, *, cycle: HourCycle) -> str:
    """“9:00–11:30 AM”, “8:00 PM until midnight”, “10:00 PM–2:00 AM the next day”, “all day”."""
    if end - start == DAY and start == 0:
        return _("all day")
    first, last = _instant(start), _instant(end)
    if end == DAY:
        return _("%(start)s until midnight") % {"start": _time(first, cycle)}
    if end > DAY:
        times = f"{_time(first, cycle)}–{_time(last, cycle)}"
        return _("%(times)s the next day") % {"times": times}
    return times_in_words(first, last, zone=ZONE, cycle=cycle)


def clock_in_short(minute: int, *, cycle: HourCycle) -> str:
    """“9:30”: where a clock beside it shows the half of the day."""
    hour, rest = divmod(minute % DAY, 60)
    return f"{hour if cycle == HourCycle.TWENTY_FOUR else hour % 12 or 12}:{rest:02}"


def range_in_short(start: int, end: int, *, cycle: HourCycle) -> str:
    """“9:00–5:00”."""
    return f"{clock_in_short(start, cycle=cycle)}–{clock_in_short(end, cycle=cycle)}"


def _time(instant: datetime, cycle: HourCycle) -> str:
    return time_in_words(instant, zone=ZONE, cycle=cycle)


def _instant(minute: int) -> datetime:
    return ANY_DAY + timedelta(minutes=minute)


def weekdays_from(zone: ZoneInfo) -> list[tuple[int, str]]:
    """The days of the week as choices, from the first one by the habit of the zone's country."""
    days = sorted(Weekday, key=lambda day: weekday_rank(day.value, zone))
    return [(day.value, str(day.label)) for day in days]


def block_in_words(block: WeeklyBlock, *, cycle: HourCycle) -> str:
    """“Monday, 9:00–11:30 AM”."""
    times = clock_in_words(block.start_minute, block.end_minute, cycle=cycle)
    return f"{Weekday(block.weekday).label}, {times}"


def change_in_words(change: DatedChange, *, cycle: HourCycle) -> str:
    """“Away Tuesday 4 March – Friday 7 March, all day”."""
    days = days_in_words(change.first, change.last)
    times = clock_in_words(change.start_minute, change.end_minute, cycle=cycle)
    return f"{change.get_kind_display()} {days}, {times}"


def days_in_words(first: date, last: date) -> str:
    """One day, or the first and the last."""
    start = _day(first)
    return start if first == last else f"{start} – {_day(last)}"


def _day(day: date) -> str:
    return date_in_words(day, today=clock.now().date())


def admits_in_words(row: Admission) -> str:
    """What the hours are for; empty when anything is. Reads the prefetched lists only."""
    parts = []
    for is_any, things in (
        (row.any_service, list(row.services.all())),
        (row.any_format, list(row.formats.all())),
        (row.any_location, list(row.locations.all())),
    ):
        if not is_any:
            parts.append(_listed([str(thing) for thing in things]))
    return " · ".join(parts)


def _listed(names: Sequence[str], most: int = 3) -> str:
    if not names:
        return _("nothing that is here now")
    more = len(names) - most
    shown = ", ".join(names[:most])
    return (
        _("%(names)s and %(count)d more") % {"names": shown, "count": more} if more > 0 else shown
    )
