"""Brings a table up to date: what has no version yet, or an old one, is read from rows.

The number of queries does not grow with the people: all who are missing are read at once.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from visavis.availability.models import Break, Closure, Location
from visavis.availability.queries import locations_of
from visavis.bookings.hours import DATED_COLUMNS, NO_HOURS, REACH, HoursReader, OpenHours
from visavis.bookings.outside import and_outside, read_outside
from visavis.bookings.table import (
    Coverage,
    KnownClosures,
    KnownFull,
    KnownHours,
    KnownPlaces,
    KnownRoster,
    KnownRow,
    KnownTaken,
    RowKey,
    Shape,
    Table,
)
from visavis.bookings.taken import TakenReader, TakenTime, View, read_full_times
from visavis.bookings.validity import Validity
from visavis.bookings.versions import Person, Stamp, stamp_of
from visavis.catalogue.models import Certification
from visavis.catalogue.queries import coverage
from visavis.communities.models import Community
from visavis.core.prepared import Blank, prepared
from visavis.engine import world as engine
from visavis.engine.masks import Mask
from visavis.engine.search import Roster, Row, make_rows
from visavis.engine.wallclock import Dated, Weekly, weekly_mask
from visavis.engine.zones import Period, local_weeks
from visavis.people.models import Provider

# More people than this are named by a subquery: databases bound the length of a list.
LISTED = 500


def _closures() -> QuerySet[Any, Any]:
    """A community's closures on some days, of Blanks."""
    rows = Closure.objects.filter(
        community_id=Blank("community"), first__lte=Blank("last"), last__gte=Blank("first")
    )
    return rows.order_by().values_list(*DATED_COLUMNS)


@dataclass(frozen=True, slots=True)
class Parts:
    """People's hours by provider id, and their taken time by user id."""

    hours: dict[int, OpenHours]
    taken: dict[int, TakenTime]


