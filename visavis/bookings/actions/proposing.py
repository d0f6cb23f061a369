"""Offer the student of a booking other times, held for a while: one is taken, or none.

Two ways in. `propose_times` names the times. `propose_others` says that a booking cannot stay, or
had better move; equivalent times are looked for afterwards, outside the caller's transaction, by a
job that is safe to run twice. Instants are aware UTC.
"""

import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from visavis.availability.models import Location
from visavis.bookings.actions.ending import end_seat
from visavis.bookings.actions.holding import hold_time, release_hold
from visavis.bookings.actions.rescheduling import Target, reschedule
from visavis.bookings.enums import (
    OPEN,
    BookingState,
    EventKind,
    HoldPurpose,
    Otherwise,
    ProposalState,
)
from visavis.bookings.equivalents import OtherTime, other_times, question_of
from visavis.bookings.errors import NotOpen, Refused, SlotTaken
from visavis.bookings.events import tell
from visavis.bookings.expiry import people_of_expired, settle_appointment
from visavis.bookings.freed import announce
from visavis.bookings.guards import comes_from_a_guard
from visavis.bookings.models import Booking, Commitment, Hold, Proposal
from visavis.bookings.orders import Order
from visavis.bookings.proposals import (
    WITH_ALL,
    check_open,
    end_proposal,
    end_proposals,
    givers_of_times,
    loose_holds,
)
from visavis.bookings.states import check_way, has_expired, lock_booking
from visavis.core import clock
from visavis.core.history import SYSTEM, Actor
from visavis.core.jobs import job
from visavis.core.troubles import again_on_conflict
from visavis.people.actions import touch_time
from visavis.people.queries import lock_people

COUNT = 3
"""So many equivalent times are held for one student."""
TRIES = 12


@dataclass(frozen=True)
class Offer:
    """How other times are offered: for how long, why, and what happens when none is taken.

    `until` is never later than the times themselves; of a request it is never later than the
    request's own time, which stays held until then. `batch` joins what one action does to several.
    """

    otherwise: Otherwise
    until: datetime
    message: str = ""
    purpose: HoldPurpose = HoldPurpose.EQUIVALENT
    batch: uuid.UUID | None = None


@again_on_conflict
def propose_times(
    booking: Booking, times: Sequence[OtherTime], offer: Offer, *, by: Actor, now: datetime
) -> Proposal:
    """Hold just these times for the booking's student, and tell them; what stood before ends.

    All or none: raises SlotTaken or Refused for the first that cannot be held, and NotOpen for a
    booking that is over, was ended or has been moved meanwhile; then nothing is written.
    """
    if not times:
        raise Refused(_("Name at least one other time."), code="no_times")
    try:
        with transaction.atomic():
            providers = {time.provider.user_id for time in times} | givers_of_times(booking)
            row = _lock(booking, providers, now)
            _lock_places(row, times)
            proposal = _make(row, offer, by=by, now=now)
            _release_former(row, times, providers, by=by, now=now)
            holds = [_hold(proposal, time, by=by, now=now) for time in times]
            _open(proposal, row, holds, by=by, now=now)
    except IntegrityError as error:
        if not comes_from_a_guard(error):
            raise
        raise SlotTaken(_("That time was just taken.")) from error
    return proposal


@again_on_conflict
def propose_others(booking: Booking, offer: Offer, *, by: Actor, now: datetime) -> Proposal:
    """Have equivalent times looked for and held for the booking's student; they are told then.

    The search runs once the transaction is through: call `search_times` afterwards to have it done
    at once, else the worker does it. Where none is found the student is told as well, and may move
    the meeting themselves. Raises NotOpen as `propose_times` does.
    """
    with transaction.atomic():
        row = _lock(booking, set(), now)
        proposal = _make(row, offer, by=by, now=now)
        fill_proposal.enqueue(proposal.pk)
    return proposal


def _release_former(
    row: Booking, times: Sequence[OtherTime], locked: set[int], *, by: Actor, now: datetime
) -> None:
    """What was held for the former proposal is let go, but for what is named again.

    It would stand in the way of the new times. Of others than are `locked` it is let go afterwards.
    """
    former = loose_holds(now).filter(proposals__booking=row, provider__user__in=locked)
    for hold in former.distinct():
        if not any(_is_same(hold, time) for time in times):
            release_hold(hold, by=by, now=now)


def _is_same(hold: Hold, time: OtherTime) -> bool:
    return (hold.start, hold.provider_id) == (time.start, time.provider.pk) and (
        time.location is None or time.location.pk == hold.location_id
    )


def _lock(booking: Booking, others: set[int], now: datetime) -> Booking:
    """The booking's row, with everybody locked who is concerned. Raises NotOpen when it is over."""
    people = {booking.student_id, booking.appointment.provider.user_id, *others}
    lock_people(people_of_expired(people, now))
    row = lock_booking(booking)
    check_way(row, BookingState.CANCELLED, now)
    if row.appointment_id != booking.appointment_id:
        raise NotOpen(_("This meeting was moved meanwhile. Look at it again."))
    if row.appointment.start <= now:
        raise NotOpen(_("This meeting has begun already; no other time can be proposed."))
    return row


