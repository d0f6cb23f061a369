"""Times that are held for the student who asks: to them, and to nobody else, they are not taken.

All that is held for a student is left out of what is taken of its providers and places, and every
rule is asked as of any other time; but what this opens counts only as it was held: at that start,
with that provider, in that format, service and place. The search and the explanation ask here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from visavis.availability.models import Location
from visavis.bookings.inquiry import Inquiry, Over
from visavis.bookings.student import OwnTime
from visavis.catalogue.models import Service
from visavis.engine import search as engine_search
from visavis.engine import world as engine
from visavis.engine.explain import explain as engine_explain
from visavis.engine.masks import TICK, Mask
from visavis.engine.window import Window
from visavis.engine.world import Refusal
from visavis.people.models import Provider

AtProvider = dict[int, dict[int, engine.Joinable]]


def joinables(inquiry: Inquiry, window: Window) -> Mapping[int, AtProvider]:
    """Starts that are offered although the provider's time is taken, by service, provider, tick.

    Meetings of a group with seats left, and what is held for the student.
    """
    found: dict[int, AtProvider] = {
        service: {provider: dict(at) for provider, at in providers.items()}
        for service, providers in inquiry.joinables(window).items()
    }
    for hold in _admitted(inquiry, window):
        joinable = engine.Joinable(
            place=hold.location,
            seats_left=inquiry.format.capacity,
            ticks=inquiry.meeting.ticks,
        )
        theirs = found.setdefault(hold.service, {}).setdefault(hold.provider, {})
        theirs[window.tick(hold.start)] = joinable
    return found


def holds_for(inquiry: Inquiry) -> list[OwnTime]:
    """What is held for the student in the format asked about, as long as that format lasts now."""
    facts = inquiry.student_facts
    if facts is None:
        return []
    length = inquiry.meeting.ticks * TICK
    return [
        hold
        for hold in facts.holds
        if hold.format == inquiry.format.pk and hold.end - hold.start == length
    ]


def without_holds(inquiry: Inquiry, window: Window) -> Over:
    """The world over the window as it were if nothing were held for the student."""
    facts = inquiry.student_facts
    held = [] if facts is None else [hold.pk for hold in facts.holds]
    return inquiry.over(window, without=held)


def _admitted(inquiry: Inquiry, window: Window) -> list[OwnTime]:
    """The holds that start in the window, as far as the rules admit what they are held for."""
    mine = [hold for hold in holds_for(inquiry) if window.start <= hold.start < window.end]
    if not mine:
        return []
    bare = without_holds(inquiry, window)
    providers = Provider.objects.filter(pk__in={hold.provider for hold in mine})
    ids = {hold.location for hold in mine}
    places = list(Location.objects.filter(pk__in=ids, community=inquiry.community))
    commons = {
        at.place.id: at.starts
        for at in engine_search.common(bare.frame, inquiry.meeting, bare.places(places))
    }
    return [
        hold
        for service in sorted({hold.service for hold in mine})
        for starts in [_starts(bare, service, list(providers), places)]
        for hold in mine
        if hold.service == service
        and starts.get((hold.provider, hold.location), 0)
        & commons.get(hold.location, 0)
        & 1 << window.tick(hold.start)
    ]


def _starts(
    bare: Over, service: int, providers: list[Provider], places: list[Location]
) -> dict[tuple[int, int], Mask]:
    """What the providers' own rules admit, by provider and place."""
    world = bare.bare_world(service, providers, places)
    seen = [engine.Place(place.pk) for place in places]
    rows = engine_search.make_rows(bare.table.window, bare.inquiry.meeting, world, seen)
    return {
        (row.id, place.id): starts
        for row in rows
        for place, starts in zip(seen, row.starts, strict=True)
    }


@dataclass(frozen=True)
class Seen:
    """Providers, each with what stands against them, and places over a window, for one student."""

    over: Over
    service: Service
    providers: Sequence[tuple[Provider, tuple[Refusal, ...]]]
    places: Sequence[Location]

    def refusals(self, row: int, column: int, start: datetime) -> tuple[Refusal, ...]:
        """What refuses the start with this provider at this place, by their places in the lists."""
        theirs, at = self._world[row], self._at[column]
        meeting = self.over.inquiry.meeting
        return engine_explain(self.over.frame, meeting, theirs, at, self._student, start)

    @cached_property
    def _world(self) -> list[engine.Provider]:
        providers = [provider for provider, _ in self.providers]
        world = self._given(providers)
        return [
            replace(theirs, standing=standing)
            for (_, standing), theirs in zip(self.providers, world, strict=True)
        ]

    def _given(self, providers: Sequence[Provider]) -> list[engine.Provider]:
        return self.over.world(self.service, providers, self.places)

    @cached_property
    def _at(self) -> list[engine.Place]:
        return self.over.places(self.places)

    @cached_property
    def _student(self) -> engine.Student | None:
        return self.over.student(self.service)


class Anew(Seen):
    """The same as if no group met: every rule of a new meeting is asked."""

    def _given(self, providers: Sequence[Provider]) -> list[engine.Provider]:
        return self.over.bare_world(self.service.pk, providers, self.places)
