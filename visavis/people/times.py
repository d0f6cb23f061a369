"""How instants, dates and durations are written for people. Pure: zone and habit are arguments."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as format_date_pattern
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from visavis.people.enums import HourCycle

# Regions whose people read 2:30 PM (CLDR's preferred hour formats, the larger school countries).
# fmt: off
TWELVE_HOUR_REGIONS = frozenset({
    "US", "CA", "AU", "NZ", "IN", "PK", "BD", "PH", "MY", "SG", "HK", "EG", "SA", "AE", "JO",
    "KW", "QA", "OM", "CO", "DO", "PR", "VE", "NI", "HN", "SV", "GT", "JM", "BS", "BB",
})
# fmt: on
# Regions whose weeks are drawn from Sunday on (CLDR's first days, the larger school countries).
# fmt: off
SUNDAY_FIRST_REGIONS = frozenset({
    "US", "CA", "MX", "BR", "CO", "PE", "VE", "DO", "GT", "HN", "SV", "NI", "PR", "JM", "JP", "KR",
    "TW", "HK", "PH", "TH", "SG", "ID", "IN", "PK", "BD", "IL", "SA", "ZA", "KE",
})
# fmt: on
DATE = "l j F"
DATE_WITH_YEAR = "l j F Y"


def find_hour_cycle(choice: str, accept_language: str) -> HourCycle:
    """The habit a person chose, else their browser's region's; nobody's region reads 12 hours."""
    if choice in (HourCycle.TWELVE, HourCycle.TWENTY_FOUR):
        return HourCycle(choice)
    first = accept_language.split(",", maxsplit=1)[0].split(";", maxsplit=1)[0].strip()
    language, _separator, rest = first.replace("_", "-").partition("-")
    regions = [part.upper() for part in rest.split("-") if len(part) == len("US")]
    if regions:
        is_twelve = regions[0] in TWELVE_HOUR_REGIONS
    else:
        is_twelve = language.lower() in ("", "*", "en", "hi", "ar")
    return HourCycle.TWELVE if is_twelve else HourCycle.TWENTY_FOUR


def habit_in_zone(zone: ZoneInfo) -> HourCycle:
    """The habit of the country in which the zone lies: for a mail, which no browser asks for."""
    is_twelve = _countries().get(zone.key, "") in TWELVE_HOUR_REGIONS
    return HourCycle.TWELVE if is_twelve else HourCycle.TWENTY_FOUR


def first_weekday_in_zone(zone: ZoneInfo) -> int:
    """The weekday with which a week begins in the zone's country: 0 is Monday, 6 Sunday."""
    return 6 if _countries().get(zone.key, "") in SUNDAY_FIRST_REGIONS else 0


def week_of(day: date, zone: ZoneInfo) -> date:
    """The first day of the week that holds `day`, by the habit of the zone's country."""
    return day - timedelta(days=(day.weekday() - first_weekday_in_zone(zone)) % 7)


def weekday_rank(weekday: int, zone: ZoneInfo) -> int:
    """Where a weekday (0 is Monday) stands in the weeks of the zone's country, from 0."""
    return (weekday - first_weekday_in_zone(zone)) % 7


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    """Zone → country's two letters, from the table that comes with the zones."""
    table = files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    return {row[2]: row[0] for row in rows}


def date_in_words(day: date, *, today: date | None = None) -> str:
    """“Tuesday 4 March”, with the year when `today` is given and lies in another one."""
    with_year = today is not None and day.year != today.year
    return _date_by(DATE_WITH_YEAR if with_year else DATE, day, get_language())


def last_day_before(instant: datetime, zone: ZoneInfo) -> date | None:
    """The day that ends at this instant, where it is midnight in `zone`; nobody says “12:00 AM”."""
    local = instant.astimezone(zone)
    is_midnight = (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0)
    return local.date() - timedelta(days=1) if is_midnight else None


def end_of_day_in_words(day: date, *, today: date | None = None) -> str:
    """“the end of Tuesday 4 March”, after “until”."""
    return _("the end of %(day)s") % {"day": date_in_words(day, today=today)}


def weekday_in_short(day: date) -> str:
    """“Tue”."""
    return _date_by("D", day, get_language())


