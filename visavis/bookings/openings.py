"""The only bridge to the engine, which knows when whom can be met where, and why not.

The calendar page, the command line, the final `book()` and every explanation ask here, so they
cannot disagree. Instants are aware UTC; dates are local dates of the community's zone.
A search uses what this process keeps (`inquiry.py`); an explanation, as every booking, reads rows.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property

from visavis.availability.models import Location
from visavis.bookings.held import Anew, Seen, holds_for, joinables, without_holds
from visavis.bookings.inquiry import Inquiry, rosters_of
from visavis.bookings.questions import (
    Question,
    admitted_places,
    asked_of,
    asked_places,
    is_self,
    providers_asked,
    question_for_start,
    reread,
)
from visavis.bookings.upkeep import LISTED
from visavis.bookings.versions import Asked
from visavis.catalogue.models import AppointmentFormat, Service
from visavis.catalogue.queries import certified_providers, is_certified
from visavis.communities.models import Community
from visavis.core import measuring
from visavis.engine import world as engine
from visavis.engine.masks import TICK, first_tick, ticks
from visavis.engine.search import Openings as EngineOpenings
from visavis.engine.search import offered
from visavis.engine.window import Window
from visavis.engine.world import Reason, Refusal
from visavis.people.models import Provider, User
from visavis.people.rules import Standing

__all__ = [
    "Openings",
    "Question",
    "Slot",
    "Verdict",
    "admitted_places",
    "ask",
    "asked_places",
    "explain",
    "explain_anew",
    "explain_each",
    "explain_unheld",
    "is_self",
    "last_date",
    "next_starts",
    "question_for_start",
    "reread",
]


@dataclass(frozen=True, slots=True)
class Slot:
    """A start that is offered, with the providers who are free then and the seats there are."""

    start: datetime
    end: datetime
    providers: tuple[Provider, ...]
    seats_left: int


@dataclass(frozen=True, slots=True)
class Piece:
    """The part of an answer that lies in one window."""

    window: Window
    found: EngineOpenings

    def has(self, start: datetime) -> bool:
        window = self.window
        if not window.start <= start < window.end or (start - window.start) % TICK:
            return False
        return bool(self.found.starts >> window.tick(start) & 1)

    @property
    def starts(self) -> Iterator[datetime]:
        return map(self.window.instant, ticks(self.found.starts))


@dataclass(frozen=True)
class Openings:
    """The answer to a question. Only people and places are read later, when they are asked for."""

    question: Question
    pieces: tuple[Piece, ...] = ()
    _people: dict[int, Provider] = field(default_factory=dict)

    @cached_property
    def starts(self) -> list[datetime]:
        """Every start that is offered, in order."""
        return [start for piece in self.pieces for start in piece.starts]

    @property
    def length(self) -> timedelta:
        """How long the meeting lasts."""
        return timedelta(minutes=self.question.format.minutes)

    def slots(self) -> list[Slot]:
        """Every start with who is free then."""
        return self._slots(self.starts)

    def slot(self, start: datetime) -> Slot | None:
        """What is offered at this start, if anything is."""
        return next(iter(self._slots([start])), None) if self.has(start) else None

    def has(self, start: datetime) -> bool:
        """Whether this start is offered."""
        return any(piece.has(start) for piece in self.pieces)

    def free(self, start: datetime) -> list[Provider]:
        """Who is free at this start, by name."""
        slot = self.slot(start)
        return list(slot.providers) if slot else []

    def free_ids(self, start: datetime) -> tuple[int, ...]:
        """The ids of those who are free at this start, by name; nobody's row is read."""
        for piece in self.pieces:
            if piece.has(start):
                return piece.found.free(piece.window.tick(start))
        return ()

    def people(self, ids: Iterable[int]) -> list[Provider]:
        """Those of these ids whom the question is about, in the order given."""
        self._read_people(set(wanted := list(ids)))
        return [self._people[pk] for pk in wanted if pk in self._people]

    def seats_left(self, start: datetime) -> int:
        """The seats at this start; of groups, those of the one with the most."""
        return self._seats(start, self.free_ids(start))

    def places(self, provider: Provider, start: datetime) -> list[Location]:
        """Where this provider can be met at this start, in the community's order."""
        ids = {
            pk
            for piece in self.pieces
            if piece.has(start)
            for pk in piece.found.places(provider.pk, piece.window.tick(start))
        }
        return [place for place in self._places if place.pk in ids] if ids else []

    def nearest(self, start: datetime, count: int = 5) -> list[Slot]:
        """The offered starts nearest to this one, in order of time."""
        near = sorted(self.starts, key=lambda offered: abs(offered - start))[:count]
        return self._slots(sorted(near))

    def _slots(self, starts: Iterable[datetime]) -> list[Slot]:
        free = {start: self.free_ids(start) for start in starts}
        self._read_people({pk for ids in free.values() for pk in ids})
        return [
            Slot(
                start,
                start + self.length,
                tuple(self._people[pk] for pk in ids if pk in self._people),
                self._seats(start, ids),
            )
            for start, ids in free.items()
        ]

    def joined(self, provider_id: int, start: datetime) -> engine.Joinable | None:
        """The group that one would join with this provider; None where a new meeting begins."""
        piece = next((piece for piece in self.pieces if piece.has(start)), None)
        return piece.found.joined(provider_id, piece.window.tick(start)) if piece else None

    def _seats(self, start: datetime, free: Iterable[int]) -> int:
        capacity, joined = self.question.format.capacity, (self.joined(pk, start) for pk in free)
        seats = [group.seats_left if group else capacity for group in joined]
        # Separate groups are not one: nobody can have more seats than one of them has.
        return max(seats, default=0) if self.question.format.is_group else sum(seats)

    def _read_people(self, ids: set[int]) -> None:
        missing = ids - self._people.keys()
        if len(missing) == 1 and self.question.provider is not None:
            self._people[self.question.provider.pk] = self.question.provider
        elif missing:
            asked = providers_asked(self.question)
            found = asked.filter(pk__in=missing) if len(missing) <= LISTED else asked
            self._people.update({provider.pk: provider for provider in found})

    @cached_property
    def _places(self) -> list[Location]:
        return asked_places(self.question)


