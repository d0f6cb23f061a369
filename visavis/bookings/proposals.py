"""Proposals as rows tell them, and how they end when their booking changes.

A proposal ends with its booking: whoever cancels, moves or answers the booking ends it in the same
transaction. The times that were held for it are let go afterwards, one by one (`loose_holds`): they
may be another provider's, whom nobody has locked.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from visavis.bookings.enums import (
    PENDING_PROPOSALS,
    HoldPurpose,
    HoldState,
    Otherwise,
    ProposalState,
)
from visavis.bookings.errors import NotOpen
from visavis.bookings.models import Appointment, Booking, Hold, Proposal
from visavis.communities.models import Community
from visavis.people.models import Provider, User

PURPOSES = (HoldPurpose.PROPOSED, HoldPurpose.EQUIVALENT)
WITH_ALL = (
    "booking__student",
    "booking__series",
    "booking__appointment__provider__user",
    "booking__appointment__service",
    "booking__appointment__format",
    "booking__appointment__location",
    "booking__appointment__community",
)


def open_proposals(now: datetime) -> QuerySet[Proposal]:
    """The proposals that wait for their student's answer at `now`, with the times still held."""
    held = (
        Hold.objects.filter(state=HoldState.OPEN, expires_at__gt=now)
        .select_related("provider__user", "location", "service", "format")
        .order_by("start", "pk")
    )
    return (
        Proposal.objects.filter(state=ProposalState.OPEN, expires_at__gt=now)
        .select_related(*WITH_ALL)
        .prefetch_related(Prefetch("holds", held, to_attr="held"))
    )


def find_open_proposal(booking: Booking, now: datetime) -> Proposal | None:
    """What the student of this booking may still answer at `now`; `held` are its times."""
    return open_proposals(now).filter(booking=booking).first()


def proposals_for(student: User, community: Community, *, now: datetime) -> QuerySet[Proposal]:
    """What waits for this student's answer here, the first to run out first."""
    theirs = open_proposals(now).filter(
        booking__student=student, booking__appointment__community=community
    )
    return theirs.order_by("expires_at", "pk")


def is_uprooted(booking: Booking, now: datetime) -> bool:
    """Whether the booking cannot stay where it is: other times are offered, or it is off.

    Its student is bound by no deadline then.
    """
    return uprooting_proposals(now).filter(booking=booking).exists()


def uprooting_proposals(now: datetime) -> QuerySet[Proposal]:
    """What waits at `now` for an answer, or for times, about bookings that cannot stay."""
    return Proposal.objects.filter(
        state__in=PENDING_PROPOSALS, otherwise=Otherwise.END, expires_at__gt=now
    )


def uprooted_by(provider: Provider, *, until: datetime, now: datetime) -> QuerySet[Proposal]:
    """The provider's meetings that cannot stay and begin after `now`, before `until`, by time.

    One is a proposal that is told of, or for which times are still looked for (`held` are none).
    """
    held = Hold.objects.filter(state=HoldState.OPEN, expires_at__gt=now)
    return (
        uprooting_proposals(now)
        .filter(
            booking__appointment__provider=provider,
            booking__appointment__start__gt=now,
            booking__appointment__start__lt=until,
        )
        .select_related(*WITH_ALL)
        .prefetch_related(Prefetch("holds", held, to_attr="held"))
        .order_by("booking__appointment__start", "pk")
    )


def is_offered(booking: Booking, *, start: datetime, provider: Provider, now: datetime) -> bool:
    """Whether just this time is held for the booking's student, to move to."""
    return (
        open_proposals(now)
        .filter(booking=booking, holds__start=start, holds__provider=provider)
        .exists()
    )


def proposals_by(provider: Provider, *, now: datetime) -> QuerySet[Proposal]:
    """What waits for an answer about meetings with this provider, the first to run out first."""
    theirs = open_proposals(now).filter(booking__appointment__provider=provider)
    return theirs.order_by("expires_at", "pk")


def givers_of_times(booking: Booking) -> set[int]:
    """The user ids of those whose times are held for what is proposed for the booking."""
    held = Hold.objects.filter(
        state=HoldState.OPEN, proposals__booking=booking, proposals__state__in=PENDING_PROPOSALS
    )
    return set(held.values_list("provider__user_id", flat=True))


def was_proposed_by_its_provider(booking: Booking, appointment: Appointment, now: datetime) -> bool:
    """Whether the appointment's own provider has proposed just this time for the booking."""
    return Proposal.objects.filter(
        booking=booking,
        state=ProposalState.OPEN,
        expires_at__gt=now,
        proposed_by=appointment.provider.user_id,
        holds__start=appointment.start,
        holds__provider=appointment.provider_id,
    ).exists()


def end_proposals(
    bookings: Iterable[int], state: ProposalState = ProposalState.OVER, *, now: datetime
) -> None:
    """What was proposed for these bookings waits for no answer any more."""
    pending = Proposal.objects.filter(booking__in=bookings, state__in=PENDING_PROPOSALS)
    pending.update(state=state, changed_at=now)


def end_by_move(booking: Booking, appointment: Appointment, *, now: datetime) -> None:
    """The booking goes to this appointment: what was proposed for it is taken, or over."""
    pending = Proposal.objects.filter(booking=booking, state__in=PENDING_PROPOSALS)
    taken = pending.filter(
        holds__start=appointment.start,
        holds__provider=appointment.provider_id,
        holds__location=appointment.location_id,
    )
    # By ids: no database updates what it joins.
    Proposal.objects.filter(pk__in=list(taken.values_list("pk", flat=True))).update(
        state=ProposalState.TAKEN, changed_at=now
    )
    end_proposals([booking.pk], now=now)


def loose_holds(now: datetime) -> QuerySet[Hold]:
    """Times that are held for a proposal that waits for no answer any more."""
    waiting = Q(proposals__state__in=PENDING_PROPOSALS)
    return (
        Hold.objects.filter(state=HoldState.OPEN, purpose__in=PURPOSES, expires_at__gt=now)
        .exclude(pk__in=Hold.objects.filter(waiting).values("pk"))
        .select_related("provider", "student")
        .order_by("pk")
    )


def check_open(proposal: Proposal, now: datetime) -> None:
    """Raises NotOpen unless the proposal waits for its student's answer at `now`."""
    if proposal.state != ProposalState.OPEN or proposal.expires_at <= now:
        raise NotOpen(_("These times are no longer held for you."))


def end_proposal(proposal: Proposal, state: ProposalState, now: datetime) -> None:
    """Write what became of it. The caller has locked the people of its booking."""
    proposal.state, proposal.changed_at = state, now
    proposal.save(update_fields=["state", "changed_at"])
