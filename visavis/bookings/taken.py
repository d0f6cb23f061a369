"""Time and seats that are given away, as rows tell it at an instant. Reads only."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from visavis.bookings.enums import ACTIVE, OPEN, SEATED, AppointmentState, CommitmentPart
from visavis.bookings.models import Appointment, Booking, Commitment
from visavis.bookings.states import unexpired
from visavis.bookings.validity import ALWAYS, Validity
from visavis.catalogue.models import AppointmentFormat
from visavis.communities.models import Community
from visavis.core.epochs import AsStored, Epoch, to_instant
from visavis.engine import world as engine
from visavis.engine.masks import Mask
from visavis.engine.window import Window
from visavis.engine.zones import Period
from visavis.people.models import User

# A commitment outside the window reaches into it with its buffers, and a week's meetings count
# towards the cap wherever in the week they lie.
AROUND = timedelta(days=1)
AROUND_A_WEEK = timedelta(days=8)
# What counts towards a provider's cap: who is promised an hour finds it within the cap.
GIVEN = (CommitmentPart.PROVIDER, CommitmentPart.HOLD)
COLUMNS = (
    "person_id",
    Epoch("start"),
    Epoch("end"),
    "buffer_before_minutes",
    "buffer_after_minutes",
    "community_id",
    "part",
    AsStored("expires_at"),
)
HeldRow = tuple[engine.EpochRow, str, datetime | None]
"""What is held, in which part, and when that runs out if it does."""


def buffers(community: Community, format_: AppointmentFormat) -> tuple[int, int]:
    """The minutes kept free before and after a meeting: the format's own, else the community's."""
    before, after = format_.buffer_before_minutes, format_.buffer_after_minutes
    return (
        community.buffer_before_minutes if before is None else before,
        community.buffer_after_minutes if after is None else after,
    )


def active_commitments(now: datetime) -> QuerySet[Commitment]:
    """Commitments that count at `now`: a request or hold that has run out is free at once."""
    return Commitment.objects.filter(unexpired(now), status__in=ACTIVE).order_by()


def open_bookings(
    student: User, community: Community, now: datetime, *, moving: Booking | None = None
) -> int:
    """How many coming bookings the student has here, requests that still stand counted.

    A weekly series is one, however many of its weeks are to come; who moves one of them moves that.
    """
    held = Booking.objects.filter(
        unexpired(now),
        student=student,
        appointment__community=community,
        appointment__end__gt=now,
        state__in=OPEN,
    )
    if moving is not None:
        held = held.exclude(series=moving.series) if moving.series else held.exclude(pk=moving.pk)
    found: dict[str, int] = held.aggregate(
        alone=Count("pk", filter=Q(series=None)), series=Count("series", distinct=True)
    )
    return found["alone"] + found["series"]


def seats_taken(now: datetime) -> Count:
    """The seats of an appointment that are given away at `now`, to annotate appointments with."""
    return Count(
        "bookings",
        filter=Q(bookings__state__in=SEATED)
        & (Q(bookings__expires_at=None) | Q(bookings__expires_at__gt=now)),
    )


def joinable_appointments(
    format_: AppointmentFormat, providers: Any, now: datetime
) -> QuerySet[Any]:
    """Planned appointments of a group format with someone on them and seats left at `now`.

    `providers` are ids, or a query of them.
    """
    return (
        Appointment.objects.filter(
            format=format_,
            provider_id__in=providers,
            state=AppointmentState.PLANNED,
            start__gt=now,
        )
        .annotate(taken_seats=seats_taken(now))
        .filter(taken_seats__gt=0, taken_seats__lt=F("capacity"))
    )


@dataclass(frozen=True, slots=True)
class TakenTime:
    """What is taken of a person over a window, as one community sees it.

    `used` are the ticks of the meetings that they give here, for each of the periods asked for.
    """

    masks: engine.TakenMasks = engine.NOTHING_TAKEN
    used: tuple[int, ...] = ()
    validity: Validity = ALWAYS


@dataclass(frozen=True, slots=True)
class View:
    """A window, with the periods in it for which what somebody gives is counted (or none)."""

    window: Window
    periods: tuple[Period, ...] = ()

    @property
    def reach(self) -> tuple[int, int]:
        """The epoch seconds between which a commitment may matter here."""
        reach = AROUND_A_WEEK if self.periods else AROUND
        start, end = self.window.start - reach, self.window.end + reach
        return int(start.timestamp()), int(end.timestamp())


@dataclass(frozen=True)
class TakenReader:
    """Reads what is taken of some people, in any role and community, requests and holds counted.

    `people` are ids, or a subquery of them. One query serves all views. `without` are commitments
    by id that are left out: the holds of whoever asks.
    """

    community_id: int
    people: Any
    views: Sequence[View]
    without: Collection[int] = ()

    def read(self, now: datetime) -> list[dict[int, TakenTime]]:
        """For each view the taken time by user id; who has none at all is left out."""
        by_person: dict[int, list[HeldRow]] = defaultdict(list)
        here = self.community_id
        for person, start, end, before, after, where, part, expires in self._rows():
            held = (start, end, before, after, where != here)
            by_person[person].append((held, part, expires and to_instant(expires)))
        return [self._over(view, by_person, now) for view in self.views]

    def _rows(self) -> Iterable[tuple[Any, ...]]:
        first = min(view.reach[0] for view in self.views)
        last = max(view.reach[1] for view in self.views)
        found = Commitment.objects.filter(
            person_id__in=self.people,
            status__in=ACTIVE,
            start__lt=datetime.fromtimestamp(last, UTC),
            end__gt=datetime.fromtimestamp(first, UTC),
        )
        if self.without:
            found = found.exclude(pk__in=self.without)
        return found.order_by().values_list(*COLUMNS).iterator(chunk_size=5000)

    def _over(
        self, view: View, by_person: dict[int, list[HeldRow]], now: datetime
    ) -> dict[int, TakenTime]:
        first, last = view.reach
        edges = [(period.first_tick, period.last_tick) for period in view.periods]
        near = {
            person: [row for row in rows if row[0][0] < last and row[0][1] > first]
            for person, rows in by_person.items()
        }
        return {
            person: self._taken(view.window, rows, edges, now)
            for person, rows in near.items()
            if rows
        }

    def _taken(
        self,
        window: Window,
        rows: list[HeldRow],
        edges: list[tuple[int, int]],
        now: datetime,
    ) -> TakenTime:
        expiries = [expires for _held, _part, expires in rows if expires is not None]
        if expiries:
            rows = [row for row in rows if row[2] is None or row[2] > now]
        masks = engine.masks_from_epochs(window, [held for held, _part, _expires in rows])
        settled = [held for held, part, _expires in rows if part != CommitmentPart.HOLD]
        if len(settled) < len(rows):
            without = engine.masks_from_epochs(window, settled)
            masks = replace(masks, held=masks.here.widened & ~without.widened)
        used: tuple[int, ...] = ()
        if edges:
            given = [held[:2] for held, part, _ in rows if not held[4] and part in GIVEN]
            used = engine.used_from_epochs(window, edges, given)
        return TakenTime(masks, used, Validity.around(expiries, now) if expiries else ALWAYS)


@dataclass(frozen=True, slots=True)
class FullTime:
    """The ticks at which a place of limited capacity has no room left."""

    mask: Mask = 0
    validity: Validity = ALWAYS


def read_full_times(
    capacities: dict[int, int], window: Window, now: datetime, without: Collection[int] = ()
) -> dict[int, FullTime]:
    """When these places (id → capacity) are full, held times counted, in one query.

    `without` are commitments by id that are left out: the holds of whoever asks.
    """
    held: dict[int, list[tuple[int, int]]] = {place: [] for place in capacities}
    expiries: dict[int, list[datetime]] = defaultdict(list)
    rows = _at_places(capacities, window).iterator(chunk_size=5000)
    for place, start, end, expires, commitment in rows:
        if commitment in without:
            continue
        if expires is not None:
            expiries[place].append(expires)
        if expires is None or expires > now:
            held[place].append((start, end))
    return {
        place: FullTime(
            engine.full_from_epochs(window, capacities[place], ranges),
            Validity.around(expiries[place], now) if place in expiries else ALWAYS,
        )
        for place, ranges in held.items()
    }


def _at_places(places: Collection[int], window: Window) -> QuerySet[Any, Any]:
    """The meetings and held times at these places: place, start, end, expiry, commitment."""
    rows = Commitment.objects.filter(
        status__in=ACTIVE, start__lt=window.end, end__gt=window.start
    ).order_by()
    # Each half has an index of its own; one condition over both would have none.
    meetings = rows.filter(part=CommitmentPart.PROVIDER, appointment__location_id__in=places)
    holds = rows.filter(part=CommitmentPart.HOLD, hold__location_id__in=places)
    columns = (Epoch("start"), Epoch("end"), "expires_at", "pk")
    return meetings.values_list("appointment__location_id", *columns).union(
        holds.values_list("hold__location_id", *columns), all=True
    )
