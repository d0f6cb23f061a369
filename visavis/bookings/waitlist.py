"""The waitlist as rows tell it: who waits in which order, and what suits them. Reads only."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from visavis.availability.models import Location
from visavis.bookings.enums import (
    WAITS,
    HoldState,
    WaitlistEventKind,
    WaitlistState,
)
from visavis.bookings.models import Hold, WaitlistEntry
from visavis.bookings.openings import Question, ask
from visavis.communities.models import Community
from visavis.people.models import Provider

# An offer that nobody can answer in time is none.
LEAST = timedelta(minutes=5)
MINUTE = timedelta(minutes=1)
WITH_ALL = (
    "student",
    "service__owner__user",
    "format",
    "provider__user",
    "hold__provider__user",
    "hold__service",
    "hold__format",
    "hold__location",
)


def waiting_entries(community: Community) -> QuerySet[WaitlistEntry]:
    """Those who still wait in this community, the first to come first."""
    return (
        WaitlistEntry.objects.filter(community=community, state__in=WAITS)
        .select_related("community", *WITH_ALL)
        .order_by("created_at", "pk")
    )


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry with its position among those who wait for the same, from 1, at one moment."""

    entry: WaitlistEntry
    position: int
    now: datetime

    @property
    def offer(self) -> Hold | None:
        """What is held for them. An offer that has run out is none, written down or not."""
        hold = self.entry.hold
        if self.entry.state != WaitlistState.OFFERED or hold is None:
            return None
        return hold if hold.state == HoldState.OPEN and hold.expires_at > self.now else None


def placed_entries(community: Community, *, now: datetime) -> list[Placed]:
    """Everybody who waits here, in order, each with the position for their service and format."""
    counted: Counter[tuple[int, int]] = Counter()
    found = []
    today = now.astimezone(community.zone).date()
    for entry in waiting_entries(community):
        if entry.last < today:
            continue
        counted[entry.service_id, entry.format_id] += 1
        found.append(Placed(entry, counted[entry.service_id, entry.format_id], now))
    return found


# --- what suits an entry ------------------------------------------------------------------


def suits(entry: WaitlistEntry, start: datetime) -> bool:
    """Whether a start lies within the days and times that the student named."""
    local = start.astimezone(entry.community.zone)
    first, minute = local.date(), local.hour * 60 + local.minute
    end = minute + entry.format.minutes
    return (
        entry.first <= first <= entry.last
        and first.weekday() in entry.weekdays
        and any(begin <= minute and end <= until for begin, until in entry.ranges)
    )


def held_until(entry: WaitlistEntry, start: datetime, now: datetime) -> datetime | None:
    """How long the start would be held for them; None when that is too short to answer.

    The community's period, ended by the last instant at which the meeting can be booked at all.
    """
    community = entry.community
    last_call = start - community.lead_time_minutes * MINUTE
    until = min(now + community.waitlist_hold_minutes * MINUTE, last_call)
    return until if until - now >= LEAST else None


@dataclass(frozen=True, slots=True)
class Suited:
    """A time that suits an entry and that its student could book."""

    start: datetime
    provider: Provider
    location: Location
    until: datetime


def question_of(entry: WaitlistEntry, now: datetime) -> Question | None:
    """What is asked of the openings for an entry; None when its days are over."""
    today = now.astimezone(entry.community.zone).date()
    first = max(entry.first, today)
    horizon = today + timedelta(weeks=entry.community.weeks_ahead)
    days = (min(entry.last, horizon) - first).days + 1
    if days < 1:
        return None
    return Question(
        community=entry.community,
        service=entry.service,
        format=entry.format,
        first=first,
        days=days,
        now=now,
        student=entry.student,
        provider=entry.provider,
    )


def suited_times(entry: WaitlistEntry, now: datetime) -> Iterator[Suited]:
    """The times that suit, could be booked, and were not offered to this entry before; in order.

    Asks what every page asks: who could not book a time is not offered it.
    """
    question = question_of(entry, now)
    if question is None:
        return
    openings = ask(question)
    starts = [start for start in openings.starts if suits(entry, start)]
    if not starts:
        return
    before = offered_before(entry)
    for start in starts:
        until = held_until(entry, start, now)
        if until is None:
            continue
        for provider in openings.free(start):
            places = _suiting(entry, openings.places(provider, start))
            if places and (provider.pk, start) not in before:
                yield Suited(start, provider, places[0], until)


def _suiting(entry: WaitlistEntry, places: Iterable[Location]) -> list[Location]:
    return [place for place in places if not entry.kinds or place.kind in entry.kinds]


def offered_before(entry: WaitlistEntry) -> set[tuple[int, datetime]]:
    """What was offered to this entry already: providers and starts. Nothing is offered twice."""
    if entry.pk is None:
        return set()
    offers = entry.events.filter(kind=WaitlistEventKind.OFFERED, hold__isnull=False)
    return set(offers.values_list("hold__provider_id", "hold__start"))