@measuring.timed("slot_search")
def ask(question: Question) -> Openings:
    """Answer the question: the definition of PRODUCT.md, "What may be offered".

    1. Read the versions of the people asked about; nobody there is nothing offered.
    2. On each sheet, ask the rules that hold for everybody, once for each place.
    3. Join them with the roster of everybody's own starts, kept or made.
    """
    inquiry = _inquiry(question, asked_of(question))
    if not (question.service.is_active and question.format.is_active):
        return Openings(question)
    if not inquiry.sheets or inquiry.is_refused or inquiry.stamp is None:
        return Openings(question)
    overs, pieces = inquiry.on_all(inquiry.stamp), []
    for over, roster in zip(
        overs, rosters_of(overs, question.service, question.provider), strict=True
    ):
        joinable = joinables(inquiry, over.table.window).get(question.service.pk, {})
        theirs = over.moved(roster, question.service).without(inquiry.own_ids).joining(joinable)
        found = offered(theirs, over.common(question.service))
        pieces.append(Piece(over.table.window, found))
    return Openings(question, tuple(pieces))


def last_date(question: Question) -> date:
    """The last local date of the community on which any start can be offered."""
    return _inquiry(question, asked_of(question)).last_date


def next_starts(
    community: Community,
    *,
    services: Sequence[Service],
    format_: AppointmentFormat,
    student: User | None,
    now: datetime,
    days: int | None = None,
    standing: Standing | None = None,
) -> dict[int, datetime]:
    """The next offered start of each service that has one, by service id.

    One set of reads for all services and a sheet. `days` is how far to look; without it, to the
    horizon. Whether a service is on the student's list is not asked here.
    """
    inquiry = Inquiry(
        community=community,
        format=format_,
        asked=Asked.everybody(community),
        first=now.astimezone(community.zone).date(),
        days=days or 7 * community.weeks_ahead + 1,
        now=now,
        student=student,
        standing=standing,
    )
    if not inquiry.sheets or inquiry.is_refused or inquiry.stamp is None:
        return {}
    found: dict[int, datetime] = {}
    for sheet in inquiry.sheets:
        waiting = [service for service in services if service.pk not in found]
        if not waiting:
            break
        here = inquiry.on(sheet, inquiry.stamp)
        commons = here.common(None)
        joinable = joinables(inquiry, sheet.window)
        for pk, roster in here.rosters(waiting).items():
            theirs = roster.without(inquiry.own_ids).joining(joinable.get(pk, {}))
            if starts := offered(theirs, commons).starts:
                found[pk] = sheet.window.instant(first_tick(starts))
    return found


@dataclass(frozen=True, slots=True)
class Verdict:
    """What stands against one start with one provider at one place; nothing means: offered."""

    provider: Provider
    location: Location
    refusals: tuple[Refusal, ...]