@lru_cache(maxsize=2048)
def _date_by(pattern: str, day: date, _language: str | None) -> str:
    # A page of times names the same few days again and again.
    return format_date_pattern(day, pattern)


def time_in_words(instant: datetime, *, zone: ZoneInfo, cycle: HourCycle) -> str:
    """“9:00 AM” or “9:00” in `zone`; in a repeated hour with the zone's letters: “1:30 AM EDT”."""
    local = instant.astimezone(zone)
    return _hour(local, cycle) + _half_of_day(local, cycle) + _repeated(local)


def rhythm_in_words(start: datetime, *, zone: ZoneInfo, cycle: HourCycle) -> str:
    """“every Tuesday, 10:00 AM”: a weekly meeting that began at `start`."""
    day = _date_by("l", start.astimezone(zone).date(), get_language())
    time = time_in_words(start, zone=zone, cycle=cycle)
    return _("every %(day)s, %(time)s") % {"day": day, "time": time}


def times_in_words(start: datetime, end: datetime, *, zone: ZoneInfo, cycle: HourCycle) -> str:
    """“9:00–9:30 AM”; the half of the day is named once when both ends share it."""
    first, last = start.astimezone(zone), end.astimezone(zone)
    same_half = (first.hour < 12) == (last.hour < 12) and first.date() == last.date()  # noqa: PLR2004  (noon)
    if same_half and not (_repeated(first) or _repeated(last)):
        return f"{_hour(first, cycle)}–{_hour(last, cycle)}{_half_of_day(last, cycle)}"
    begin = time_in_words(start, zone=zone, cycle=cycle)
    return f"{begin}–{time_in_words(end, zone=zone, cycle=cycle)}"


def moment_in_words(
    start: datetime,
    end: datetime | None = None,
    *,
    zone: ZoneInfo,
    cycle: HourCycle,
    today: date | None = None,
) -> str:
    """“Tuesday 4 March, 9:00–9:30” in `zone`, without the zone's name. A night names both days."""
    first = date_in_words(start.astimezone(zone).date(), today=today)
    if end is None:
        return f"{first}, {time_in_words(start, zone=zone, cycle=cycle)}"
    if _ends_another_day(start, end, zone):
        last = moment_in_words(end, zone=zone, cycle=cycle, today=today)
        return f"{first}, {time_in_words(start, zone=zone, cycle=cycle)} – {last}"
    return f"{first}, {times_in_words(start, end, zone=zone, cycle=cycle)}"


def duration_in_words(length: timedelta | int) -> str:
    """“1 hour 30 minutes”; a bare number means minutes."""
    minutes = length if isinstance(length, int) else int(length.total_seconds() // 60)
    hours, rest = divmod(minutes, 60)
    words = []
    if hours:
        words.append(ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours})
    if rest or not hours:
        words.append(ngettext("%(count)d minute", "%(count)d minutes", rest) % {"count": rest})
    return " ".join(words)


def shows_same_clock(start: datetime, *, zone: ZoneInfo, other: ZoneInfo) -> bool:
    """Whether clocks in both zones read alike at this instant, so that naming one is enough."""
    return start.astimezone(zone).utcoffset() == start.astimezone(other).utcoffset()


def _hour(local: datetime, cycle: HourCycle) -> str:
    hour = local.hour if cycle == HourCycle.TWENTY_FOUR else (local.hour % 12 or 12)
    return f"{hour}:{local.minute:02}"


def _half_of_day(local: datetime, cycle: HourCycle) -> str:
    if cycle == HourCycle.TWENTY_FOUR:
        return ""
    return " " + (_("AM") if local.hour < 12 else _("PM"))  # noqa: PLR2004  (noon)


def _repeated(local: datetime) -> str:
    """The zone's letters when this wall time comes twice that night, else nothing."""
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f" {local.tzname()}" if twice else ""


def _ends_another_day(start: datetime, end: datetime, zone: ZoneInfo) -> bool:
    # A meeting until midnight still belongs to its own day.
    last_moment = (end - timedelta(microseconds=1)).astimezone(zone)
    return last_moment.date() != start.astimezone(zone).date()
