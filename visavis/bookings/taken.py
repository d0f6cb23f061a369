"""Time and seats that are given away, as rows tell it at an instant. Reads only."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.db.models import Case, Count, Q, QuerySet, TextField, Value, When

from visavis.bookings.enums import ACTIVE, OPEN, CommitmentPart
from visavis.bookings.models import Booking, Commitment
from visavis.bookings.states import unexpired
from visavis.bookings.validity import ALWAYS, Validity
from visavis.catalogue.models import AppointmentFormat
from visavis.communities.models import Community
from visavis.core.epochs import (
    Epoch,
    EpochText,
    InstantText,
    RangeText,
    to_epoch,
    to_range,
    told_instant,
)
from visavis.core.joined import BETWEEN_ROWS, Columns, Joined, Learnt
from visavis.core.prepared import Blank, prepared
from visavis.engine import world as engine
from visavis.engine.masks import Mask
from visavis.engine.window import Window
from visavis.engine.zones import Period
from visavis.people.models import Provider, User

# A commitment outside the window reaches into it with its buffers, and a week's meetings count
# towards the cap wherever in the week they lie.
AROUND = timedelta(days=1)
AROUND_A_WEEK = timedelta(days=8)
# What counts towards a provider's cap: who is promised an hour finds it within the cap.
GIVEN = (CommitmentPart.PROVIDER, CommitmentPart.HOLD)
EDGES = ("first", "last")
ODD = "+"
"""Begins what is told of a commitment that is more than a range: with buffers, of another
community, a student's seat, or one that runs out. Most are none of these."""
HeldRow = tuple[engine.EpochRow, str, datetime | None]
"""What is held, in which part, and when that runs out if it does."""


def buffers(community: Community, format_: AppointmentFormat) -> tuple[int, int]:
    """The minutes kept free before and after a meeting: the format's own, else the community's."""
    before, after = format_.buffer_before_minutes, format_.buffer_after_minutes
    return (
        community.buffer_before_minutes if before is None else before,
        community.buffer_after_minutes if after is None else after,
    )


def active_commitments(now: datetime | Blank) -> QuerySet[Commitment]:
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


class TakenTime(NamedTuple):
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

    `people` are ids; None is everybody who gives in the community. One query serves all views.
    `without` are commitments by id that are left out: the holds of whoever asks.
    """

    community_id: int
    people: Sequence[int] | None
    views: Sequence[View]
    without: Collection[int] = ()

    def read(self, now: datetime) -> list[dict[int, TakenTime]]:
        """For each view the taken time by user id; who has none at all is left out."""
        is_counted = any(view.periods for view in self.views)
        plain, odd = dict[int, str](), dict[int, list[HeldRow]]()
        rows = Learnt(self._row)
        for person, told in self._told():
            if is_counted or ODD in told:
                odd[person] = [rows[one] for one in told.split(BETWEEN_ROWS)]
            else:
                plain[person] = told
        masks = self._plain(plain)
        return [
            {**self._over(view, odd, now), **theirs}
            for view, theirs in zip(self.views, masks, strict=True)
        ]

    def _told(self) -> Iterable[tuple[int, str]]:
        """People and all that is taken of each as one text."""
        first = min(view.reach[0] for view in self.views)
        last = max(view.reach[1] for view in self.views)
        edges = (datetime.fromtimestamp(first, UTC), datetime.fromtimestamp(last, UTC))
        is_usual = self.people is None or len(self.people) == 1
        if self.without or not is_usual:
            here, people = self.community_id, self.people
            whose = _everybody(here) if people is None else Q(person_id__in=people)
            rows = _taken_between(whose, *edges).exclude(pk__in=self.without)
            return _as_texts(rows, self.community_id)
        values = {"community": self.community_id, **dict(zip(EDGES, edges, strict=True))}
        if self.people is None:
            return prepared("taken time", _told_of_everybody).rows(**values)
        return prepared("one's taken time", _told_of_one).rows(person=self.people[0], **values)

    def _row(self, *told: str) -> HeldRow:
        if told[0] != ODD:
            return (*to_range(told), 0, 0, False), CommitmentPart.PROVIDER, None
        _odd, start, end, before, after, where, part, expires = told
        elsewhere = int(where) != self.community_id
        held = (to_epoch(start), to_epoch(end), int(before), int(after), elsewhere)
        return held, part, told_instant(expires)

    def _plain(self, told: dict[int, str]) -> list[dict[int, TakenTime]]:
        """The taken time of people who have given nothing but plain meetings, for each view.

        Their masks are made over all views at once and cut; a time that many have is made once.
        """
        windows = [view.window for view in self.views]
        whole = Window.holding(windows)
        covered = engine.covering_epochs(whole)
        # Many more ranges than instants are told: most begin and end where another does.
        instants = Learnt(to_epoch)
        ticks = Learnt(lambda *told: covered(*to_range(told, instants.__getitem__)))
        masks = {
            person: reduce(or_, map(ticks.__getitem__, text.split(BETWEEN_ROWS)))
            for person, text in told.items()
        }
        return [self._cut(whole.cut(window), masks) for window in windows]

    def _cut(self, cut: Callable[[Mask], Mask], masks: dict[int, Mask]) -> dict[int, TakenTime]:
        here = ((person, cut(mask)) for person, mask in masks.items())
        return {person: TakenTime(engine.TakenMasks(mask, mask)) for person, mask in here if mask}

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


def _taken_between(whose: Q, first: Any, last: Any) -> QuerySet[Commitment]:
    return Commitment.objects.filter(
        whose, status__in=ACTIVE, start__lt=last, end__gt=first
    ).order_by()


def _everybody(community: Any) -> Q:
    people = Provider.objects.filter(community_id=community).order_by().values("user_id")
    return Q(person_id__in=people)


def _told_of_everybody() -> QuerySet[Any, Any]:
    here = Blank("community")
    return _as_texts(_taken_between(_everybody(here), *map(Blank, EDGES)), here)


def _told_of_one() -> QuerySet[Any, Any]:
    one = Q(person_id=Blank("person"))
    return _as_texts(_taken_between(one, *map(Blank, EDGES)), Blank("community"))


def _as_texts(rows: QuerySet[Commitment], community: Any) -> QuerySet[Any, Any]:
    """People and all of these rows of each as one text."""
    is_plain = Q(
        buffer_before_minutes=0,
        buffer_after_minutes=0,
        community_id=community,
        part=CommitmentPart.PROVIDER,
        expires_at=None,
    )
    all_columns = (
        *(Value(ODD), EpochText("start"), EpochText("end")),
        *("buffer_before_minutes", "buffer_after_minutes"),
        *("community_id", "part", InstantText("expires_at")),
    )
    told = Case(
        When(is_plain, then=RangeText("start", "end")),
        default=Columns(*all_columns),
        output_field=TextField(),
    )
    return rows.values_list("person_id").annotate(told=Joined(told))


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