def _lock_places(row: Booking, times: Sequence[OtherTime]) -> None:
    """Lock, in ascending id, all places of these times whose room must be counted.

    Time by time they would be locked in the order in which the times were named.
    """
    at = Q(pk__in=[time.location.pk for time in times if time.location is not None])
    if any(time.location is None for time in times):
        appointment = row.appointment
        kinds = appointment.format.meeting_kinds
        at |= Q(community=appointment.community, archived_at=None, kind__in=kinds)
    limited = Location.objects.filter(at, capacity__isnull=False).order_by("pk")
    list(limited.select_for_update(no_key=True).values_list("pk"))


def _make(row: Booking, offer: Offer, *, by: Actor, now: datetime) -> Proposal:
    until = offer.until
    if row.state == BookingState.REQUESTED:
        until = min(until, row.appointment.start)
        _wait_for_answer(row, until, now)
    if until <= now:
        raise Refused(_("A time can be held only until a later instant."), code="hold_over")
    end_proposals([row.pk], ProposalState.WITHDRAWN, now=now)
    return Proposal.objects.create(
        booking=row,
        proposed_by_id=by.id,
        proposed_by_label=by.label[:254],
        purpose=offer.purpose,
        otherwise=offer.otherwise,
        message=offer.message.strip(),
        expires_at=until,
        batch=offer.batch or uuid.uuid4(),
        created_at=now,
        changed_at=now,
    )


def _wait_for_answer(row: Booking, until: datetime, now: datetime) -> None:
    """A request whose student is asked back runs out the community's hours after their answer.

    So whoever gives the meeting has time to answer it when none of the times is taken.
    """
    hours = row.appointment.community.request_expires_hours
    last = min(until + timedelta(hours=hours), row.appointment.start)
    if row.expires_at is None or row.expires_at >= last:
        return
    row.expires_at, row.changed_at = last, now
    row.save(update_fields=["expires_at", "changed_at"])
    Commitment.objects.filter(booking=row).update(expires_at=last)
    touch_time(row.student_id, *settle_appointment(row.appointment_id, now))


@again_on_conflict
def _hold(proposal: Proposal, time: OtherTime, *, by: Actor, now: datetime) -> Hold:
    question = question_of(proposal.booking, now, provider=time.provider)
    order = Order(replace(question, location=time.location), time.start, idempotency_key="")
    until = min(time.until, proposal.expires_at)
    with transaction.atomic():
        hold = hold_time(order, until=until, purpose=HoldPurpose(proposal.purpose), by=by, now=now)
        proposal.holds.add(hold)
    return hold


def _open(
    proposal: Proposal, row: Booking, holds: Sequence[Hold], *, by: Actor, now: datetime
) -> None:
    proposal.holds.set(holds)
    if holds:
        # Nobody is asked for longer than there is a time to take.
        proposal.expires_at = min(proposal.expires_at, max(hold.expires_at for hold in holds))
    proposal.state, proposal.changed_at = ProposalState.OPEN, now
    proposal.save(update_fields=["state", "expires_at", "changed_at"])
    by_time = sorted(holds, key=lambda hold: hold.start)
    data = {
        "proposal": str(proposal.public_id),
        "otherwise": proposal.otherwise,
        "until": proposal.expires_at.isoformat(),
        "times": [hold.start.isoformat() for hold in by_time],
        "with": [str(hold.provider) for hold in by_time],
    }
    tell(
        row,
        EventKind.PROPOSED,
        by=by,
        now=now,
        reason=proposal.message,
        data=data,
        batch=proposal.batch,
    )


@again_on_conflict
def search_times(proposal: Proposal, *, now: datetime) -> Proposal:
    """Hold up to `COUNT` equivalent times for a proposal that has none yet, and tell its student.

    Safe to run twice and by many at once: only who finds it searching goes on. For what has run
    out meanwhile nothing is held any more; `expire_proposals` ends it.
    """
    found = Proposal.objects.select_related(*WITH_ALL, "proposed_by").get(pk=proposal.pk)
    has_run_out = found.expires_at <= now or has_expired(found.booking, now)
    if has_run_out or found.state != ProposalState.SEARCHING:
        return found
    by = Actor(found.proposed_by_id, found.proposed_by_label)
    held = _hold_some(found, by=by, now=now)
    with transaction.atomic():
        booking = found.booking
        lock_people({booking.student_id, booking.appointment.provider.user_id})
        row = Proposal.objects.select_related(*WITH_ALL).get(pk=found.pk)
        if row.state == ProposalState.SEARCHING:
            _open(row, row.booking, held, by=by, now=now)
            return row
    _release_loose(now)
    return row


