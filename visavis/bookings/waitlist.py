"""The waitlist as rows tell it: who waits in which order, and what suits them. Reads only."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from visavis.availability.models import Location
from visavis.bookings.enums import (
    WAITS,
    HoldState,
    WaitlistEventKind,
    WaitlistState,
)
from visavis.bookings.models import Hold, WaitlistEntry, WaitlistEvent
from visavis.bookings.openings import Question, ask
from visavis.bookings.waitlist_models import DayTimes
from visavis.communities.models import Community
from visavis.people.models import Provider, User

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


def placed_entries(
    community: Community, *, now: datetime, student: User | None = None
) -> QuerySet[WaitlistEntry]:
    """Those whose days are not over, in order, or the student's own; each with its `position`.

    It is counted in the database, for the rows that are read: how many wait before for the same
    service and format, and one.
    """
    today = now.astimezone(community.zone).date()
    waiting = waiting_entries(community).filter(last__gte=today)
    same = {name: OuterRef(name) for name in ("community", "service", "format")}
    earlier = Q(created_at__lt=OuterRef("created_at")) | Q(
        created_at=OuterRef("created_at"), pk__lt=OuterRef("pk")
    )
    before = WaitlistEntry.objects.filter(earlier, **same, state__in=WAITS, last__gte=today)
    counted = before.order_by().values("community").annotate(n=Count("pk")).values("n")
    placed = waiting.annotate(position=Coalesce(Subquery(counted), 0) + 1)
    return placed if student is None else placed.filter(student=student)


def place(entries: Iterable[WaitlistEntry], *, now: datetime) -> list[Placed]:
    """Entries of `placed_entries`, each at this moment."""
    return [Placed(entry, entry.position, now) for entry in entries]  # type: ignore[attr-defined]


# --- what suits an entry ------------------------------------------------------------------


def suits(entry: WaitlistEntry, start: datetime) -> bool:
    """Whether a start lies within the days and times that the student named."""
    return _fits(entry, entry.times, *_wall(start, entry.community))


def _wall(start: datetime, community: Community) -> tuple[date, int]:
    """The local date, and the minutes since midnight that a clock on the wall shows."""
    local = start.astimezone(community.zone)
    return local.date(), local.hour * 60 + local.minute


def _fits(entry: WaitlistEntry, times: Sequence[DayTimes], day: date, minute: int) -> bool:
    end = minute + entry.format.minutes
    return entry.first <= day <= entry.last and any(
        day.weekday() in row.weekdays and row.begin <= minute and end <= row.end for row in times
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
    days = _days(entry.community, entry.first, entry.last, now)
    if days is None:
        return None
    return Question(
        community=entry.community,
        service=entry.service,
        format=entry.format,
        first=days[0],
        days=days[1],
        now=now,
        student=entry.student,
        provider=entry.provider,
    )


def _days(community: Community, first: date, last: date, now: datetime) -> tuple[date, int] | None:
    """The first of these days that can be asked about, and how many can; None when none can."""
    today = now.astimezone(community.zone).date()
    first = max(first, today)
    days = (min(last, today + timedelta(weeks=community.weeks_ahead)) - first).days + 1
    return (first, days) if days >= 1 else None


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
    """What was offered to this entry already: providers and starts. Nothing is offered twice.

    But for what was withdrawn: nobody chose to let that go.
    """
    if entry.pk is None:
        return set()
    offers = entry.events.filter(kind=WaitlistEventKind.OFFERED, hold__isnull=False)
    offers = offers.exclude(hold__state=HoldState.WITHDRAWN)
    return set(offers.values_list("hold__provider_id", "hold__start"))


# --- what may suit one of many ------------------------------------------------------------


@dataclass(slots=True)
class Glance:
    """What is free to anybody, for many who wait in one community.

    One question for all who wait for the same service and format. Who finds nothing here has
    nothing to be offered; who does is asked about by themselves.
    """

    community: Community
    entries: Sequence[WaitlistEntry]
    now: datetime
    _before: dict[int, set[tuple[int, datetime]]] | None = None
    _free: dict[tuple[int, int], list[tuple[date, int, set[tuple[int, datetime]]]]] = field(
        default_factory=dict
    )

    def may_suit(self, entry: WaitlistEntry) -> bool:
        """Whether anything is free that suits the entry and was not offered to it before."""
        if self._before is None:
            self._before = _offered_before(self.entries)
        before, times = self._before.get(entry.pk, set()), entry.times
        return any(
            _fits(entry, times, day, minute) and self._is_new(entry, free, before)
            for day, minute, free in self._free_for(entry)
        )

    def look_again(self) -> None:
        """Something was just taken: what was seen is not true any more."""
        self._free.clear()

    @staticmethod
    def _is_new(
        entry: WaitlistEntry,
        free: set[tuple[int, datetime]],
        before: set[tuple[int, datetime]],
    ) -> bool:
        wanted = entry.provider_id
        return any(one not in before for one in free if wanted is None or one[0] == wanted)

    def _free_for(self, entry: WaitlistEntry) -> list[tuple[date, int, set[tuple[int, datetime]]]]:
        key = (entry.service_id, entry.format_id)
        if key not in self._free:
            self._free[key] = self._look(key)
        return self._free[key]

    def _look(self, key: tuple[int, int]) -> list[tuple[date, int, set[tuple[int, datetime]]]]:
        alike = [one for one in self.entries if (one.service_id, one.format_id) == key]
        first, last = min(one.first for one in alike), max(one.last for one in alike)
        days = _days(self.community, first, last, self.now)
        if days is None:
            return []
        service, format_ = alike[0].service, alike[0].format
        question = Question(self.community, service, format_, *days, now=self.now)
        openings = ask(question)
        return [
            (*_wall(start, self.community), {(pk, start) for pk in openings.free_ids(start)})
            for start in openings.starts
        ]


def _offered_before(entries: Sequence[WaitlistEntry]) -> dict[int, set[tuple[int, datetime]]]:
    """`offered_before` of many, in one read."""
    offers = WaitlistEvent.objects.filter(
        entry__in=[entry.pk for entry in entries],
        kind=WaitlistEventKind.OFFERED,
        hold__isnull=False,
    ).exclude(hold__state=HoldState.WITHDRAWN)
    found: dict[int, set[tuple[int, datetime]]] = defaultdict(set)
    for entry, provider, start in offers.values_list(
        "entry_id", "hold__provider_id", "hold__start"
    ):
        found[entry].add((provider, start))
    return found
