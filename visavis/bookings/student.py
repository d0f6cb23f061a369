"""The student who asks, as the engine sees them: taken time, limits, what stands against them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple, cast
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from visavis.bookings.enums import ACTIVE, CommitmentPart, HoldState
from visavis.bookings.models import Booking, Commitment
from visavis.bookings.taken import AROUND, AROUND_A_WEEK, open_bookings
from visavis.catalogue.models import Service
from visavis.catalogue.queries import is_on_list
from visavis.communities.models import Community
from visavis.core.prepared import Blank, prepared
from visavis.engine import world as engine
from visavis.engine.window import Window
from visavis.engine.world import Reason, Refusal
from visavis.engine.zones import Period, local_days, local_weeks
from visavis.people.models import Pause, User
from visavis.people.rules import Standing, can_see_community, pause_at

COLUMNS = (
    "pk",
    "start",
    "end",
    "buffer_before_minutes",
    "buffer_after_minutes",
    "community_id",
    "part",
    "expires_at",
    "person_id",
    "hold__student_id",
    "hold__provider_id",
    "hold__service_id",
    "hold__format_id",
    "hold__location_id",
)
Periods = Callable[[ZoneInfo, Window], tuple[Period, ...]]


class OwnTime(NamedTuple):
    """A commitment that concerns the student: their own time, or a time held for them."""

    pk: int
    start: datetime
    end: datetime
    before: int
    after: int
    community: int
    part: str
    expires_at: datetime | None
    person: int
    held_for: int | None
    provider: int
    service: int
    format: int
    location: int


def _own_time() -> QuerySet[Any, Any]:
    """What a student has taken but for one booking, and what is held for them; of Blanks."""
    near = Commitment.objects.filter(
        status__in=ACTIVE, start__lt=Blank("last"), end__gt=Blank("first")
    ).order_by()
    kept = Q(booking=None) | ~Q(booking_id=Blank("moving"))
    own = near.filter(kept, person_id=Blank("student"))
    held = near.filter(hold__student_id=Blank("student"), hold__state=HoldState.OPEN)
    return own.values_list(*COLUMNS).union(held.values_list(*COLUMNS))


@dataclass
class StudentFacts:
    """A student in a community at `now` (aware), over the instants [first, last).

    The booking that is being moved, if any, counts nowhere.
    """

    standing_here: Standing
    first: datetime
    last: datetime
    now: datetime
    moving: Booking | None = None

    @property
    def student(self) -> User:
        return cast("User", self.standing_here.user)

    @property
    def community(self) -> Community:
        return self.standing_here.community

    def on(self, window: Window, service: Service | None) -> engine.Student:
        """The student on a window inside those instants; `service` None: their list unasked."""
        pause = self._far_pause
        return engine.Student(
            taken=engine.taken_masks(window, self._taken),
            quotas=self._quotas(window),
            paused_from=None if pause is None else window.ceil(far_from(pause, self.now)),
            pause={} if pause is None else pause_data(pause, self.community),
            standing=self.standing + self._off_list(service),
        )

    @cached_property
    def standing(self) -> tuple[Refusal, ...]:
        """What stands against every booking of the student."""
        return student_standing(self.standing_here, self.now, moving=self.moving)

    @property
    def _far_pause(self) -> Pause | None:
        """The pause that leaves the student the meetings that are near."""
        pause = pause_at(self.standing_here, self.now)
        return pause if pause is not None and pause.far_days is not None else None

    @property
    def own_provider_ids(self) -> tuple[int, ...]:
        """The student's own row as a provider here: mentors are students too."""
        provider = self.standing_here.provider
        return () if provider is None else (provider.pk,)

    def _off_list(self, service: Service | None) -> tuple[Refusal, ...]:
        if service is None or self._is_on_list(service):
            return ()
        return (Refusal(Reason.NOT_ON_LIST, {"service": service.code}),)

    def _is_on_list(self, service: Service) -> bool:
        if service.pk not in self._listed:
            self._listed[service.pk] = is_on_list(self.student, service)
        return self._listed[service.pk]

    @cached_property
    def _listed(self) -> dict[int, bool]:
        return {}

    @cached_property
    def holds(self) -> list[OwnTime]:
        """The times held for the student at `now`, in any community."""
        student = self.student.pk
        return [row for row in self._all if row.held_for == student]

    @cached_property
    def _rows(self) -> list[OwnTime]:
        student = self.student.pk
        return [row for row in self._all if row.person == student]

    @cached_property
    def _all(self) -> list[OwnTime]:
        """All that stands at `now`, in any role and community, and the weeks around for limits.

        What is held for the student comes along: one query for both.
        """
        reach = AROUND_A_WEEK if self._limits else AROUND
        asked = prepared("own time", _own_time).values(
            student=self.student.pk,
            first=self.first - reach,
            last=self.last + reach,
            moving=0 if self.moving is None else self.moving.pk,
        )
        rows = map(OwnTime._make, asked)
        return [row for row in rows if row.expires_at is None or row.expires_at > self.now]

    @property
    def _taken(self) -> list[engine.Taken]:
        here, minute = self.community.pk, engine.MINUTE
        return [
            engine.Taken(
                row.start,
                row.end,
                row.before * minute,
                row.after * minute,
                row.community != here,
            )
            for row in self._rows
        ]

    @cached_property
    def _limits(self) -> dict[str, tuple[int, Periods]]:
        """The limits that this community sets, by name: minutes, and in which periods."""
        day = self.community.student_daily_limit_minutes
        week = self.community.student_weekly_limit_minutes
        found: dict[str, tuple[int, Periods]] = {}
        if day is not None:
            found["day"] = (day, local_days)
        if week is not None:
            found["week"] = (week, local_weeks)
        return found

    def _quotas(self, window: Window) -> tuple[engine.Quota, ...]:
        held = [
            (row.start, row.end)
            for row in self._rows
            if row.community == self.community.pk and row.part == CommitmentPart.STUDENT
        ]
        return tuple(
            engine.quota(
                window,
                limit_minutes=minutes,
                periods=periods(self.community.zone, window),
                held=held,
                name=name,
            )
            for name, (minutes, periods) in self._limits.items()
        )


