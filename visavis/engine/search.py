"""Which starts are possible: for all providers together, for each, and at which places.

A search has two halves. What a provider's own rules admit does not depend on who asks, nor on the
clock: that is a Row, many make a Roster, and both can be kept. What holds for everybody is asked
of a roster once for each place.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import filterfalse
from operator import attrgetter, or_

from visavis.engine.masks import Mask, shifts
from visavis.engine.rules import RULES, Case, Rulebook, Scope, can_join
from visavis.engine.window import Window
from visavis.engine.world import (
    NO_STUDENT,
    Frame,
    Joinable,
    Meeting,
    Place,
    Provider,
    Student,
)

OF_PROVIDER = tuple(rule for rule in RULES if rule.scope is Scope.PROVIDER)
SHARED = Rulebook.of(rule for rule in RULES if rule.scope is Scope.SHARED)
JOINING = Rulebook.of(rule for rule in RULES if rule.joins)
STANDING = attrgetter("standing")
NOBODY = Provider(id=0, hours={})
NOWHERE = Place(id=0)


@dataclass(slots=True)
class Row:
    """What one provider's own rules admit: the starts at each place, in the places' order.

    Never changed once made; not frozen only because making ten thousand would take twice as long.
    """

    id: int
    starts: tuple[Mask, ...]
    joinable: Mapping[int, Joinable]


ROW_ID, ROW_STARTS, ROW_JOINABLE = map(attrgetter, ("id", "starts", "joinable"))


@dataclass(frozen=True, slots=True)
class Roster:
    """Rows of many providers, and what any of them has at each place (`united`).

    `rows` are by provider id, `places` are ids in the order of each row's starts.
    """

    places: tuple[int, ...] = ()
    rows: Mapping[int, Row] = field(default_factory=dict)
    united: tuple[Mask, ...] = ()
    joiners: tuple[Row, ...] = ()

    @classmethod
    def of(cls, places: Iterable[int], rows: Iterable[Row]) -> "Roster":
        """Return the roster of these rows, in their order."""
        # Through `map`, which goes over ten thousand in a third of the time.
        ids, given = tuple(places), tuple(rows)
        by_id = dict(zip(map(ROW_ID, given), given, strict=True))
        columns = zip(*map(ROW_STARTS, by_id.values()), strict=True)
        united = tuple(reduce(or_, column, 0) for column in columns) or (0,) * len(ids)
        return cls(ids, by_id, united, tuple(filter(ROW_JOINABLE, by_id.values())))

    def joining(self, joinable: Mapping[int, Mapping[int, Joinable]]) -> "Roster":
        """Return the roster with these appointments, by provider and tick, to be joined."""
        if self.rows.keys().isdisjoint(joinable):
            return self
        changed = {
            pk: replace(self.rows[pk], joinable=joinable[pk]) for pk in joinable if pk in self.rows
        }
        return replace(self, rows={**self.rows, **changed}, joiners=tuple(changed.values()))

    def replacing(self, rows: Iterable[Row]) -> "Roster":
        """Return the roster with these rows in the places of the same providers' own."""
        changed = {row.id: row for row in rows if row.id in self.rows}
        return Roster.of(self.places, {**self.rows, **changed}.values()) if changed else self

    def without(self, provider_ids: Collection[int]) -> "Roster":
        """Return the roster of everybody else."""
        if self.rows.keys().isdisjoint(provider_ids):
            return self
        kept = (row for row in self.rows.values() if row.id not in provider_ids)
        return Roster.of(self.places, kept)


def make_rows(
    window: Window, meeting: Meeting, providers: Sequence[Provider], places: Sequence[Place]
) -> list[Row]:
    """Return each provider's row; what stands against a provider is not asked here.

    `Rulebook.admitted` spelled out: for ten thousand providers its calls would cost as much again
    as the shifting.
    """
    case = Case(Frame.bare(window), meeting, NOBODY, NOWHERE, NO_STUDENT)
    book, steps, rows = _rules_for(providers), shifts(meeting.ticks), []
    (first, *inside), clear, not_at = book.inside, book.clear, book.not_at
    for provider in providers:
        case.provider = provider
        barred = refused = before = own = 0
        for mask in clear:
            if found := mask(case):
                barred = barred | found if barred else found
        for mask in not_at:
            refused |= mask(case)
        at_places = []
        for case.place in places:
            bounds = first(case)
            for mask in inside:
                bounds &= mask(case)
            # Places differ for a provider only in the hours that admit them, and mostly do not.
            if bounds is not before and bounds != before:
                before, own = bounds, bounds ^ (bounds & barred) if barred else bounds
                for step in steps:
                    own &= own >> step
                if refused:
                    own ^= own & refused
            at_places.append(own)
        rows.append(Row(provider.id, tuple(at_places), provider.joinable))
    return rows


