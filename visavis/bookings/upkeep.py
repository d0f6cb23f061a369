"""Brings a table up to date: what has no version yet, or an old one, is read from rows.

The number of queries does not grow with the people: all who are missing are read at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet

from visavis.availability.models import Closure, Location
from visavis.availability.queries import locations_of
from visavis.bookings.hours import DATED_COLUMNS, NO_HOURS, REACH, HoursReader, OpenHours
from visavis.bookings.table import (
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
from visavis.bookings.taken import TakenReader, TakenTime, read_full_times
from visavis.bookings.validity import Validity
from visavis.bookings.versions import Person, Stamp, stamp_of
from visavis.communities.models import Community
from visavis.engine import world as engine
from visavis.engine.masks import Mask
from visavis.engine.search import Roster, Row, make_rows
from visavis.engine.wallclock import Dated, Weekly, weekly_mask
from visavis.engine.zones import Period, local_weeks
from visavis.people.models import Provider

# More people than this are named by a subquery: databases bound the length of a list.
LISTED = 500


@dataclass
class Upkeep:
    """A table's upkeep for a community at `now` (aware); `providers` are those asked about."""

    community: Community
    table: Table
    providers: QuerySet[Provider]
    now: datetime

    def closures(self, version: int) -> tuple[Dated, ...]:
        """The closures that may touch the window, under the community's version."""
        known = self.table.closures
        if known is None or known.version != version:
            window = self.table.window
            rows = Closure.objects.filter(
                community=self.community,
                first__lte=window.end.date() + REACH,
                last__gte=window.start.date() - REACH,
            ).values_list(*DATED_COLUMNS)
            known = KnownClosures(version, tuple(Dated(*row) for row in rows))
            self.table.closures = known
        return known.closures

    def places(self, version: int) -> tuple[Location, ...]:
        """The active places in their order, under the community's version."""
        known = self.table.places
        if known is None or known.version != version:
            places = tuple(locations_of(self.community))
            known = KnownPlaces(version, places, {p.pk: self._work_out_open(p) for p in places})
            self.table.places = known
        return known.places

    def open_ticks(self, place: Location) -> Mask | None:
        """The ticks at which a place is open; None is always."""
        known = self.table.places
        if known is not None and place.pk in known.open:
            return known.open[place.pk]
        return self._work_out_open(place)

    def _work_out_open(self, place: Location) -> Mask | None:
        if not place.hours:
            return None
        rules = [Weekly(*row) for row in place.hours]
        return weekly_mask(rules, self.community.zone, self.table.window)

    def full_times(self, capacities: dict[int, int], version: int) -> dict[int, Mask]:
        """When these places (id → capacity) are full, under the version of all meetings here."""
        known = self.table.full
        missing = {
            pk: capacity
            for pk, capacity in capacities.items()
            if not self._is_full_known(known.get(pk), capacity, version)
        }
        if missing:
            found = read_full_times(missing, self.table.window, self.now)
            known.update({pk: KnownFull(version, missing[pk], full) for pk, full in found.items()})
        return {pk: known[pk].full.mask for pk in capacities}

    def _is_full_known(self, known: KnownFull | None, capacity: int, version: int) -> bool:
        return (
            known is not None
            and (known.version, known.capacity) == (version, capacity)
            and known.full.validity.holds(self.now)
        )

    # --- people ---------------------------------------------------------------------------

    def read(self, people: Sequence[Person]) -> None:
        """Know the hours and the taken time of all of these people."""
        self._read_hours(people)
        self._read_taken(people)

    def _read_hours(self, people: Sequence[Person]) -> None:
        known = self.table.hours
        missing = [
            person
            for person in people
            if (has := known.get(person.provider)) is None or has.version != person.hours_version
        ]
        if not missing:
            return
        found = HoursReader(self._whose(missing), self.community.zone, self.table.window).read()
        for person in missing:
            hours = found.get(person.provider, NO_HOURS)
            known[person.provider] = KnownHours(person.hours_version, hours)

    def _whose(self, people: Sequence[Person]) -> Q:
        if len(people) > LISTED:
            return Q(provider__in=self.providers.order_by())
        return Q(provider_id__in=[person.provider for person in people])

    def _read_taken(self, people: Sequence[Person]) -> None:
        known, periods = self.table.taken, self._weeks if self._is_capped(people) else ()
        missing = [p for p in people if not self._is_taken_known(known.get(p.user), p, periods)]
        if not missing:
            return
        users: Any = [person.user for person in missing]
        if len(users) > LISTED:
            users = self.providers.order_by().values("user_id")
        reader = TakenReader(self.community.pk, users, self.table.window, periods)
        found, nothing = reader.read(self.now), TakenTime(used=(0,) * len(periods))
        for person in missing:
            taken = found.get(person.user, nothing)
            known[person.user] = KnownTaken(person.time_version, taken)

    def _is_taken_known(
        self, known: KnownTaken | None, person: Person, periods: tuple[Period, ...]
    ) -> bool:
        return (
            known is not None
            and known.version == person.time_version
            and len(known.taken.used) >= len(periods)
            and known.taken.validity.holds(self.now)
        )

    def _is_capped(self, people: Sequence[Person]) -> bool:
        has_default = self.community.provider_weekly_cap_minutes is not None
        return has_default or any(person.cap is not None for person in people)

    @cached_property
    def _weeks(self) -> tuple[Period, ...]:
        return local_weeks(self.community.zone, self.table.window)

    # --- rosters --------------------------------------------------------------------------

    def roster(
        self, shape: Shape, service: int, people: Sequence[Person], stamp: Stamp
    ) -> KnownRoster:
        """The starts of all of these people, whose parts `read` has brought up to date.

        A row is worked out anew only when its hours, its taken time or its cap are new.
        """
        rows = self.table.rows.setdefault(shape, {})
        keys, stale = [], []
        for person in people:
            hours = self.table.hours[person.provider].hours
            taken = self.table.taken[person.user].taken
            key = (person.provider, hours.admitting(service, shape.format))
            keys.append(key)
            known = rows.get(key)
            is_same = known is not None and known.hours is hours and known.taken is taken
            if known is None or not is_same or known.cap != self._cap(person):
                stale.append((key, person, hours, taken))
        for (key, person, hours, taken), row in zip(stale, self._rows(shape, stale), strict=True):
            rows[key] = KnownRow(hours, taken, self._cap(person), row)
        found = [rows[key] for key in keys]
        return KnownRoster(
            stamp_of(stamp, people),
            Roster.of(shape.places, (known.row for known in found)),
            Validity.of_all(known.taken.validity for known in found),
        )

    def _rows(
        self, shape: Shape, wanted: Sequence[tuple[RowKey, Person, OpenHours, TakenTime]]
    ) -> list[Row]:
        providers = (
            self._provider(person, hours.at(key[1], shape.places), hours, taken)
            for key, person, hours, taken in wanted
        )
        places = [engine.Place(pk) for pk in shape.places]
        return list(make_rows(self.table.window, shape.meeting, providers, places))

    def provider(self, person: Person, service: int, shape: Shape) -> engine.Provider:
        """One of the people that were read, as the engine sees them."""
        hours = self.table.hours[person.provider].hours
        taken = self.table.taken[person.user].taken
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