@dataclass
class Upkeep:
    """A table's upkeep for a community at `now` (aware).

    `without` are commitments by id that are left out; a table that is kept never leaves any out.
    """

    community: Community
    table: Table
    now: datetime
    without: frozenset[int] = frozenset()

    def closures(self, version: int) -> tuple[Dated, ...]:
        """The closures that may touch the window, under the community's version."""
        known = self.table.closures
        if known is None or known.version != version:
            window = self.table.window
            rows = prepared("closures", _closures).values(
                community=self.community.pk,
                first=window.start.date() - REACH,
                last=window.end.date() + REACH,
            )
            known = KnownClosures(version, tuple(Dated(*row) for row in rows))
            self.table.closures = known
        return known.closures

    def breaks(self, version: int) -> tuple[Dated, ...]:
        """The breaks of terms that may touch the window, under the community's version."""
        known = self.table.breaks
        if known is None or known.version != version:
            window = self.table.window
            rows = Break.objects.filter(
                term__community=self.community,
                first__lte=window.end.date() + REACH,
                last__gte=window.start.date() - REACH,
            ).values_list("first", "last")
            whole = tuple(Dated(first, last) for first, last in rows)
            known = self.table.breaks = KnownClosures(version, whole)
        return known.closures

    def places(self, version: int) -> KnownPlaces:
        """The active places in their order, under the community's version."""
        known = self.table.places
        if known is None or known.version != version:
            places = tuple(locations_of(self.community))
            known = KnownPlaces(version, places, {p.pk: self.open_ticks(p) for p in places})
            self.table.places = known
        return known

    def open_ticks(self, place: Location) -> Mask | None:
        """The ticks at which a place is open; None is always."""
        if not place.hours:
            return None
        rules = [Weekly(*row) for row in place.hours]
        return weekly_mask(rules, self.community.zone, self.table.window)

    def full_times(self, capacities: dict[int, int], version: tuple[int, int]) -> dict[int, Mask]:
        """When these places (id → capacity) are full, under the version of all meetings here."""
        known = {pk: self._find_full(pk, capacity, version) for pk, capacity in capacities.items()}
        missing = {pk: capacities[pk] for pk, full in known.items() if full is None}
        if missing:
            read = read_full_times(missing, self.table.window, self.now, self.without)
            for pk, full in read.items():
                known[pk] = self.table.full[pk] = KnownFull(version, missing[pk], full)
        return {pk: found.full.mask for pk, found in known.items() if found is not None}

    def _find_full(self, pk: int, capacity: int, version: tuple[int, int]) -> KnownFull | None:
        known = self.table.full.get(pk)
        if known is None or (known.version, known.capacity) != (version, capacity):
            return None
        return known if known.full.validity.holds(self.now) else None

    def coverage(
        self, version: int, providers: QuerySet[Provider]
    ) -> Mapping[int, tuple[int, ...]]:
        """The providers who may give each service, by id, under the community's version."""
        known = self.table.coverage
        if known is None or known.version != version:
            certifications = list(Certification.objects.filter(provider__in=providers.order_by()))
            covered = coverage(self.community, certifications).by_certification
            able: dict[int, dict[int, None]] = defaultdict(dict)
            for certification in certifications:
                for service in covered[certification.pk]:
                    able[service.pk][certification.provider_id] = None
            known = Coverage(version, {pk: tuple(ids) for pk, ids in able.items()})
            self.table.coverage = known
        return known.providers

    # --- people ---------------------------------------------------------------------------

    def find_hours(self, person: Person) -> OpenHours | None:
        """What is known of this person's hours, if it is of their version."""
        known = self.table.hours.get(person.provider)
        if known is None or known.version != person.hours_version:
            return None
        return known.hours

    def find_taken(self, person: Person, view: View) -> TakenTime | None:
        """What is known of this person's taken time, if it is of their version and instant."""
        known = self.table.taken.get(person.user)
        if known is None or known.version != person.time_version:
            return None
        is_counted = len(known.taken.used) >= len(view.periods)
        return known.taken if is_counted and known.taken.validity.holds(self.now) else None

    def view(self, people: Sequence[Person]) -> View:
        """What is looked at of these people's time: for caps the weeks, if anybody has one."""
        has_default = self.community.provider_weekly_cap_minutes is not None
        is_capped = has_default or any(person.cap is not None for person in people)
        return View(self.table.window, self._weeks if is_capped else ())

    @cached_property
    def _weeks(self) -> tuple[Period, ...]:
        return local_weeks(self.community.zone, self.table.window)

    # --- rosters --------------------------------------------------------------------------

    def roster(
        self, shape: Shape, service: int, people: Sequence[Person], parts: Parts, stamp: Stamp
    ) -> KnownRoster:
        """The starts of all of these people, made of these parts.

        A row is worked out anew only when its hours, its taken time or its cap are new.
        """
        kept = self.table.rows.setdefault(shape, {})
        found, stale = dict[int, KnownRow](), []
        for person in people:
            hours, taken = parts.hours[person.provider], parts.taken[person.user]
            key = (person.provider, hours.admitting(service, shape.format))
            known = kept.get(key)
            if known is not None and known.is_of(hours, taken, self._cap(person)):
                found[person.provider] = known
            else:
                stale.append((key, person, hours, taken))
        for (key, person, hours, taken), row in zip(stale, self._rows(shape, stale), strict=True):
            found[person.provider] = kept[key] = KnownRow(hours, taken, self._cap(person), row)
        ordered = [found[person.provider] for person in people]
        return KnownRoster(
            stamp_of(stamp, people),
            Roster.of(shape.places, (known.row for known in ordered)),
            Validity.of_all(known.taken.validity for known in ordered),
        )

    def _rows(
        self, shape: Shape, wanted: Sequence[tuple[RowKey, Person, OpenHours, TakenTime]]
    ) -> list[Row]:
        providers = [
            self._provider(person, hours.at(key[1], shape.places), hours, taken)
            for key, person, hours, taken in wanted
        ]
        places = [engine.Place(pk) for pk in shape.places]
        return make_rows(self.table.window, shape.meeting, providers, places)

    def provider(self, person: Person, service: int, shape: Shape, parts: Parts) -> engine.Provider:
        """One of the people that were read, as the engine sees them."""
        hours, taken = parts.hours[person.provider], parts.taken[person.user]
        admitting = hours.admitting(service, shape.format)
        return self._provider(person, hours.at(admitting, shape.places), hours, taken)

    def _provider(
        self, person: Person, at: dict[int, Mask], hours: OpenHours, taken: TakenTime
    ) -> engine.Provider:
        return engine.Provider(
            id=person.provider,
            hours=at,
            away=hours.away,
            taken=taken.masks,
            quota=self._quota(person, taken),
        )

    def _quota(self, person: Person, taken: TakenTime) -> engine.Quota | None:
        cap = self._cap(person)
        if cap is None:
            return None
        return engine.quota_of(cap, self._weeks, taken.used, name="week")

    def _cap(self, person: Person) -> int | None:
        """The minutes that this provider may give a week: their own, else the community's."""
        return self.community.provider_weekly_cap_minutes if person.cap is None else person.cap


