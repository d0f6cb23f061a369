"""Which starts are possible: for all providers together, for each, and at which places."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from visavis.engine.masks import Mask
from visavis.engine.rules import RULES, Case, Rulebook, Scope, joinable_at, starts, union
from visavis.engine.world import (
    NO_STUDENT,
    Frame,
    Joinable,
    Meeting,
    Place,
    Provider,
    Student,
)

OF_PROVIDER = Rulebook.of(rule for rule in RULES if rule.scope is Scope.PROVIDER)
SHARED = Rulebook.of(rule for rule in RULES if rule.scope is Scope.SHARED)
JOINING = Rulebook.of(rule for rule in RULES if rule.joins)
NOBODY = Provider(id=0, hours={})
NOWHERE = Place(id=0)


@dataclass(slots=True)
class _At:
    """A place's answer: the starts that the shared rules admit, and each provider's own."""

    place: Place
    shared: Mask
    own: list[Mask] = field(default_factory=list)
    united: Mask = 0


@dataclass(frozen=True, slots=True)
class Openings:
    """The starts that may be offered, as ticks of the frame's window.

    `starts` are those of at least one provider at one place. A provider or place that the search
    was not asked about has none.
    """

    starts: Mask = 0
    _providers: Sequence[Provider] = ()
    _rows: Mapping[int, int] = field(default_factory=dict)
    _at: Sequence[_At] = ()
    _joins: Mapping[int, Mapping[int, Joinable]] = field(default_factory=dict)

    def of(self, provider_id: int) -> Mask:
        """Return the starts of one provider, at any place."""
        row = self._rows.get(provider_id)
        if row is None:
            return 0
        starts = sum(1 << tick for tick in self._joins.get(provider_id, ()))
        for at in self._at:
            starts |= at.own[row] & at.shared
        return starts

    def places(self, provider_id: int, tick: int) -> tuple[int, ...]:
        """Return the ids of the places at which the provider is free then, in the order given."""
        row = self._rows.get(provider_id)
        joined = self._joins.get(provider_id, {}).get(tick)
        return tuple(
            at.place.id
            for at in self._at
            if (row is not None and (at.own[row] & at.shared) >> tick & 1)
            or (joined is not None and joined.place == at.place.id)
        )

    def free(self, tick: int) -> tuple[int, ...]:
        """Return the ids of the providers who are free then, in the order given."""
        bit = 1 << tick
        at_places = [at.own for at in self._at if at.shared & bit]
        return tuple(
            provider.id
            for row, provider in enumerate(self._providers)
            if any(own[row] & bit for own in at_places) or tick in self._joins.get(provider.id, ())
        )

    def seats(self, provider_id: int, tick: int) -> int | None:
        """Return the seats left in the appointment one would join; None where a new one begins."""
        joined = self._joins.get(provider_id, {}).get(tick)
        return None if joined is None else joined.seats_left


def search(
    frame: Frame,
    meeting: Meeting,
    providers: Sequence[Provider],
    places: Sequence[Place],
    student: Student | None = None,
) -> Openings:
    """Return the starts of this meeting with any of the providers at any of the places.

    1. What stands against the student, a provider or a place takes them out.
    2. The rules that look at no provider are asked once for each place.
    3. Each provider's own rules follow, and the appointments they have that may be joined.
    """
    student = student or NO_STUDENT
    if student.standing:
        return Openings()
    able = [provider for provider in providers if not provider.standing]
    case = Case(frame, meeting, NOBODY, NOWHERE, student)
    at_places = [_shared(case, place) for place in places if not place.standing]
    for provider in able:
        case.provider = provider
        _add_own(case, at_places)
    joins = _joins(case, able, at_places)
    united = 0
    for at in at_places:
        united |= at.united & at.shared
    for joined in joins.values():
        for tick in joined:
            united |= 1 << tick
    rows = {provider.id: row for row, provider in enumerate(able)}
    return Openings(united, able, rows, at_places, joins)


def _shared(case: Case, place: Place) -> _At:
    case.place = place
    return _At(place, SHARED.admitted(case) & case.frame.asked)


def _add_own(case: Case, at_places: Sequence[_At]) -> None:
    n = case.meeting.ticks
    barred, refused = union(OF_PROVIDER.clear, case), union(OF_PROVIDER.not_at, case)
    bounds, own = 0, 0
    for at in at_places:
        case.place = at.place
        # Places differ for a provider only in the hours that admit them, and mostly do not.
        if (here := OF_PROVIDER.bounds(case)) != bounds:
            bounds, own = here, starts(here, barred, refused, n) if here else 0
        at.own.append(own)
        at.united |= own


def _joins(
    case: Case, providers: Sequence[Provider], at_places: Sequence[_At]
) -> dict[int, dict[int, Joinable]]:
    """Return the appointments that may be joined, by provider and tick."""
    joins: dict[int, dict[int, Joinable]] = {}
    for provider in providers:
        if not provider.joinable:
            continue
        case.provider = provider
        for at in at_places:
            case.place = at.place
            admitted = JOINING.admitted(case) & case.frame.asked
            for tick, joinable in provider.joinable.items():
                if tick >= 0 and admitted >> tick & 1 and joinable_at(case, tick):
                    joins.setdefault(provider.id, {})[tick] = joinable
    return joins
