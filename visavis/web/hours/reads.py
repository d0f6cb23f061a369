"""What the hours page shows: rows in words, which blocks meet, and how much can be booked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from visavis.availability.models import DatedChange, WeeklyBlock
from visavis.availability.queries import dated_changes_of, weekly_blocks_of
from visavis.bookings.openings import Question, ask
from visavis.catalogue.models import AppointmentFormat, Service
from visavis.catalogue.queries import coverage, formats_of
from visavis.core.text import fold
from visavis.people.enums import HourCycle
from visavis.people.models import Provider
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


@dataclass(frozen=True, slots=True)
class ChangeRow:
    change: DatedChange
    days: str
    times: str
    admits: str


@dataclass(frozen=True, slots=True)
class Bookable:
    """How many starts students can book of one format."""

    format: AppointmentFormat
    starts: int


def block_rows(provider: Provider, *, cycle: HourCycle) -> list[BlockRow]:
    """The weekly hours from Monday on: one query, and three for what they admit."""
    blocks = list(weekly_blocks_of(provider))
    return [
        BlockRow(
            block,
            clock_in_words(block.start_minute, block.end_minute, cycle=cycle),
            admits_in_words(block),
            _dates(block),
            overlap_in_words(block, blocks, cycle=cycle),
        )
        for block in blocks
    ]


def change_rows(provider: Provider, *, today: date, cycle: HourCycle) -> list[ChangeRow]:
    """The dated changes that are not over on `today`."""
    return [
        ChangeRow(
            change,
            days_in_words(change.first, change.last),
            clock_in_words(change.start_minute, change.end_minute, cycle=cycle),
            admits_in_words(change),
        )
        for change in dated_changes_of(provider).filter(last__gte=today)
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


def bookable(provider: Provider, *, now: datetime) -> list[Bookable]:
    """How many starts of each format can be booked in the next two weeks, whatever the service."""
    services = _telling_services(provider)
    found = []
    for format_ in formats_of(provider.community):
        starts: set[datetime] = set()
        for service in services:
            starts.update(_starts(provider, service, format_, now))
        found.append(Bookable(format_, len(starts)))
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


def _telling_services(provider: Provider) -> list[Service]:
    """One service of each sort: those that no hours name are all alike, so one speaks for them."""
    certifications = list(provider.certifications.all())
    by_names: dict[frozenset[int], Service] = {}
    rows = [*weekly_blocks_of(provider), *dated_changes_of(provider)]
    named = [(n, {s.pk for s in row.services.all()}) for n, row in enumerate(rows)]
    for service in coverage(provider.community, certifications).services(certifications):
        by_names.setdefault(frozenset(n for n, pks in named if service.pk in pks), service)
    return sorted(by_names.values(), key=lambda service: fold(service.code))
