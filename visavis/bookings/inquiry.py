"""One question on its way to the engine: which windows, whose hours, what holds for everybody.

Versions are read first, rows after them (`versions.py`). What is known already is asked of the
tables that this process keeps; without any, the same code reads all from rows.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from types import MappingProxyType

from django.db.models import QuerySet

from visavis.availability.models import Location
from visavis.bookings import kept
from visavis.bookings.leaving import Left, left_by
from visavis.bookings.models import Booking
from visavis.bookings.student import StudentFacts
from visavis.bookings.table import (
    Coverage,
    KnownPlaces,
    KnownRoster,
    RosterKey,
    Shape,
    Table,
)
from visavis.bookings.taken import buffers, joinable_appointments
from visavis.bookings.upkeep import Parts, Upkeep, read_together
from visavis.bookings.versions import (
    Person,
    Stamp,
    read_people,
    read_stamp,
    stamp_of,
    unversioned,
)
from visavis.catalogue.models import AppointmentFormat, Certification, Service
from visavis.catalogue.queries import coverage
from visavis.communities.models import Community
from visavis.core import collector
from visavis.engine import search as engine_search
from visavis.engine import world as engine
from visavis.engine.masks import minutes_to_ticks
from visavis.engine.sheets import WEEKS, Sheet, sheets_between
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

    `moving` is the booking that would be given up for what is asked: its own time counts nowhere.
    `first` is a local date of the community's zone. `community` was read before the service and
    the format: its version stands for them all.
    """

    community: Community
    format: AppointmentFormat
    providers: QuerySet[Provider]
    first: date
    days: int
    now: datetime
    student: User | None = None
    standing: Standing | None = None
    location: Location | None = None
    moving: Booking | None = None

    # --- when -----------------------------------------------------------------------------

    @cached_property
    def sheets(self) -> tuple[Sheet, ...]:
        """The sheets on which a start can be offered at all."""
        zone, lead = self.community.zone, self.community.lead_time_minutes * MINUTE
        today = self.now.astimezone(zone).date()
        end = min(self.first + self.days * DAY, today + self.community.weeks_ahead * WEEK + DAY)
        first = max(midnight(self.first, zone), self.now + lead)
        return sheets_between(first, midnight(end, zone))

    @cached_property
    def meeting(self) -> engine.Meeting:
        before, after = buffers(self.community, self.format)
        return engine.Meeting(
            minutes_to_ticks(self.format.minutes),
            minutes_to_ticks(before),
            minutes_to_ticks(after),
        )

    # --- who ------------------------------------------------------------------------------

    @cached_property
    def stamp(self) -> Stamp | None:
        """The versions, read before everything that they stand for."""
        return read_stamp(self.community, self.providers)

    @cached_property
    def people(self) -> list[Person]:
        """The providers one by one: asked only when something about them is new."""
        return read_people(self.providers)

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
        return None if self.moving is None else left_by(self.moving, self.now)

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

    def over(self, window: Window) -> "Over":
        """Over any window, from rows alone."""
        table = Table.empty(self.community, window)
        return Over(self, table, Stamp.bare(self.community))


@dataclass(frozen=True, eq=False)
class Over:
    """An inquiry over the window of one table."""

    inquiry: Inquiry
    table: Table
    stamp: Stamp

    @cached_property
    def upkeep(self) -> Upkeep:
        return Upkeep(self.inquiry.community, self.table, self.inquiry.now)

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
        return Upkeep(community, bare, self.inquiry.now, left.commitments)

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
        )
        return replace(frame, asked=frame.asked & self.table.core)

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
        version = (self.stamp.community, self.stamp.meetings)
        full = self.after_move.full_times(limited, version) if limited else {}
        return [
            engine.Place(
                place.pk,
                opened[place.pk] if place.pk in opened else self.upkeep.open_ticks(place),
                full.get(place.pk, 0),
                standing_of_place(place, self.inquiry.format),
            )
            for place in places
        ]

    # --- people ---------------------------------------------------------------------------

    def world(
        self, service: Service, providers: Sequence[Provider], places: Sequence[Location]
    ) -> list[engine.Provider]:
        """These providers as the engine sees them at these places."""
        people = [unversioned(provider) for provider in providers]
        (parts,) = read_together([self.after_move], people)
        shape = self._shape_at(places)
        joinable = joinables_by_service(self.inquiry, self.table.window)[service.pk]
        return [
            replace(
                self.upkeep.provider(person, service.pk, shape, parts),
                joinable=joinable.get(person.provider, {}),
            )
            for person in people
        ]

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
            able, everybody = self._able(), self.inquiry.people
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

    def _able(self) -> dict[int, tuple[int, ...]]:
        """The providers who may give each service, under the community's version."""
        known = self.table.coverage
        if known is None or known.version != self.stamp.community:
            known = self.table.coverage = self._read_coverage()
        return known.providers

    def _read_coverage(self) -> Coverage:
        community = self.inquiry.community
        certifications = list(
            Certification.objects.filter(provider__in=self.inquiry.providers.order_by())
        )
        covered = coverage(community, certifications).by_certification
        able: dict[int, dict[int, None]] = defaultdict(dict)
        for certification in certifications:
            for service in covered[certification.pk]:
                able[service.pk][certification.provider_id] = None
        return Coverage(self.stamp.community, {pk: tuple(ids) for pk, ids in able.items()})


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


def joinables_by_service(
    inquiry: Inquiry, window: Window
) -> Mapping[int, Mapping[int, Mapping[int, engine.Joinable]]]:
    """Appointments that may be joined, by service, provider and tick.

    Never kept: whether a seat is left can change with any second.
    """
    found: dict[int, dict[int, dict[int, engine.Joinable]]] = defaultdict(lambda: defaultdict(dict))
    if not inquiry.format.is_group:
        return found
    rows = joinable_appointments(inquiry.format, inquiry.providers.order_by(), inquiry.now).filter(
        start__gte=window.start, start__lt=window.end
    )
    for row in rows:
        if inquiry.left is not None and inquiry.left.appointment == row.pk:
            continue
        length = minutes_to_ticks(round((row.end - row.start) / MINUTE))
        found[row.service_id][row.provider_id][window.tick(row.start)] = engine.Joinable(
            place=row.location_id, seats_left=row.capacity - row.taken_seats, ticks=length
        )
    return found


def standing_of_place(place: Location, format_: AppointmentFormat) -> tuple[Refusal, ...]:
    """What stands against every meeting of this format at this place."""
    refusals = []
    if not place.is_active:
        refusals.append(Refusal(Reason.LOCATION_INACTIVE, {"location": place.name}))
    if place.kind not in format_.meeting_kinds:
        refusals.append(Refusal(Reason.LOCATION_NOT_ADMITTED, {"location": place.name}))
    return tuple(refusals)
