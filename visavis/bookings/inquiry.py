"""One question on its way to the engine: which windows, whose hours, what holds for everybody.

Versions are read first, rows after them (`versions.py`). What is known already is asked of the
tables that this process keeps; without any, the same code reads all from rows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from types import MappingProxyType

from django.db.models import QuerySet

from visavis.availability.models import Location
from visavis.bookings import kept
from visavis.bookings.joining import AtProvider, find_joinables
from visavis.bookings.leaving import Left, left_by
from visavis.bookings.models import Booking
from visavis.bookings.student import StudentFacts
from visavis.bookings.table import (
    KnownPlaces,
    KnownRoster,
    RosterKey,
    Shape,
    Table,
)
from visavis.bookings.taken import buffers
from visavis.bookings.upkeep import Parts, Upkeep, read_together
from visavis.bookings.versions import (
    Asked,
    Person,
    Stamp,
    first_stamp,
    read_meetings,
    read_people,
    stamp_of,
    unversioned,
)
from visavis.catalogue.models import AppointmentFormat, Service
from visavis.communities.models import Community
from visavis.core import collector
from visavis.engine import search as engine_search
from visavis.engine import world as engine
from visavis.engine.masks import minutes_to_ticks
from visavis.engine.sheets import WEEKS, Sheet, sheets_between
from visavis.engine.wallclock import Dated
from visavis.engine.window import Window
from visavis.engine.world import Reason, Refusal
from visavis.engine.zones import midnight
from visavis.people.models import Provider, User
from visavis.people.rules import Standing

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
MINUTE = timedelta(minutes=1)
NONE_KNOWN: Mapping[int, engine.Mask | None] = MappingProxyType({})
EVERY_SERVICE = 0
"""In a roster's key: kept under the stamp of all providers of the community, not the service's."""


@dataclass(frozen=True)
class Inquiry:
    """A community's days for one format, some providers and a student, at `now` (aware).

    `moving` is the booking that would be given up for what is asked: its own time counts nowhere;
    `moving_with` are those that leave its meeting with it, by id.
    `first` is a local date of the community's zone. `community` was read before the service and
    the format: its version stands for them all. `is_repeat`: a later week of a series, of which
    lead time and horizon are not asked.
    """

    community: Community
    format: AppointmentFormat
    asked: Asked
    first: date
    days: int
    now: datetime
    student: User | None = None
    standing: Standing | None = None
    location: Location | None = None
    is_repeat: bool = False
    moving: Booking | None = None
    moving_with: frozenset[int] = frozenset()

    # --- when -----------------------------------------------------------------------------

    @cached_property
    def sheets(self) -> tuple[Sheet, ...]:
        """The sheets on which a start can be offered at all."""
        zone, lead = self.community.zone, self.community.lead_time_minutes * MINUTE
        end, first = self.first + self.days * DAY, midnight(self.first, zone)
        if not self.is_repeat:
            end = min(end, self.last_date + DAY)
            first = max(first, self.now + lead)
        return sheets_between(zone, first, midnight(end, zone), self.now)

    @property
    def last_date(self) -> date:
        """The last local date on which a start can be offered."""
        today = self.now.astimezone(self.community.zone).date()
        last = today + self.community.weeks_ahead * WEEK
        return last if self.moved_from is None else max(last, engine.week_of(self.moved_from)[1])

    @property
    def moved_from(self) -> date | None:
        """The local date of the meeting that is moved: within its week no horizon is asked."""
        if self.moving is None:
            return None
        return self.moving.appointment.start.astimezone(self.community.zone).date()

    @cached_property
    def meeting(self) -> engine.Meeting:
        before, after = buffers(self.community, self.format)
        return engine.Meeting(
            minutes_to_ticks(self.format.minutes),
            minutes_to_ticks(before),
            minutes_to_ticks(after),
        )

    # --- who ------------------------------------------------------------------------------

    @property
    def providers(self) -> QuerySet[Provider]:
        return self.asked.build()

    @cached_property
    def stamp(self) -> Stamp | None:
        """The versions, read before everything that they stand for."""
        if kept.has_any(self.community, self.sheets):
            return kept.stamp_for(self.community, self.asked)
        # Nothing can be true still: all people are read anyway, and say the same.
        return first_stamp(self.people)

    @cached_property
    def meetings(self) -> int:
        """The version of all meetings here: asked only where a place has limited room."""
        return read_meetings(self.community)

    @cached_property
    def people(self) -> list[Person]:
        """The providers one by one: asked only when something about them is new."""
        return read_people(self.asked)

    @cached_property
    def student_facts(self) -> StudentFacts | None:
        """The student over all of the days, with the margin of the sheets to each side."""
        if self.student is None:
            return None
        zone, reach = self.community.zone, 7 * WEEKS * DAY
        first = midnight(self.first, zone) - reach
        last = midnight(self.first + self.days * DAY, zone) + reach
        standing = self.standing or Standing(self.student, self.community)
        return StudentFacts(standing, first, last, self.now, self.moving)

    @cached_property
    def left(self) -> Left | None:
        """What the booking that is moved would leave behind."""
        if self.moving is None:
            return None
        return left_by(self.moving, self.now, together=self.moving_with)

    def joinables(self, window: Window) -> Mapping[int, AtProvider]:
        """Appointments that may be joined, by service, provider and tick."""
        left = None if self.left is None else self.left.appointment
        return find_joinables(
            self.format,
            self.asked.build,
            window,
            now=self.now,
            student=self.student,
            left=left,
        )

    @property
    def is_refused(self) -> bool:
        """Whether something stands against every booking of the student."""
        return self.student_facts is not None and bool(self.student_facts.standing)

    @cached_property
    def own_ids(self) -> tuple[int, ...]:
        """The student's own rows as a provider here: nobody meets themselves."""
        return () if self.student_facts is None else self.student_facts.own_provider_ids

    # --- the answer over one window -------------------------------------------------------

    def on(self, sheet: Sheet, stamp: Stamp) -> "Over":
        """Over a sheet, with what this process keeps of it."""
        return Over(self, kept.table_for(self.community, sheet, version=stamp.community), stamp)

    def on_all(self, stamp: Stamp) -> list["Over"]:
        """Over each of its sheets."""
        return [self.on(sheet, stamp) for sheet in self.sheets]

    def over(self, window: Window, *, without: Iterable[int] = ()) -> "Over":
        """Over any window, from rows alone; `without` are commitments that are left out, by id."""
        table = Table.empty(self.community, window)
        return Over(self, table, Stamp.bare(self.community), frozenset(without))


