"""Make a change, and decide in the same transaction about the meetings that it touches.

Nothing happens before it is decided: a change under which meetings lie is made, looked at and taken
back, and says which they are (`Undecided`). Made again with a decision about each, it is kept.
"""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Generic, Self, TypeVar

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import ngettext

from visavis.availability.models import Location
from visavis.bookings.actions import (
    Heir,
    Offer,
    cancel,
    hand_over,
    move_place,
    propose_others,
    withdraw_offers,
)
from visavis.bookings.enums import OPEN, PENDING_PROPOSALS, Otherwise
from visavis.bookings.errors import Refused
from visavis.bookings.expiry import people_of_expired
from visavis.bookings.models import Booking, Proposal
from visavis.bookings.queries import WITH_ALL
from visavis.bookings.states import unexpired
from visavis.catalogue.models import Certification, Service
from visavis.catalogue.queries import certified_providers
from visavis.changes.enums import Fate
from visavis.changes.errors import Undecided
from visavis.changes.hours import Upheld, bookings_in_hours
from visavis.changes.offers import bookings_offered
from visavis.changes.placed import bookings_placed
from visavis.changes.rules import check_may_change
from visavis.communities.models import Community
from visavis.core.history import Actor
from visavis.core.troubles import again_on_conflict
from visavis.engine.zones import midnight
from visavis.people.models import Provider
from visavis.people.queries import lock_people

T = TypeVar("T")
DAY = timedelta(days=1)
# Dates further off than this lie on no calendar that can be counted with.
EARLIEST, LATEST = date(1970, 1, 2), date(9999, 12, 20)
OFFERED_FOR = timedelta(days=3)
"""For so long other times are held for a student whose meeting loses its hours."""


@dataclass(frozen=True)
class Decision:
    """What becomes of meetings, by the booking's id, and what their students are told.

    `heirs`: who gives those instead that are handed over. All that comes of it bears one `batch`.
    """

    fates: Mapping[int, Fate] = field(default_factory=dict)
    message: str = ""
    heirs: Mapping[int, Heir] = field(default_factory=dict)
    batch: uuid.UUID = field(default_factory=uuid.uuid4)


UNDECIDED = Decision()


@dataclass(frozen=True)
class Scope:
    """Which meetings a change can touch: one provider's, a service's, a place's, or everybody's.

    Between two instants (aware), where the change cannot reach beyond them, and not in the `gap`
    from one instant to another. Whoever is `leaving`
    closes their own services: what others give of those is touched as well.
    """

    community: Community
    provider: Provider | None = None
    service: Service | None = None
    location: Location | None = None
    start: datetime | None = None
    end: datetime | None = None
    gap: tuple[datetime, datetime] | None = None
    leaving: Provider | None = None

    @classmethod
    def of_leaving(cls, provider: Provider) -> Self:
        """What is touched when somebody retires."""
        return cls(provider.community, leaving=provider)

    @classmethod
    def on_dates(
        cls, community: Community, first: date, last: date, *, through_midnight: bool = False
    ) -> Self:
        """What a change of these local dates can touch, and of the night after the last one."""
        zone = community.zone
        begin, end = max(first, EARLIEST), min(last, LATEST) + (2 if through_midnight else 1) * DAY
        return cls(community, start=midnight(begin, zone), end=midnight(max(begin, end), zone))

    def together_with(self, other: Self) -> Self:
        """Both between their instants, and nothing of what lies between the two."""
        first, second = sorted((self, other), key=lambda scope: (scope.start, scope.end))
        if not (first.start and first.end and second.start and second.end):
            raise ValueError("Only what lies between two instants has something beside it.")
        gap = (first.end, second.start) if first.end < second.start else None
        return replace(self, start=first.start, end=max(first.end, second.end), gap=gap)


@dataclass(frozen=True)
class Changed(Generic[T]):
    """What the change answered, and whose students keep their meetings after all."""

    result: T
    withdrawn: list[Booking]


@dataclass(frozen=True)
class Measure:
    """Which meetings a change takes something from, as `Upheld.lost` tells.

    Whether it also `gives_back`: then offers for meetings that are whole again are withdrawn.
    """

    stand: Callable[[Community, Sequence[Booking]], Upheld]
    sentence: Callable[[int], str]
    gives_back: bool = False


def _without_hours(count: int) -> str:
    message = ngettext(
        "%(count)d meeting lies in these hours. Say what becomes of it.",
        "%(count)d meetings lie in these hours. Say what becomes of them.",
        count,
    )
    return message % {"count": count}


def tell_touched(count: int) -> str:
    """How many meetings a change of people, services or places touches, and that it is asked."""
    message = ngettext(
        "%(count)d coming meeting is touched. Say what becomes of it.",
        "%(count)d coming meetings are touched. Say what becomes of them.",
        count,
    )
    return message % {"count": count}


