"""How a hold ends: booked, let go, or run out."""

from datetime import datetime

from visavis.bookings.entries import settle_offer
from visavis.bookings.enums import CommitmentStatus, HoldState
from visavis.bookings.models import Commitment, Hold
from visavis.core import history
from visavis.core.history import Actor

ENDED_AS = {
    HoldState.USED: CommitmentStatus.CANCELLED,
    HoldState.RELEASED: CommitmentStatus.CANCELLED,
    HoldState.EXPIRED: CommitmentStatus.EXPIRED,
}
HOLD_VERBS = {
    HoldState.USED: "booked the held time",
    HoldState.RELEASED: "let the held time go",
    HoldState.EXPIRED: "held time expired",
}


def end_hold(hold: Hold, state: HoldState, *, by: Actor, now: datetime) -> None:
    """Give the held time back and write down how it ended.

    The caller has locked the provider's and the student's person, and touches the provider's time.
    """
    hold.state, hold.changed_at = state, now
    hold.save(update_fields=["state", "changed_at"])
    Commitment.objects.filter(pk=hold.commitment_id).update(status=ENDED_AS[state])
    history.record(
        by,
        HOLD_VERBS[state],
        hold,
        community_id=hold.provider.community_id,
        after={"state": state.value},
    )
    settle_offer(hold, by=by, now=now)
