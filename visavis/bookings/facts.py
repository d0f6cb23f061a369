"""Rows become what the engine is told: hours, taken time, places, limits. Reads only.

The number of queries does not grow with the number of providers or services: everything is read
once for the people, the format and the days in question, and narrowed in memory.
"""

from collections import defaultdict
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from visavis.availability.models import Closure, Location
from visavis.bookings.blocks import DATED_COLUMNS, REACH, Block, read_absences, read_hours
from visavis.bookings.enums import CommitmentPart
from visavis.bookings.taken import (
    active_commitments,
    buffers,
    joinable_appointments,
    open_bookings,
)
from visavis.catalogue.models import AppointmentFormat, Service
from visavis.catalogue.queries import is_on_list
from visavis.communities.models import Community
from visavis.engine import world as engine
from visavis.engine.masks import Mask, minutes_to_ticks
from visavis.engine.wallclock import Dated, Weekly, dated_cover, dated_mask, weekly_mask
from visavis.engine.window import Window
from visavis.engine.world import Reason, Refusal
from visavis.engine.zones import local_days, local_weeks
from visavis.people.models import Provider, User
from visavis.people.rules import Standing, can_see_community, is_paused

MINUTE = timedelta(minutes=1)
# A meeting lasts at most eight hours, a buffer four.
MARGIN = timedelta(days=1)


@dataclass(frozen=True)
class Scope:
    """What is read: a community's days for one format, these providers, places and a student.

    `first` is a local date of the community's zone; `now` is an aware instant.
    """

    community: Community
    format: AppointmentFormat
    providers: Sequence[Provider]
    places: Sequence[Location]
    student: User | None
    first: date
    days: int
    now: datetime