def read_together(upkeeps: Sequence[Upkeep], people: Sequence[Person]) -> list[Parts]:
    """These people's hours and taken time over the windows of these tables of one community.

    Each row is read once, whichever tables lack it. What comes back is what was found under the
    very versions of these people: other threads may put newer or older parts into the tables.
    """
    hours, taken = _read_hours(upkeeps, people), _read_taken(upkeeps, people)
    return [Parts(*pair) for pair in zip(hours, taken, strict=True)]


def _read_hours(upkeeps: Sequence[Upkeep], people: Sequence[Person]) -> list[dict[int, OpenHours]]:
    known = [{p.provider: upkeep.find_hours(p) for p in people} for upkeep in upkeeps]
    missing = [p for p in people if any(found[p.provider] is None for found in known)]
    if missing:
        windows = [upkeep.table.window for upkeep in upkeeps]
        community, ids = upkeeps[0].community, [person.provider for person in missing]
        # Of many, those of the whole community are read, so that nobody is left out.
        whole = community.pk if len(missing) > LISTED else None
        read = HoursReader(whole, ids, community.zone, windows).read()
        for upkeep, found, fresh in zip(upkeeps, known, read, strict=True):
            for person in missing:
                hours = found[person.provider] = fresh.get(person.provider, NO_HOURS)
                upkeep.table.hours[person.provider] = KnownHours(person.hours_version, hours)
    return [{pk: hours for pk, hours in found.items() if hours is not None} for found in known]


def _read_taken(upkeeps: Sequence[Upkeep], people: Sequence[Person]) -> list[dict[int, TakenTime]]:
    views = [upkeep.view(people) for upkeep in upkeeps]
    known = [
        {p.user: upkeep.find_taken(p, view) for p in people}
        for upkeep, view in zip(upkeeps, views, strict=True)
    ]
    missing = [p for p in people if any(found[p.user] is None for found in known)]
    if missing:
        community, now = upkeeps[0].community, upkeeps[0].now
        users = None if len(missing) > LISTED else [person.user for person in missing]
        read = TakenReader(community.pk, users, views, upkeeps[0].without).read(now)
        outside = read_outside(users, [view.window for view in views])
        rows = zip(upkeeps, views, known, read, outside, strict=True)
        for upkeep, view, found, fresh, busy in rows:
            nothing = TakenTime(used=(0,) * len(view.periods))
            for person in missing:
                taken = and_outside(fresh.get(person.user, nothing), busy.get(person.user, 0))
                found[person.user] = taken
                upkeep.table.taken[person.user] = KnownTaken(person.time_version, taken)
    return [{pk: taken for pk, taken in found.items() if taken is not None} for found in known]
