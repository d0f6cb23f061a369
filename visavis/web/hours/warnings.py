"""What is odd about weekly hours, in sentences: nothing here keeps anybody from saving them."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from visavis.availability.models import Location, WeeklyBlock
from visavis.catalogue.models import AppointmentFormat
from visavis.people.enums import HourCycle
from visavis.people.times import date_in_words, duration_in_words
from visavis.web.hours.words import DAY, clock_in_words

SOON = timedelta(days=14)
Range = tuple[int, int]


@dataclass(frozen=True)
class Around:
    """What hours are judged by: what the provider may give, and what the community has."""

    services: frozenset[int]
    formats: Sequence[AppointmentFormat]
    places: Sequence[Location]
    today: date
    cycle: HourCycle


def warnings_of(block: WeeklyBlock, blocks: Sequence[WeeklyBlock], around: Around) -> list[str]:
    """Everything odd about the block, the worst first; other blocks may make up for it."""
    found = [
        *_for_nobody(block, around),
        *_dates(block, around),
        *_too_short(block, blocks, around),
        *_outside_places(block, around),
    ]
    return list(found)


def _for_nobody(block: WeeklyBlock, around: Around) -> Iterator[str]:
    """Hours in which nothing can be booked, whatever the day."""
    if not block.any_service:
        named = {service.pk for service in block.services.all()}
        if not named & around.services:
            yield _("Nobody can book here: none of what these hours are for may be given.")
            return
    formats = {format_.pk for format_ in around.formats}
    places = {place.pk for place in around.places}
    if not (_named(block, "format") is None or _named(block, "format") & formats):  # type: ignore[operator]
        yield _("Nobody can book here: there is no such meeting any more.")
    elif not (_named(block, "location") is None or _named(block, "location") & places):  # type: ignore[operator]
        yield _("Nobody can book here: there is no such place any more.")


def _named(block: WeeklyBlock, group: str) -> set[int] | None:
    """What the block is only for; None is anything."""
    if getattr(block, f"any_{group}"):
        return None
    return {one.pk for one in getattr(block, f"{group}s").all()}


def _dates(block: WeeklyBlock, around: Around) -> Iterator[str]:
    last = block.valid_until
    if last is None:
        return
    day = date_in_words(last, today=around.today)
    if last < around.today:
        yield _("These hours are over since %(day)s.") % {"day": day}
    elif last <= around.today + SOON:
        yield _("These hours end soon, after %(day)s.") % {"day": day}


def _too_short(block: WeeklyBlock, blocks: Sequence[WeeklyBlock], around: Around) -> Iterator[str]:
    named = _named(block, "format")
    minutes = [one.minutes for one in around.formats if named is None or one.pk in named]
    length = block.end_minute - block.start_minute
    if not minutes or length >= min(minutes) or any(_touch(block, one) for one in blocks):
        return
    yield _("Too short: the shortest meeting takes %(length)s.") % {
        "length": duration_in_words(min(minutes))
    }


def _touch(block: WeeklyBlock, other: WeeklyBlock) -> bool:
    """Whether two blocks of one day make one stretch; across midnight this is not looked at."""
    return (
        block.pk != other.pk
        and block.weekday == other.weekday
        and block.start_minute <= other.end_minute
        and other.start_minute <= block.end_minute
    )


def _outside_places(block: WeeklyBlock, around: Around) -> Iterator[str]:
    named = _named(block, "location")
    places = [place for place in around.places if named is None or place.pk in named]
    if not places or any(not place.hours for place in places):
        return
    begin = block.weekday * DAY
    wanted = (begin + block.start_minute, begin + block.end_minute)
    gaps = gaps_in(wanted, list(_opening(places)))
    if not gaps:
        return
    start, end = gaps[0][0] - begin, gaps[0][1] - begin
    closed = clock_in_words(start % DAY, start % DAY + end - start, cycle=around.cycle)
    if len(places) == 1:
        yield _("%(place)s is closed %(times)s.") % {"place": places[0], "times": closed}
    else:
        yield _("All their places are closed %(times)s.") % {"times": closed}


def _opening(places: Collection[Location]) -> Iterator[Range]:
    """When any of the places is open, in minutes of the week, this one and the next."""
    for place in places:
        for weekday, start, end in place.hours:
            for week in (0, 7 * DAY):
                yield week + weekday * DAY + start, week + weekday * DAY + end


def gaps_in(wanted: Range, covered: Sequence[Range]) -> list[Range]:
    """The parts of one range that the others leave out, in order."""
    gaps, at = [], wanted[0]
    for start, end in sorted(covered):
        if end <= at or start >= wanted[1]:
            continue
        if start > at:
            gaps.append((at, start))
        at = max(at, end)
    if at < wanted[1]:
        gaps.append((at, wanted[1]))
    return gaps