def _hold_some(proposal: Proposal, *, by: Actor, now: datetime) -> list[Hold]:
    """The first times that can be held, each in a transaction of its own: somebody may be quicker.

    Each belongs to the proposal at once, so that whatever stops this leaves none behind.
    """
    held: list[Hold] = []
    candidates = other_times(proposal.booking, until=proposal.expires_at, now=now)
    for _number, time in zip(range(TRIES), candidates, strict=False):
        if len(held) == COUNT:
            break
        try:
            held.append(_hold(proposal, time, by=by, now=now))
        except Refused:
            continue
        except IntegrityError as error:
            if not comes_from_a_guard(error):
                raise
    return held


def take_time(proposal: Proposal, hold: Hold, *, by: Actor, now: datetime) -> Booking:
    """Move the booking to one of its proposed times; the others are let go.

    It keeps its id, answers and key. Confirmed at once where the format says so, or where the
    provider of that time has proposed it; else requested anew. What is taken twice stays. Raises
    NotOpen when the proposal waits for no answer any more, and as `reschedule` does.
    """
    booking = proposal.booking
    target = Target(hold.start, hold.provider, hold.location)
    if not _has_taken(booking, target):
        check_open(proposal, now)
        booking = reschedule(booking, replace(target, seen=booking.appointment_id), by=by, now=now)
    let_go.enqueue()
    return booking


def _has_taken(booking: Booking, target: Target) -> bool:
    appointment = booking.appointment
    return booking.state in OPEN and (
        (appointment.start, appointment.provider_id) == (target.start, target.provider.pk)
    )


@again_on_conflict
def decline_times(proposal: Proposal, *, by: Actor, reason: str = "", now: datetime) -> Booking:
    """Take none of the times: the booking stays, or ends without being late, as was proposed.

    Raises NotOpen when the proposal waits for no answer any more.
    """
    with transaction.atomic():
        row, kept = lock_proposal(proposal)
        check_open(kept, now)
        _close(row, kept, ProposalState.DECLINED, by=by, reason=reason, now=now)
        let_go.enqueue()
    return row


@again_on_conflict
def expire_proposals(*, now: datetime) -> int:
    """End what nobody has answered in time, and let go what is held for nothing; how many ended.

    Safe to run twice.
    """
    over = Proposal.objects.filter(
        state__in=(ProposalState.SEARCHING, ProposalState.OPEN), expires_at__lte=now
    )
    done = 0
    for proposal in over.select_related(*WITH_ALL).order_by("pk"):
        try:
            with transaction.atomic():
                row, kept = lock_proposal(proposal)
                if kept.state in (ProposalState.SEARCHING, ProposalState.OPEN):
                    _close(row, kept, ProposalState.EXPIRED, by=SYSTEM, reason="", now=now)
                    done += 1
        except NotOpen:
            continue  # it went to another provider at this very moment; next time
    _release_loose(now)
    return done


def lock_proposal(proposal: Proposal) -> tuple[Booking, Proposal]:
    """The proposal's row and its booking's, under their people's locks."""
    row = lock_booking(proposal.booking)
    kept = Proposal.objects.get(pk=proposal.pk)
    kept.booking = row
    return row, kept


def _close(
    row: Booking, proposal: Proposal, state: ProposalState, *, by: Actor, reason: str, now: datetime
) -> None:
    """No time was taken: end the booking where it cannot stay, else only tell."""
    declined = state == ProposalState.DECLINED
    if has_expired(row, now):
        end_proposal(proposal, state, now)  # told as what it is: a request that has run out
        return
    ends = proposal.otherwise == Otherwise.END and row.state in OPEN
    if not ends:
        kind = EventKind.TURNED_DOWN if declined else EventKind.LAPSED
        data = {"proposal": str(proposal.public_id)}
        end_proposal(proposal, state, now)
        tell(row, kind, by=by, now=now, reason=reason, data=data)
        return
    was_asked = row.state == BookingState.REQUESTED and not declined
    ended = BookingState.DECLINED if was_asked else BookingState.CANCELLED
    said = reason or (_NONE_SUITS if declined else _NO_ANSWER)
    end_seat(row, ended, by=by, reason=str(said), now=now)
    end_proposal(proposal, state, now)  # the end of its booking has closed it already, as over
    settle_appointment(row.appointment_id, now)
    touch_time(row.student_id, row.appointment.provider.user_id)
    announce(row.appointment.community_id)


_NONE_SUITS = gettext_lazy("None of the other times suits.")
_NO_ANSWER = gettext_lazy("None of the other times was taken.")


def _release_loose(now: datetime) -> None:
    for hold in loose_holds(now):
        with suppress(NotOpen):  # booked, or let go, meanwhile
            release_hold(hold, by=SYSTEM, now=now)


@job()
def fill_proposal(proposal_id: int) -> None:
    """Find and hold the times of a proposal that was made in the transaction before."""
    proposal = Proposal.objects.filter(pk=proposal_id).first()
    if proposal is not None:
        search_times(proposal, now=clock.now())


@job()
def let_go() -> None:
    """Let go what is held for proposals that wait for no answer any more."""
    _release_loose(clock.now())
