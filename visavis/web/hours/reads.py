"""What the hours page shows: rows in words, which blocks meet, and how much can be booked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from visavis.availability.models import DatedChange, WeeklyBlock
from visavis.availability.queries import locations_of
from visavis.bookings.openings import Question, ask
from visavis.catalogue.models import AppointmentFormat, Service
from visavis.catalogue.queries import coverage, formats_of
from visavis.core.text import fold
from visavis.people.enums import HourCycle
from visavis.people.models import Provider
from visavis.people.times import week_of, weekday_rank
from visavis.web.hours.warnings import Around, warnings_of
from visavis.web.hours.words import (
    admits_in_words,
    block_in_words,
    clock_in_words,
    days_in_words,
)

WEEK = 7 * 24 * 60
LOOK_AHEAD_DAYS = 14


@dataclass(frozen=True, slots=True)
class BlockRow:
    """A weekly block in words; `overlaps` names the other block that it meets."""

    block: WeeklyBlock
    times: str
    admits: str
    dates: str
    overlaps: str
    warnings: list[str]


@dataclass(frozen=True, slots=True)
class ChangeRow:
    change: DatedChange
    days: str
    times: str
    admits: str


@dataclass(frozen=True, slots=True)
class Bookable:
    """How many starts students can book of one format, in a fortnight and in the next week."""

    format: AppointmentFormat
    starts: int
    next_week: int


def block_rows(
    provider: Provider,
    blocks: Sequence[WeeklyBlock],
    services: Sequence[Service],
    *,
    today: date,
    cycle: HourCycle,
) -> list[BlockRow]:
    """The weekly hours from the week's first day on, with what is odd about each."""
    zone = provider.community.zone
    around = Around(
        frozenset(service.pk for service in services),
        list(formats_of(provider.community)),
        list(locations_of(provider.community)),
        today,
        cycle,
    )
    return [
        BlockRow(
            block,
            clock_in_words(block.start_minute, block.end_minute, cycle=cycle),
            admits_in_words(block),
            _dates(block),
            overlap_in_words(block, blocks, cycle=cycle),
            warnings_of(block, blocks, around),
        )
        for block in sorted(blocks, key=lambda row: weekday_rank(row.weekday, zone))
    ]


def change_rows(
    changes: Sequence[DatedChange], *, today: date, cycle: HourCycle
) -> list[ChangeRow]:
    """The dated changes that are not over on `today`."""
    return [
        ChangeRow(
            change,
            days_in_words(change.first, change.last),
            clock_in_words(change.start_minute, change.end_minute, cycle=cycle),
            admits_in_words(change),
        )
        for change in changes
        if change.last >= today
    ]


def overlap_in_words(block: WeeklyBlock, blocks: Sequence[WeeklyBlock], *, cycle: HourCycle) -> str:
    """The first other block that this one overlaps, or an empty string."""
    for other in blocks:
        if other.pk != block.pk and _overlap(block, other):
            return block_in_words(other, cycle=cycle)
    return ""


def _overlap(one: WeeklyBlock, other: WeeklyBlock) -> bool:
    if one.valid_until and other.valid_from and one.valid_until < other.valid_from:
        return False
    if other.valid_until and one.valid_from and other.valid_until < one.valid_from:
        return False
    start, end = _in_week(one)
    return any(
        start < theirs[1] + shift and theirs[0] + shift < end
        for theirs in [_in_week(other)]
        for shift in (-WEEK, 0, WEEK)
    )


def _in_week(block: WeeklyBlock) -> tuple[int, int]:
    begin = block.weekday * 24 * 60
    return begin + block.start_minute, begin + block.end_minute


def _dates(block: WeeklyBlock) -> str:
    if block.valid_from and block.valid_until:
        return days_in_words(block.valid_from, block.valid_until)
    if block.valid_from:
        day = days_in_words(block.valid_from, block.valid_from)
        return _("from %(day)s") % {"day": day}
    if block.valid_until:
        day = days_in_words(block.valid_until, block.valid_until)
        return _("until %(day)s") % {"day": day}
    return ""


def bookable(
    provider: Provider,
    rows: Sequence[WeeklyBlock | DatedChange],
    services: Sequence[Service],
    *,
    now: datetime,
) -> list[Bookable]:
    """How many starts of each format can be booked in the next two weeks, whatever the service.

    `rows` are all hours of the provider, `services` what they may give.
    """
    services = _telling_services(rows, services)
    found = []
    for format_ in formats_of(provider.community):
        starts: set[datetime] = set()
        for service in services:
            starts.update(_starts(provider, service, format_, now))
        zone = provider.community.zone
        following = week_of(now.astimezone(zone).date(), zone) + timedelta(days=7)
        week = {following + timedelta(days=number) for number in range(7)}
        soon = [start for start in starts if start.astimezone(zone).date() in week]
        found.append(Bookable(format_, len(starts), len(soon)))
    return found


def _starts(
    provider: Provider, service: Service, format_: AppointmentFormat, now: datetime
) -> list[datetime]:
    question = Question(
        community=provider.community,
        service=service,
        format=format_,
        first=now.astimezone(provider.community.zone).date(),
        days=LOOK_AHEAD_DAYS,
        now=now,
        provider=provider,
    )
    return ask(question).starts


def _telling_services(
    rows: Sequence[WeeklyBlock | DatedChange], services: Sequence[Service]
) -> list[Service]:
    """One service of each sort: those that no hours name are all alike, so one speaks for them."""
    by_names: dict[frozenset[int], Service] = {}
    named = [(n, {s.pk for s in row.services.all()}) for n, row in enumerate(rows)]
    for service in services:
        by_names.setdefault(frozenset(n for n, pks in named if service.pk in pks), service)
    return sorted(by_names.values(), key=lambda service: fold(service.code))


def services_of(provider: Provider) -> list[Service]:
    """What the provider may give."""
    certifications = list(provider.certifications.all())
    return list(coverage(provider.community, certifications).services(certifications))