HOURS = Measure(bookings_in_hours, _without_hours, gives_back=True)
OFFERS = Measure(bookings_offered, tell_touched, gives_back=True)


def change_hours(
    scope: Scope,
    change: Callable[[], T],
    decision: Decision,
    *,
    by: Actor,
    now: datetime,
) -> Changed[T]:
    """Make the change, and what was decided about each meeting that it leaves without hours.

    As `change_measured`: what lay outside of hours before is asked about only when it comes to lie
    in an absence. Raises HoursAreKept when `by` may not change these hours.
    """
    if scope.provider is not None:
        check_may_change(scope.provider, by)
    return change_measured(scope, change, decision, HOURS, by=by, now=now)


def change_keeping(
    scope: Scope, change: Callable[[], T], *, by: Actor, now: datetime
) -> Changed[T]:
    """`change_hours` for whoever is asked nothing, as on the command line: every meeting stays.

    Raises Undecided, with nothing changed, only when somebody books there at this very moment.
    """
    fates = {row.pk: Fate.KEEP for row in coming_bookings(scope, now)}
    return change_hours(scope, change, Decision(fates), by=by, now=now)


def change_offer(
    scope: Scope, change: Callable[[], T], decision: Decision, *, by: Actor, now: datetime
) -> T:
    """Make a change of people, services or places, and what was decided about its meetings.

    As `change_measured`: touched is each meeting that could not be offered any more as it is.
    """
    return change_measured(scope, change, decision, OFFERS, by=by, now=now).result


@again_on_conflict
def change_measured(
    scope: Scope,
    change: Callable[[], T],
    decision: Decision,
    measure: Measure,
    *,
    by: Actor,
    now: datetime,
    takes_back: uuid.UUID | None = None,
) -> Changed[T]:
    """Make the change, and what was decided about each meeting that `measure` says it touches.

    One transaction: the people of the scope are locked, ascending; then the change; then the
    meetings. Meetings that get back what they had lost, where `measure` tells, and those of the
    batch that it `takes_back`, stay: other times offered to their students are withdrawn. Raises
    Undecided, and nothing is changed, when a meeting is touched that `decision` does not name, or
    when one cannot be handed over as decided; and what `change` raises.
    """
    with transaction.atomic():
        locked = lock_scope(scope, now, heirs=decision.heirs.values())
        if decision.heirs or Fate.PLACE in decision.fates.values():
            _lock_places(scope.community)
        coming = coming_bookings(scope, now)
        before = measure.stand(scope.community, coming)
        result = change()
        after = measure.stand(scope.community, coming)
        lost = after.lost(before)
        touched = [row for row in coming if row.pk in lost]
        # Who booked while the locks were waited for is not locked, and was not decided about.
        check_decided(touched, decision, locked, sentence=measure.sentence)
        try:
            carry_out(touched, decision, by=by, now=now)
        except Refused as refusal:
            raise Undecided(refusal.message, touched=touched) from refusal
        back = after.regained(before) if measure.gives_back else frozenset()
        stay = _can_stay(scope.community, coming, back) | _of_batch(coming, takes_back)
        stay &= {row.pk for row in coming if row.student_id in locked}
        withdrawn = withdraw_offers(stay, by=by, now=now, batch=decision.batch) if stay else []
    return Changed(result, withdrawn)


def _can_stay(
    community: Community, coming: Sequence[Booking], back: frozenset[int]
) -> frozenset[int]:
    """Those `back` that nothing else stands against: no room helps whose person is ill.

    Whether they lie in hours is not asked: some were booked outside of them.
    """
    bookings = [row for row in coming if row.pk in back]
    if not bookings:
        return frozenset()
    whole = bookings_offered(community, bookings).whole & bookings_placed(community, bookings).whole
    return whole - bookings_in_hours(community, bookings).in_absence


def _of_batch(coming: Sequence[Booking], batch: uuid.UUID | None) -> frozenset[int]:
    """Those of the coming bookings that were offered other times in this batch."""
    if batch is None:
        return frozenset()
    offered = Proposal.objects.filter(
        batch=batch, booking__in=[row.pk for row in coming], state__in=PENDING_PROPOSALS
    )
    return frozenset(offered.values_list("booking_id", flat=True))


def coming_bookings(scope: Scope, now: datetime) -> list[Booking]:
    """The open bookings in the scope whose meetings have not begun, by time."""
    rows = Booking.objects.filter(
        unexpired(now),
        appointment__community=scope.community,
        appointment__start__gt=now,
        state__in=OPEN,
    )
    for name in ("provider", "service", "location"):
        only = getattr(scope, name)
        if only is not None:
            rows = rows.filter(**{f"appointment__{name}": only})
    if scope.leaving is not None:
        # What was archived before they leave is not touched by it, nor by their coming back.
        closes_with_them = Q(appointment__service__archived_at=None) | Q(
            appointment__service__archived_at=F("appointment__service__owner__retired_at")
        )
        own = Q(appointment__service__owner=scope.leaving) & closes_with_them
        rows = rows.filter(Q(appointment__provider=scope.leaving) | own)
    if scope.start is not None:
        rows = rows.filter(appointment__end__gt=scope.start)
    if scope.end is not None:
        rows = rows.filter(appointment__start__lt=scope.end)
    if scope.gap is not None:
        opens, closes = scope.gap
        rows = rows.exclude(appointment__start__gte=opens, appointment__end__lte=closes)
    return list(rows.select_related("student", *WITH_ALL).order_by("appointment__start", "pk"))