def _rules_for(providers: Sequence[Provider]) -> Rulebook:
    """The rules that can refuse any of these providers anything."""
    return Rulebook.of(
        rule for rule in OF_PROVIDER if not rule.part or any(map(attrgetter(rule.part), providers))
    )


@dataclass(frozen=True, slots=True)
class Common:
    """What holds for everybody at one place: the starts admitted, and those that may be joined."""

    place: Place
    meeting: Meeting
    starts: Mask
    joins: Mask


def common(
    frame: Frame, meeting: Meeting, places: Iterable[Place], student: Student | None = None
) -> tuple[Common, ...]:
    """Ask the rules that look at no provider, once for each place.

    Nothing comes back for a place against which something stands, nor for such a student.
    """
    student = student or NO_STUDENT
    case = Case(frame, meeting, NOBODY, NOWHERE, student)
    return tuple(
        _common(case, place) for place in places if not (place.standing or student.standing)
    )


def _common(case: Case, place: Place) -> Common:
    case.place, asked = place, case.frame.asked
    return Common(
        place, case.meeting, SHARED.admitted(case) & asked, JOINING.admitted(case) & asked
    )


@dataclass(frozen=True, slots=True)
class Openings:
    """The starts that may be offered, as ticks of the frame's window.

    `starts` are those of at least one provider at one place. A provider or place that the search
    was not asked about has none.
    """

    starts: Mask = 0
    _roster: Roster = Roster()
    _at: Sequence[tuple[int, Common]] = ()
    _joins: Mapping[int, Mapping[int, Joinable]] = field(default_factory=dict)

    def of(self, provider_id: int) -> Mask:
        """Return the starts of one provider, at any place."""
        row = self._roster.rows.get(provider_id)
        if row is None:
            return 0
        starts = sum(1 << tick for tick in self._joins.get(provider_id, ()))
        for column, at in self._at:
            starts |= row.starts[column] & at.starts
        return starts

    def places(self, provider_id: int, tick: int) -> tuple[int, ...]:
        """Return the ids of the places at which the provider is free then, in the order given."""
        row = self._roster.rows.get(provider_id)
        joined = self._joins.get(provider_id, {}).get(tick)
        return tuple(
            at.place.id
            for column, at in self._at
            if (row is not None and (row.starts[column] & at.starts) >> tick & 1)
            or (joined is not None and joined.place == at.place.id)
        )

    def free(self, tick: int) -> tuple[int, ...]:
        """Return the ids of the providers who are free then, in the order given."""
        bit, joins, found = 1 << tick, self._joins, []
        columns = [column for column, at in self._at if at.starts & bit]
        for row in self._roster.rows.values():
            for column in columns:
                if row.starts[column] & bit:
                    found.append(row.id)
                    break
            else:
                if joins and tick in joins.get(row.id, ()):
                    found.append(row.id)
        return tuple(found)

    def joined(self, provider_id: int, tick: int) -> Joinable | None:
        """Return the appointment one would join; None where a new one begins."""
        return self._joins.get(provider_id, {}).get(tick)

    def seats(self, provider_id: int, tick: int) -> int | None:
        """Return the seats left in the appointment one would join; None where a new one begins."""
        joined = self.joined(provider_id, tick)
        return None if joined is None else joined.seats_left


def search(
    frame: Frame,
    meeting: Meeting,
    providers: Sequence[Provider],
    places: Sequence[Place],
    student: Student | None = None,
) -> Openings:
    """Return the starts of this meeting with any of the providers at any of the places.

    Both halves at once, nothing kept: what callers that keep rosters are held to.

    1. What stands against the student, a provider or a place takes them out.
    2. Each provider's own rules make their row of the roster.
    3. The rules that look at no provider are asked once for each place, and of the appointments
       that may be joined.
    """
    able = list(filterfalse(STANDING, providers))
    rows = make_rows(frame.window, meeting, able, places)
    roster = Roster.of((place.id for place in places), rows)
    return offered(roster, common(frame, meeting, places, student))


def offered(roster: Roster, commons: Iterable[Common]) -> Openings:
    """Return the starts that a roster offers at these places, some or all of the roster's own.

    Both must have been made for the same window and meeting.
    """
    at_places = [(roster.places.index(at.place.id), at) for at in commons]
    joins = _joins(roster, at_places)
    found = 0
    for column, at in at_places:
        found |= roster.united[column] & at.starts
    for joined in joins.values():
        for tick in joined:
            found |= 1 << tick
    return Openings(found, roster, at_places, joins)


def _joins(
    roster: Roster, at_places: Sequence[tuple[int, Common]]
) -> dict[int, dict[int, Joinable]]:
    """Return the appointments that may be joined, by provider and tick."""
    joins: dict[int, dict[int, Joinable]] = {}
    for _, at in at_places:
        for row in roster.joiners:
            for tick, joinable in row.joinable.items():
                if tick >= 0 and at.joins >> tick & 1 and can_join(joinable, at.meeting, at.place):
                    joins.setdefault(row.id, {})[tick] = joinable
    return joins
