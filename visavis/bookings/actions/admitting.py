"""Whether an order may be booked: the locks, and every rule asked of rows under them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet, Value
from django.utils.translation import gettext as _

from visavis.availability.models import Location
from visavis.availability.queries import read_locations
from visavis.bookings.actions.seats import find_joinable
from visavis.bookings.enums import AppointmentState, CommitmentPart
from visavis.bookings.errors import Refused, SlotTaken
from visavis.bookings.expiry import expired_of, people_sharing, release_expired
from visavis.bookings.holds import use_hold
from visavis.bookings.leaving import left_by
from visavis.bookings.models import Appointment
from visavis.bookings.openings import (
    Question,
    Verdict,
    asked_places,
    explain,
    question_for_start,
    reread,
)
from visavis.bookings.orders import UNBENDING, Order, with_alternatives
from visavis.bookings.refusals import sentence
from visavis.bookings.taken import active_commitments
from visavis.core.history import Actor
from visavis.core.prepared import Blank, prepared, prepared_for
from visavis.engine.masks import TICK_MINUTES
from visavis.engine.world import Reason, Refusal
from visavis.people.models import User
from visavis.people.queries import lock_people

TAKEN = (Reason.PROVIDER_BUSY, Reason.LOCATION_FULL)
OF_A_NEW_MEETING = (*TAKEN, Reason.PROVIDER_CAP)
IS_TAKEN, HAS_EXPIRED = 0, 1
TICK_SECONDS = TICK_MINUTES * 60


@dataclass(frozen=True, slots=True)
class Look:
    """What one query tells of an order whose time is not taken.

    Whom to lock; whether something of theirs has run out; whether it is held for the student.
    """

    people: set[int]
    has_expired: bool
    is_held: bool


def look(order: Order, now: datetime) -> Look:
    """Raises SlotTaken when the provider has something else then; a group's meeting may be joined.

    Of thirty who want one time all but the first come to this. Without a lock it spares most of
    them the wait; what it does not see it is asked for again under the locks.
    """
    own = [order.provider.user_id, order.student.pk]
    found = prepared("taken or expired", _taken_or_expired).rows(
        person=order.provider.user_id, people=own, start=order.start, end=order.end, now=now
    )
    then = [row[1:] for row in found if row[0] == IS_TAKEN]
    taken = [row[:2] for row in then if row[3] != order.student.pk]
    if taken and not order.question.format.is_group:
        raise _taken(order, taken)
    expired = [row[3:] for row in found if row[0] == HAS_EXPIRED]
    return Look(people_sharing(set(own), expired), bool(expired), len(taken) < len(then))


def _taken_or_expired() -> QuerySet[Any, Any]:
    """What a person has then, and what has run out of two people; of Blanks.

    Which of both, where, in which part, of which appointment, held for whom.
    """
    then = active_commitments(Blank("now")).filter(
        person_id=Blank("person"), start__lt=Blank("end"), end__gt=Blank("start")
    )
    columns = ("community_id", "part", "appointment_id", "hold__student_id")
    expired = expired_of(2).values_list(Value(HAS_EXPIRED), *columns)
    return then.values_list(Value(IS_TAKEN), *columns).union(expired, all=True)


def _taken(order: Order, where: Sequence[tuple[int, str]]) -> SlotTaken:
    """The refusal of a time at which the provider has these: in which community, in which part."""
    community = order.question.community
    here = [part for place, part in where if place == community.pk]
    data = {} if here else {"elsewhere": True}
    if here and set(here) == {CommitmentPart.HOLD}:
        data = {"held": True}
    refusal = Refusal(Reason.PROVIDER_BUSY, data)
    return SlotTaken(sentence(refusal, community), refusals=[refusal])


@dataclass(frozen=True, slots=True)
class Admitted:
    """An order that may be booked, over rows read anew under its locks, with its place.

    `touched` are the people whose taken time has changed so far; `is_held`: the time may be held
    for the student.
    """

    order: Order
    location: Location
    touched: set[int]
    is_held: bool


def admit(order: Order, now: datetime) -> Admitted:
    """Lock, and ask every rule of rows as they are now: what a hold and a booking both begin with.

    Raises as `book` does, without other times. Call it in a transaction.
    """
    return admit_seen(order, now, look(order, now))


def admit_seen(order: Order, now: datetime, before: Look) -> Admitted:
    """`admit` for a caller that has looked already, before it began its transaction."""
    people = lock_people(before.people)
    seen = look(order, now)
    own = {order.provider.user_id, order.student.pk}
    order = replace(order, question=read_under_locks(order.question, now=now, people=people))
    released = release_expired(own, now).people if seen.has_expired else set()
    order, location = admit_at_place(order, now)
    return Admitted(order, location, released, seen.is_held)


def find_seat(
    order: Order, *, by: Actor, now: datetime
) -> tuple[Order, Location, Appointment | None]:
    """The order over rows read anew, its place, and the meeting of a group that it would join.

    Under the people's locks, for a booking that takes another seat. Raises as `book` does.
    """
    order = replace(order, question=read_under_locks(order.question, now=now))
    order, location = admit_at_place(order, now)
    joined = find_joinable(order, location, now)
    use_hold(order, location, by=by, now=now)
    return order, location, joined


def read_under_locks(question: Question, *, now: datetime, people: Iterable[User] = ()) -> Question:
    """The question over rows as they are now; places whose room must be counted are locked.

    Its `people` are locked, and may have been read with that. Places are locked in ascending id;
    those without a limit need no lock. Raises NotFound when a row is gone.
    """
    read = _with_places(reread(question, now=now, people=people))
    if not connection.features.has_select_for_update:
        return read  # one transaction writes at a time
    limited = [place.pk for place in asked_places(read) if place.capacity is not None]
    if not limited:
        return read
    _lock_places(limited)
    # Others may have changed whatever it is while this waited.
    return _with_places(reread(question, now=now, people=people))


def _with_places(question: Question) -> Question:
    if question.location is not None:
        return question
    return replace(question, places=read_locations(question.community))


def _lock_places(ids: Sequence[int]) -> None:
    def locked() -> QuerySet[Any, Any]:
        places = Location.objects.select_for_update(no_key=True)
        named = places.filter(Blank.any_of("pk", "places", len(ids)))
        return named.order_by("pk").values_list("pk")

    prepared(prepared_for("locked places", len(ids)), locked).rows(places=ids)


def admitted_location(order: Order) -> Location:
    """The place where the meeting can be: the one asked for, or the first that admits it.

    Raises SlotTaken or Refused, with the rules that say no at the place that helps most.
    """
    verdicts = explain(question_for_start(order.question, order.start), order.start)
    for verdict in verdicts:
        if not verdict.refusals:
            return verdict.location
    raise refusal_of(order, verdicts)


def admit_at_place(order: Order, now: datetime) -> tuple[Order, Location]:
    """The order and its place; where rules are set aside, the order says which.

    Of an override the place must be named. Raises as `admitted_location`.
    """
    place = order.question.location
    if order.override is None or place is None:
        return order, admitted_location(order)
    [verdict] = explain(question_for_start(order.question, order.start), order.start)
    refusals = verdict.refusals
    if order.has_happened and find_joinable(order, place, now) is not None:
        # The group has met: it has its people's time and its room, and rules were asked then.
        refusals = tuple(row for row in refusals if row.code not in OF_A_NEW_MEETING)
    hard = [refusal for refusal in refusals if not _bends(refusal, order, now)]
    if hard:
        raise refusal_of(order, [replace(verdict, refusals=tuple(hard))])
    return replace(order, overrode=refusals), place


def _bends(refusal: Refusal, order: Order, now: datetime) -> bool:
    """Whether an override may set this aside: buffers and outside calendars, but no meeting."""
    if refusal.code == Reason.MINUTE_NOT_ALLOWED:
        return not int(order.start.timestamp()) % TICK_SECONDS
    if refusal.code != Reason.PROVIDER_BUSY:
        return refusal.code not in UNBENDING
    then = active_commitments(now).filter(
        person=order.provider.user_id, start__lt=order.end, end__gt=order.start
    )
    moving = order.question.moving
    given_back = left_by(moving, now).commitments if moving else ()
    return not then.exclude(pk__in=given_back).exclude(hold__student=order.student).exists()


def refusal_of(order: Order, verdicts: Sequence[Verdict]) -> Refused:
    """The refusal that helps most: of the place at which the fewest rules say no."""
    community = order.question.community
    if not verdicts:
        return Refused(
            _("%(community)s has no place for “%(format)s” yet.")
            % {"community": community.name, "format": order.question.format.name},
            code=Reason.LOCATION_NOT_ADMITTED,
        )
    refusals = min((verdict.refusals for verdict in verdicts), key=len)
    for refusal in refusals:
        if refusal.code in TAKEN:
            told = Refusal(refusal.code, {"full": True}) if _meets(order) else refusal
            return SlotTaken(sentence(told, community), refusals=refusals)
    first = refusals[0]
    return Refused(sentence(first, community), code=first.code, refusals=refusals)


def _meets(order: Order) -> bool:
    """Whether what the provider has then is the very group that the order would join."""
    question = order.question
    if not question.format.is_group:
        return False
    groups = Appointment.objects.exclude(state=AppointmentState.CANCELLED)
    return groups.filter(
        provider=order.provider,
        start=order.start,
        format=question.format,
        service=question.service,
    ).exists()


def why_lost(order: Order) -> Refused:
    """Why a time that somebody else has got is not offered, with the nearest others."""
    if order.override is not None:
        # Rules that were set aside are not why.
        return with_alternatives(order, SlotTaken(_("That time was just taken.")))
    verdicts = explain(question_for_start(order.question, order.start), order.start)
    if verdicts and all(verdict.refusals for verdict in verdicts):
        refusal = refusal_of(order, verdicts)
    else:
        refusal = SlotTaken(_("That time was just taken."))
    return with_alternatives(order, refusal) if isinstance(refusal, SlotTaken) else refusal