def lock_scope(scope: Scope, now: datetime, *, heirs: Iterable[Heir] = ()) -> set[int]:
    """Everybody whom a decision may touch: nobody books in these hours meanwhile. Their ids."""
    coming = coming_bookings(scope, now)
    people = {row.appointment.provider.user_id for row in coming}
    people |= _providers_of(scope, now) | {row.student_id for row in coming}
    people |= {heir.provider.user_id for heir in heirs}
    # Whoever is asked to move has what has run out tidied up: all of them are locked at once, too.
    return {person.pk for person in lock_people(people_of_expired(people, now))}


def _providers_of(scope: Scope, now: datetime) -> set[int]:
    """The user ids of those who could be booked in the scope meanwhile."""
    if scope.provider is not None:
        return {scope.provider.user_id}
    if scope.service is not None:
        # Who gives it now is among them also when the change takes it from them.
        given = {row.appointment.provider.user_id for row in coming_bookings(scope, now)}
        return given | set(certified_providers(scope.service).values_list("user_id", flat=True))
    if scope.leaving is not None:
        own = Certification.objects.filter(
            provider__community=scope.community,
            key__in=Service.objects.filter(owner=scope.leaving).values("code_key"),
            is_pattern=False,
        )
        return {scope.leaving.user_id, *own.values_list("provider__user_id", flat=True)}
    rows = Provider.objects.filter(community=scope.community)
    return set(rows.values_list("user_id", flat=True))


def _lock_places(community: Community) -> None:
    """What is handed over or moved takes room: all places are locked before the change writes.

    It raises the community's version, whose row is locked last.
    """
    limited = Location.objects.filter(community=community, capacity__isnull=False)
    list(limited.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def check_decided(
    touched: Sequence[Booking],
    decision: Decision,
    locked: set[int],
    *,
    sentence: Callable[[int], str] = _without_hours,
) -> None:
    """Raises Undecided for a meeting without a fate, or whose student is not among `locked`.

    One that is handed over to nobody has no fate either.
    """
    if all(_is_decided(row, decision) and row.student_id in locked for row in touched):
        return
    raise Undecided(sentence(len({row.appointment_id for row in touched})), touched=touched)


def _is_decided(row: Booking, decision: Decision) -> bool:
    fate = decision.fates.get(row.pk)
    return fate is not None and (fate != Fate.HAND_OVER or row.pk in decision.heirs)


def carry_out(touched: Sequence[Booking], decision: Decision, *, by: Actor, now: datetime) -> None:
    """Do with each meeting what was decided; its people are locked. Raises as the actions do.

    What ends comes before what is handed over: it may leave the room that the other needs.
    """
    offer = Offer(Otherwise.END, now + OFFERED_FOR, decision.message, batch=decision.batch)
    handed = [row for row in touched if decision.fates[row.pk] == Fate.HAND_OVER]
    moved = [row for row in touched if decision.fates[row.pk] == Fate.PLACE]
    for row in touched:
        fate = decision.fates[row.pk]
        if fate == Fate.CANCEL:
            cancel(row, by=by, reason=decision.message, now=now, batch=offer.batch)
        elif fate == Fate.OFFER:
            propose_others(row, offer, by=by, now=now)
    for row in handed:
        _hand_over(row, handed, decision, by=by, now=now)
    for row in moved:
        _move_place(row, offer, by=by, now=now)


def _move_place(row: Booking, offer: Offer, *, by: Actor, now: datetime) -> None:
    """Move it to another place at its time; where none is free, its student is offered others."""
    try:
        move_place(row, by=by, reason=offer.message, now=now, batch=offer.batch)
    except Refused:
        propose_others(row, offer, by=by, now=now)


def _hand_over(
    row: Booking, handed: Sequence[Booking], decision: Decision, *, by: Actor, now: datetime
) -> None:
    """Hand it over, a group's meeting together with what else of it goes to the same person."""
    heir, told = decision.heirs[row.pk], decision.message
    together = {
        other.pk
        for other in handed
        if other.appointment_id == row.appointment_id and decision.heirs[other.pk] == heir
    }
    try:
        hand_over(row, heir, by=by, reason=told, now=now, batch=decision.batch, together=together)
    except Refused as refusal:
        raise Refused(f"{heir.provider}: {refusal.message}", code=refusal.code) from refusal