def explain(question: Question, start: datetime) -> list[Verdict]:
    """Why `start` is, or is not, offered: one verdict a provider and place, in rule order.

    The days must hold it. The same rules as `ask`, of rows as they are now.
    """
    return explain_each(question, [start])[0]


def explain_each(question: Question, starts: Sequence[datetime]) -> list[list[Verdict]]:
    """`explain` for several starts, in their order, with one set of reads for all of them."""
    inquiry, window, seen = _looked_at(question)
    held = {
        (hold.provider, hold.location, hold.start)
        for hold in holds_for(inquiry)
        if hold.start in starts and hold.service == question.service.pk
    }
    # What is held for the student is looked at as if nothing were.
    bare = replace(seen, over=without_holds(inquiry, window)) if held else seen
    return [
        [
            Verdict(
                provider,
                place,
                (bare if (provider.pk, place.pk, start) in held else seen).refusals(
                    row, column, start
                ),
            )
            for row, (provider, _) in enumerate(seen.providers)
            for column, place in enumerate(seen.places)
        ]
        for start in starts
    ]


def explain_unheld(
    question: Question, start: datetime, *, among: Collection[int] | None = None
) -> list[Verdict]:
    """`explain` as if nothing at all were held for the student, in whichever way.

    `among` are the providers who are asked about, by id, where the question names none.
    """
    inquiry, window, seen = _looked_at(question, among)
    return _verdicts(replace(seen, over=without_holds(inquiry, window)), start)


def explain_anew(question: Question, start: datetime) -> list[Verdict]:
    """`explain` as if no group met then that could be joined: of a meeting that begins anew."""
    _inquiry_of_it, _window, seen = _looked_at(question)
    return _verdicts(Anew(seen.over, seen.service, seen.providers, seen.places), start)


def _verdicts(seen: Seen, start: datetime) -> list[Verdict]:
    return [
        Verdict(provider, place, seen.refusals(row, column, start))
        for row, (provider, _) in enumerate(seen.providers)
        for column, place in enumerate(seen.places)
    ]


def _looked_at(
    question: Question, among: Collection[int] | None = None
) -> tuple[Inquiry, Window, Seen]:
    """What is asked about, over the question's days, of rows."""
    providers, places = _named(question, among), asked_places(question)
    ids = tuple(provider.pk for provider in providers)
    asked = Asked(ids, lambda: Provider.objects.filter(pk__in=ids), is_direct=True)
    inquiry = _inquiry(question, asked)
    window = engine.window_for(question.community.zone, question.first, question.days)
    standing = [(provider, _standing(question, provider)) for provider in providers]
    return inquiry, window, Seen(inquiry.over(window), question.service, standing, places)


def _named(question: Question, among: Collection[int] | None = None) -> list[Provider]:
    """The provider asked about, whatever stands against them, or all who may give the service.

    Or those of them who are `among` these ids.
    """
    if question.provider is not None:
        return [question.provider]
    certified = certified_providers(question.service)
    if among is not None:
        certified = certified.filter(pk__in=among)
    return [provider for provider in certified if not is_self(provider, question.student)]


def _standing(question: Question, provider: Provider) -> tuple[Refusal, ...]:
    """Rule 1: active and certified; the service and the format active; and not oneself."""
    refusals = []
    if not question.service.is_active:
        refusals.append(Refusal(Reason.SERVICE_INACTIVE, {"service": question.service.code}))
    if not question.format.is_active:
        refusals.append(Refusal(Reason.FORMAT_INACTIVE, {"format": question.format.name}))
    if not provider.is_active:
        refusals.append(Refusal(Reason.PROVIDER_INACTIVE, {"provider": str(provider)}))
    elif question.provider is not None and not is_certified(provider, question.service):
        refusals.append(Refusal(Reason.NOT_CERTIFIED, {"provider": str(provider)}))
    if is_self(provider, question.student):
        refusals.append(Refusal(Reason.STUDENT_CONFLICT, {"self": True}))
    return tuple(refusals)


def _inquiry(question: Question, asked: Asked) -> Inquiry:
    return Inquiry(
        community=question.community,
        format=question.format,
        asked=asked,
        first=question.first,
        days=question.days,
        now=question.now,
        student=question.student,
        standing=question.standing,
        location=question.location,
        is_repeat=question.is_repeat,
        moving=question.moving,
        moving_with=question.moving_with,
    )