def far_from(pause: Pause, now: datetime) -> datetime:
    """The instant from which on a pause of far meetings refuses them."""
    return now + timedelta(days=pause.far_days or 0)


def pause_data(pause: Pause, community: Community) -> dict[str, object]:
    """What is told to a student about their pause; without `until` it is open-ended."""
    told = {"until": pause.until, "reason": pause.reason.strip(), "far_days": pause.far_days}
    return {"community": community.name, **{key: value for key, value in told.items() if value}}


def student_standing(
    standing: Standing, now: datetime, *, moving: Booking | None = None
) -> tuple[Refusal, ...]:
    """What stands against every booking of this student in this community at `now`.

    The booking that is being moved, if any, is none of the open ones.
    """
    student, community = cast("User", standing.user), standing.community
    refusals = []
    if not can_see_community(standing):
        hidden = {} if community.visible else {"hidden": True}
        refusals.append(Refusal(Reason.NOT_ELIGIBLE, {"community": community.name, **hidden}))
    pause = pause_at(standing, now)
    # A pause keeps off new meetings; one that stands may go to another time.
    if pause is not None and pause.far_days is None and moving is None:
        refusals.append(Refusal(Reason.STUDENT_PAUSED, pause_data(pause, community)))
    limit = community.student_open_bookings_limit
    held = 0 if limit is None else open_bookings(student, community, now, moving=moving)
    if limit is not None and held >= limit:
        data = {"period": "open", "limit": limit, "held": held}
        refusals.append(Refusal(Reason.STUDENT_LIMIT, data))
    return tuple(refusals)