@dataclass
class Facts:
    """Everything the engine needs about a scope, read when first asked for."""

    scope: Scope

    @cached_property
    def window(self) -> Window:
        scope = self.scope
        return engine.window_for(scope.community.zone, scope.first, scope.days, MARGIN)

    @cached_property
    def frame(self) -> engine.Frame:
        community = self.scope.community
        closures = Closure.objects.filter(
            community=community,
            first__lte=self.window.end.date() + REACH,
            last__gte=self.window.start.date() - REACH,
        ).values_list(*DATED_COLUMNS)
        return engine.frame(
            self.window,
            zone=community.zone,
            first=self.scope.first,
            days=self.scope.days,
            now=self.scope.now,
            lead=community.lead_time_minutes * MINUTE,
            weeks_ahead=community.weeks_ahead,
            allowed_minutes=community.allowed_minutes,
            closures=[Dated(*row) for row in closures],
        )

    @property
    def meeting(self) -> engine.Meeting:
        before, after = buffers(self.scope.community, self.scope.format)
        return engine.Meeting(
            minutes_to_ticks(self.scope.format.minutes),
            minutes_to_ticks(before),
            minutes_to_ticks(after),
        )

    # --- places ---------------------------------------------------------------------------

    @cached_property
    def places(self) -> list[engine.Place]:
        held = self._held_by_place()
        return [self._place(place, held.get(place.pk, [])) for place in self.scope.places]

    def _place(self, place: Location, held: list[tuple[datetime, datetime]]) -> engine.Place:
        zone = self.scope.community.zone
        hours = [Weekly(*row) for row in place.hours]
        full = engine.full_mask(self.window, place.capacity, held) if place.capacity else 0
        standing = []
        if not place.is_active:
            standing.append(Refusal(Reason.LOCATION_INACTIVE, {"location": place.name}))
        if place.kind not in self.scope.format.meeting_kinds:
            standing.append(Refusal(Reason.LOCATION_NOT_ADMITTED, {"location": place.name}))
        return engine.Place(
            id=place.pk,
            open=weekly_mask(hours, zone, self.window) if hours else None,
            full=full,
            standing=tuple(standing),
        )

    def _held_by_place(self) -> dict[int, list[tuple[datetime, datetime]]]:
        limited = [place.pk for place in self.scope.places if place.capacity]
        held: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
        if not limited:
            return held
        rows = active_commitments(self.scope.now).filter(
            part=CommitmentPart.PROVIDER,
            appointment__location_id__in=limited,
            start__lt=self.window.end,
            end__gt=self.window.start,
        )
        for place, start, end in rows.values_list("appointment__location_id", "start", "end"):
            held[place].append((start, end))
        return held

    # --- providers ------------------------------------------------------------------------

    @cached_property
    def _provider_ids(self) -> list[int]:
        return [provider.pk for provider in self.scope.providers]

    def providers(
        self,
        service: Service,
        *,
        standing: dict[int, tuple[Refusal, ...]] | None = None,
        among: Container[int] | None = None,
    ) -> list[engine.Provider]:
        """The scope's providers as the engine sees them for one service, in the scope's order.

        With `among`, only those with these ids.
        """
        standing = standing or {}
        return [
            engine.Provider(
                id=provider.pk,
                hours=self._hours(provider.pk, service.pk),
                away=self._away.get(provider.pk, 0),
                taken=self._taken.get(provider.user_id, engine.TakenMasks()),
                quota=self._cap(provider),
                standing=standing.get(provider.pk, ()),
                joinable=self._joinable.get((provider.pk, service.pk), {}),
            )
            for provider in self.scope.providers
            if among is None or provider.pk in among
        ]

    def _hours(self, provider_id: int, service_id: int) -> dict[int, Mask]:
        blocks = [
            block
            for block in self._blocks.get(provider_id, ())
            if block.services is None or service_id in block.services
        ]
        everywhere = self._mask([block.rule for block in blocks if block.places is None])
        hours: dict[int, Mask] = {}
        for place in self.scope.places:
            here = [b.rule for b in blocks if b.places is not None and place.pk in b.places]
            hours[place.pk] = everywhere | self._mask(here) if here else everywhere
        return hours

    def _mask(self, rules: list[Weekly | Dated]) -> Mask:
        zone = self.scope.community.zone
        weekly = [rule for rule in rules if isinstance(rule, Weekly)]
        dated = [rule for rule in rules if isinstance(rule, Dated)]
        return (weekly_mask(weekly, zone, self.window) if weekly else 0) | (
            dated_mask(dated, zone, self.window) if dated else 0
        )

    @cached_property
    def _blocks(self) -> dict[int, list[Block]]:
        return read_hours(self._provider_ids, self.scope.format, self.window)

    @cached_property
    def _away(self) -> dict[int, Mask]:
        zone = self.scope.community.zone
        absences = read_absences(self._provider_ids, self.window)
        return {pk: dated_cover(ranges, zone, self.window) for pk, ranges in absences.items()}

    # --- taken time -----------------------------------------------------------------------

    @cached_property
    def _taken(self) -> dict[int, engine.TakenMasks]:
        """What is taken of each person, in any role and community, with requests and holds."""
        people = {provider.user_id for provider in self.scope.providers}
        if self.scope.student is not None:
            people.add(self.scope.student.pk)
        rows = active_commitments(self.scope.now).filter(
            person_id__in=people,
            start__lt=self.window.end + MARGIN,
            end__gt=self.window.start - MARGIN,
        )
        taken: dict[int, list[engine.Taken]] = defaultdict(list)
        here = self.scope.community.pk
        columns = ("start", "end", "buffer_before_minutes", "buffer_after_minutes", "community_id")
        for person, start, end, before, after, community in rows.values_list("person_id", *columns):
            taken[person].append(
                engine.Taken(start, end, before * MINUTE, after * MINUTE, community != here)
            )
        return {pk: engine.taken_masks(self.window, times) for pk, times in taken.items()}

    # --- limits ---------------------------------------------------------------------------

    @cached_property
    def _caps(self) -> dict[int, int]:
        default = self.scope.community.provider_weekly_cap_minutes
        own = {provider.pk: provider.weekly_cap_minutes for provider in self.scope.providers}
        caps = {pk: default if cap is None else cap for pk, cap in own.items()}
        return {pk: cap for pk, cap in caps.items() if cap is not None}

    def _cap(self, provider: Provider) -> engine.Quota | None:
        cap = self._caps.get(provider.pk)
        if cap is None:
            return None
        return engine.quota(
            self.window,
            limit_minutes=cap,
            periods=local_weeks(self.scope.community.zone, self.window),
            held=self._held_by_provider.get(provider.user_id, ()),
            name="week",
        )

    @cached_property
    def _held_by_provider(self) -> dict[int, list[tuple[datetime, datetime]]]:
        people = {p.user_id for p in self.scope.providers if p.pk in self._caps}
        return self._held(people, CommitmentPart.PROVIDER)

    def _held(
        self, people: set[int], part: CommitmentPart
    ) -> dict[int, list[tuple[datetime, datetime]]]:
        """Meetings of these people in this community, in all weeks that the window touches."""
        week = timedelta(days=8)
        rows = active_commitments(self.scope.now).filter(
            person_id__in=people,
            community=self.scope.community,
            part=part,
            start__lt=self.window.end + week,
            end__gt=self.window.start - week,
        )
        held: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
        for person, start, end in rows.values_list("person_id", "start", "end"):
            held[person].append((start, end))
        return held

    # --- the student ----------------------------------------------------------------------

    def student(self, service: Service | None) -> engine.Student | None:
        """The student as the engine sees them; `service` None leaves their list unasked."""
        student = self.scope.student
        if student is None:
            return None
        return engine.Student(
            taken=self._taken.get(student.pk, engine.TakenMasks()),
            quotas=self._student_quotas,
            standing=self._student_standing + self._off_list(student, service),
        )

    @staticmethod
    def _off_list(student: User, service: Service | None) -> tuple[Refusal, ...]:
        if service is None or is_on_list(student, service):
            return ()
        return (Refusal(Reason.NOT_ON_LIST, {"service": service.code}),)

    @cached_property
    def _student_standing(self) -> tuple[Refusal, ...]:
        assert self.scope.student is not None  # noqa: S101  (only asked for with a student)
        return student_standing(self.scope.student, self.scope.community, self.scope.now)

    @cached_property
    def _student_quotas(self) -> tuple[engine.Quota, ...]:
        community, student = self.scope.community, self.scope.student
        assert student is not None  # noqa: S101  (only asked for with a student)
        limits = {
            "day": (community.student_daily_limit_minutes, local_days),
            "week": (community.student_weekly_limit_minutes, local_weeks),
        }
        wanted = {name: limit for name, limit in limits.items() if limit[0] is not None}
        if not wanted:
            return ()
        held = self._held({student.pk}, CommitmentPart.STUDENT).get(student.pk, [])
        return tuple(
            engine.quota(
                self.window,
                limit_minutes=minutes or 0,
                periods=periods(community.zone, self.window),
                held=held,
                name=name,
            )
            for name, (minutes, periods) in wanted.items()
        )

    # --- group meetings with seats left ---------------------------------------------------

    @cached_property
    def _joinable(self) -> dict[tuple[int, int], dict[int, engine.Joinable]]:
        """Appointments that may be joined, by (provider, service) and the tick of their start."""
        if not self.scope.format.is_group:
            return {}
        found: dict[tuple[int, int], dict[int, engine.Joinable]] = defaultdict(dict)
        for row in joinable_appointments(self.scope.format, self._provider_ids, self.scope.now):
            if not self.window.start <= row.start < self.window.end:
                continue
            length = minutes_to_ticks(round((row.end - row.start) / MINUTE))
            found[row.provider_id, row.service_id][self.window.tick(row.start)] = engine.Joinable(
                place=row.location_id, seats_left=row.capacity - row.taken_seats, ticks=length
            )
        return found


def student_standing(student: User, community: Community, now: datetime) -> tuple[Refusal, ...]:
    """What stands against every booking of this student here at `now`."""
    standing = Standing(student, community)
    refusals = []
    if not can_see_community(standing):
        refusals.append(Refusal(Reason.NOT_ELIGIBLE, {"community": community.name}))
    if is_paused(standing):
        refusals.append(Refusal(Reason.STUDENT_PAUSED, {"community": community.name}))
    limit = community.student_open_bookings_limit
    if limit is not None and open_bookings(student, community, now) >= limit:
        refusals.append(Refusal(Reason.STUDENT_LIMIT, {"period": "open", "limit": limit}))
    return tuple(refusals)