@dataclass(frozen=True, eq=False)
class Over:
    """An inquiry over the window of one table."""

    inquiry: Inquiry
    table: Table
    stamp: Stamp
    without: frozenset[int] = frozenset()

    @cached_property
    def upkeep(self) -> Upkeep:
        return Upkeep(self.inquiry.community, self.table, self.inquiry.now, self.without)

    @cached_property
    def after_move(self) -> Upkeep:
        """As if the meeting that is moved were given up: made of rows, and never kept.

        The same as `upkeep` where nothing is moved, or others stay on that meeting.
        """
        left = self.inquiry.left
        if left is None or not left.commitments:
            return self.upkeep
        community, table = self.inquiry.community, self.table
        bare = Table.empty(community, table.window, table.core)
        return Upkeep(community, bare, self.inquiry.now, left.commitments | self.without)

    @cached_property
    def active_places(self) -> tuple[Location, ...]:
        """The places of the kinds that the format admits, in their order."""
        kinds = self.inquiry.format.meeting_kinds
        return tuple(place for place in self._known_places.places if place.kind in kinds)

    @cached_property
    def _known_places(self) -> KnownPlaces:
        return self.upkeep.places(self.stamp.community)

    @cached_property
    def shape(self) -> Shape:
        """Rosters are made for all places that the format admits, whichever are asked about."""
        return self._shape_at(self.active_places)

    def _shape_at(self, places: Iterable[Location]) -> Shape:
        ids = tuple(place.pk for place in places)
        return Shape(self.inquiry.format.pk, self.inquiry.meeting, ids)

    # --- for everybody the same -----------------------------------------------------------

    @cached_property
    def frame(self) -> engine.Frame:
        """The community's rules about starts, for those that the table answers for."""
        community = self.inquiry.community
        frame = engine.frame(
            self.table.window,
            zone=community.zone,
            first=self.inquiry.first,
            days=self.inquiry.days,
            now=self.inquiry.now,
            lead=community.lead_time_minutes * MINUTE,
            weeks_ahead=community.weeks_ahead,
            allowed_minutes=community.allowed_minutes,
            closures=self.upkeep.closures(self.stamp.community),
            breaks=self._breaks,
            moving=self.inquiry.moved_from,
        )
        frame = frame.repeated() if self.inquiry.is_repeat else frame
        return replace(frame, asked=frame.asked & self.table.core)

    @property
    def _breaks(self) -> tuple[Dated, ...]:
        """Only a series pauses in the breaks of a term; single meetings go on."""
        weekly = self.inquiry.format.is_weekly
        return self.upkeep.breaks(self.stamp.community) if weekly else ()

    def student(self, service: Service | None) -> engine.Student | None:
        """The student; without a service their list is not asked."""
        facts = self.inquiry.student_facts
        return None if facts is None else facts.on(self.table.window, service)

    def common(self, service: Service | None) -> tuple[engine_search.Common, ...]:
        """What holds for everybody at the places asked about."""
        wanted = self.inquiry.location
        places = [p for p in self.active_places if wanted is None or p.pk == wanted.pk]
        seen = self.places(places, opened=self._known_places.open)
        return engine_search.common(self.frame, self.inquiry.meeting, seen, self.student(service))

    def places(
        self, places: Sequence[Location], *, opened: Mapping[int, engine.Mask | None] = NONE_KNOWN
    ) -> list[engine.Place]:
        """These places as the engine sees them; of those in `opened` the hours are worked out."""
        limited = {place.pk: place.capacity for place in places if place.capacity}
        full = self._full_times(limited) if limited else {}
        return [
            engine.Place(
                place.pk,
                opened[place.pk] if place.pk in opened else self.upkeep.open_ticks(place),
                full.get(place.pk, 0),
                standing_of_place(place, self.inquiry.format),
            )
            for place in places
        ]

    def _full_times(self, capacities: dict[int, int]) -> dict[int, engine.Mask]:
        version = (self.stamp.community, self.inquiry.meetings)
        return self.after_move.full_times(capacities, version)

    # --- people ---------------------------------------------------------------------------

    def world(
        self, service: Service, providers: Sequence[Provider], places: Sequence[Location]
    ) -> list[engine.Provider]:
        """These providers as the engine sees them at these places."""
        joinable = self.inquiry.joinables(self.table.window).get(service.pk, {})
        return [
            replace(theirs, joinable=joinable.get(theirs.id, {}))
            for theirs in self.bare_world(service.pk, providers, places)
        ]

    def bare_world(
        self, service: int, providers: Sequence[Provider], places: Sequence[Location]
    ) -> list[engine.Provider]:
        """The same for a service by its id, without the meetings that may be joined."""
        people = [unversioned(provider) for provider in providers]
        (parts,) = read_together([self.after_move], people)
        shape = self._shape_at(places)
        return [self.upkeep.provider(person, service, shape, parts) for person in people]

    def find_roster(self, service: Service, provider: Provider | None) -> KnownRoster | None:
        """The starts of everybody asked about, if they are kept and still true."""
        return self._known(self._key(service, provider))

    def make_roster(self, service: Service, provider: Provider | None, parts: Parts) -> KnownRoster:
        """The same, made of people's parts."""
        people = self.inquiry.people
        made = self.upkeep.roster(self.shape, service.pk, people, parts, self.stamp)
        self.table.rosters[self._key(service, provider)] = made
        return made

    def moved(self, roster: engine_search.Roster, service: Service) -> engine_search.Roster:
        """The roster as if the meeting that is moved were given up: one provider's row is new."""
        left = self.inquiry.left
        if left is None or not left.commitments or left.provider not in roster.rows:
            return roster
        theirs = [person for person in self.inquiry.people if person.provider == left.provider]
        (parts,) = read_together([self.after_move], theirs)
        made = self.after_move.roster(self.shape, service.pk, theirs, parts, self.stamp)
        return roster.replacing(made.roster.rows.values())

    def _key(self, service: Service, provider: Provider | None) -> RosterKey:
        return self.shape, service.pk, None if provider is None else provider.pk

    def rosters(self, services: Sequence[Service]) -> dict[int, engine_search.Roster]:
        """The same for many services at once, of all providers of the community."""
        keys = {service.pk: (self.shape, service.pk, EVERY_SERVICE) for service in services}
        known = {pk: self._known(key) for pk, key in keys.items()}
        missing = [pk for pk, roster in known.items() if roster is None]
        if missing:
            everybody = self.inquiry.people
            able = self.upkeep.coverage(self.stamp.community, self.inquiry.providers)
            (parts,) = read_together([self.upkeep], everybody)
            whole = {person.provider: person for person in everybody}
            for pk in missing:
                people = [whole[id_] for id_ in able.get(pk, ()) if id_ in whole]
                made = self.upkeep.roster(self.shape, pk, people, parts, self.stamp)
                # All of them lean on everybody's versions: one stamp is read for all services.
                made = replace(made, stamp=stamp_of(self.stamp, everybody))
                known[pk] = self.table.rosters[keys[pk]] = made
            kept.tidy()
        return {pk: roster.roster for pk, roster in known.items() if roster is not None}

    def _known(self, key: RosterKey) -> KnownRoster | None:
        known = self.table.rosters.get(key)
        if known is None or known.stamp != self.stamp:
            return None
        return known if known.validity.holds(self.inquiry.now) else None


def rosters_of(
    overs: Sequence[Over], service: Service, provider: Provider | None
) -> list[engine_search.Roster]:
    """Everybody's starts over each window, kept or made; rows are read once for all windows."""
    found = {over: over.find_roster(service, provider) for over in overs}
    stale = [over for over, known in found.items() if known is None]
    if stale:
        with collector.at_rest():
            parts = read_together([over.upkeep for over in stale], stale[0].inquiry.people)
            for over, theirs in zip(stale, parts, strict=True):
                found[over] = over.make_roster(service, provider, theirs)
        kept.tidy()
    return [known.roster for known in found.values() if known is not None]


def standing_of_place(place: Location, format_: AppointmentFormat) -> tuple[Refusal, ...]:
    """What stands against every meeting of this format at this place."""
    refusals = []
    if not place.is_active:
        refusals.append(Refusal(Reason.LOCATION_INACTIVE, {"location": place.name}))
    if place.kind not in format_.meeting_kinds:
        refusals.append(Refusal(Reason.LOCATION_NOT_ADMITTED, {"location": place.name}))
    return tuple(refusals)
