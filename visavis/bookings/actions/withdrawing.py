"""Take back what was offered: by whoever offered it, or because its reason is gone."""

import logging
import uuid
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from visavis.bookings.actions.holding import withdraw_hold
from visavis.bookings.actions.proposing import (
    fill_proposal,
    let_go,
    lock_proposal,
)
from visavis.bookings.enums import (
    EventKind,
    HoldPurpose,
    ProposalState,
)
from visavis.bookings.errors import NotOpen
from visavis.bookings.events import tell
from visavis.bookings.freed import open_holds
from visavis.bookings.models import Booking, Hold, Proposal
from visavis.bookings.proposals import WITH_ALL, check_open, end_proposal, uprooting_proposals
from visavis.bookings.states import has_expired
from visavis.bookings.unbookable import OF_HOLD, is_unbookable
from visavis.communities.models import Community
from visavis.core.history import SYSTEM, Actor
from visavis.core.troubles import again_on_conflict, apart

logger = logging.getLogger(__name__)


@again_on_conflict
def withdraw_times(proposal: Proposal, *, by: Actor, now: datetime) -> Booking:
    """Take the proposal back: the times are let go, and the booking stays as it is.

    Raises NotOpen when the proposal waits for no answer any more.
    """
    with transaction.atomic():
        row, kept = lock_proposal(proposal)
        check_open(kept, now)
        kept.booking = row
        _withdraw(kept, by=by, now=now)
        let_go.enqueue()
    return row


def withdraw_offers(
    bookings: Iterable[int], *, by: Actor, now: datetime, batch: uuid.UUID | None = None
) -> list[Booking]:
    """Take back the other times that these bookings got because they could not stay.

    For bookings (by id) that can stay again, or that were offered others in this `batch`. What
    somebody proposed by hand stays. Who was not told yet is told nothing. Answers which bookings
    stay as they are. Call it under the locks of their people.
    """
    pending = uprooting_proposals(now).filter(
        booking__in=list(bookings), purpose=HoldPurpose.EQUIVALENT
    )
    stay = []
    together = batch or uuid.uuid4()
    for proposal in pending.select_related(*WITH_ALL).order_by("pk"):
        _withdraw(proposal, by=by, now=now, batch=together)
        stay.append(proposal.booking)
    if stay:
        let_go.enqueue()
    return stay


def withdraw_unbookable(community: Community, *, now: datetime) -> int:
    """Give back what is held here and cannot be booked any more; how many times that were.

    However it came about: hours, closures, places, services, people or settings changed. Who waits
    is told and keeps the place in line. For other times that were offered new ones are looked for
    when none is left. One that makes trouble keeps no other. Safe to run twice and by many at once.
    """
    done = 0
    holds = open_holds(now).filter(provider__community=community).select_related(*OF_HOLD)
    for hold in holds.order_by("pk"):
        # What was booked, or let go, meanwhile is held no more.
        with (
            apart(logger, "Whether hold %s can be booked could not be told.", hold.pk),
            suppress(NotOpen),
        ):
            if is_unbookable(hold, community, now):
                withdraw_hold(hold, by=SYSTEM, now=now)
                done += 1
    if done:
        renew_empty(now=now)
    return done


def renew_empty(*, now: datetime) -> int:
    """See to the proposals whose times are all gone: one by hand ends, else others are looked for.

    It asks the rows, not who took the times: a worker that was killed in between leaves nothing
    behind. Who was told that no time was found is not asked again. Safe to run twice.
    """
    done = 0
    for proposal in _empty(now).select_related(*WITH_ALL).order_by("pk"):
        # One whose meeting goes to another provider at this very moment is seen to next time.
        with apart(logger, "Proposal %s could not be seen to.", proposal.pk), suppress(NotOpen):
            done += _renew(proposal, now)
    return done


def _empty(now: datetime) -> QuerySet[Proposal]:
    """The open proposals that had times of which none is held any more."""
    had = Hold.objects.filter(proposals=OuterRef("pk"))
    left = open_holds(now).filter(proposals=OuterRef("pk"))
    return Proposal.objects.filter(
        Exists(had), ~Exists(left), state=ProposalState.OPEN, expires_at__gt=now
    )


@again_on_conflict
def _renew(proposal: Proposal, now: datetime) -> bool:
    with transaction.atomic():
        row, kept = lock_proposal(proposal)
        if has_expired(row, now) or not _empty(now).filter(pk=kept.pk).exists():
            return False
        if kept.purpose == HoldPurpose.EQUIVALENT:
            end_proposal(kept, ProposalState.SEARCHING, now)
            fill_proposal.enqueue(kept.pk)
        else:
            _withdraw(kept, by=SYSTEM, now=now)
    return True


def _withdraw(
    proposal: Proposal, *, by: Actor, now: datetime, batch: uuid.UUID | None = None
) -> None:
    is_told = proposal.state == ProposalState.OPEN
    end_proposal(proposal, ProposalState.WITHDRAWN, now)
    if is_told:
        data = {"proposal": str(proposal.public_id), "withdrawn": True}
        tell(proposal.booking, EventKind.LAPSED, by=by, now=now, data=data, batch=batch)
