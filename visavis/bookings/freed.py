"""A time has come free: have the waitlist looked at soon, not only by the clock."""

from visavis.bookings.enums import WaitlistState
from visavis.bookings.models import WaitlistEntry
from visavis.communities.models import Community
from visavis.core import clock
from visavis.core.jobs import job


@job()
def offer_freed(community_id: int) -> None:
    """Offer what has come free in this community to those who wait."""
    from visavis.bookings import actions  # noqa: PLC0415  (the actions announce what they free)

    community = Community.objects.filter(pk=community_id).first()
    if community is not None:
        actions.offer_times(community, now=clock.now())


def announce(community_id: int) -> None:
    """Call it in the transaction that frees a time; nothing is done while nobody waits."""
    waiting = WaitlistEntry.objects.filter(
        community_id=community_id, state=WaitlistState.WAITING, community__waitlist=True
    )
    if waiting.exists():
        offer_freed.enqueue(community_id)
