"""A time has come free, or may have gone: have it looked at soon, not only by the clock.

Who frees a time in an action of this module announces it. Whatever else may free one (new hours, a
closure that was lifted, what has run out) raises a version in its own transaction, as every cache
needs it: a community whose versions are not those of the last look has something new.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum

from visavis.bookings.enums import HoldState, WaitlistState
from visavis.bookings.models import Hold, WaitlistEntry, WaitlistLook
from visavis.communities.models import Community
from visavis.core import clock
from visavis.core.jobs import job
from visavis.people.models import Provider

Versions = list[int]


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


def open_holds(now: datetime) -> QuerySet[Hold]:
    """What is held for anybody at `now`."""
    return Hold.objects.filter(state=HoldState.OPEN, expires_at__gt=now)


def has_unseen() -> bool:
    """Whether anything has changed where somebody waits: two queries, however many communities."""
    return next(unseen_communities(), None) is not None


def unseen_communities() -> Iterator[tuple[Community, Versions]]:
    """The communities where somebody waits, or a time is held, that have changed since the look.

    Each with its versions, which were read before anything that they stand for.
    """
    waiting = WaitlistEntry.objects.filter(
        state=WaitlistState.WAITING, community__waitlist=True
    ).values("community")
    held = open_holds(clock.now()).values("provider__community")
    wanted = Community.objects.filter(Q(pk__in=waiting) | Q(pk__in=held))
    now = _versions(wanted.values_list("pk", flat=True))
    if not now:
        return
    seen = dict(WaitlistLook.objects.filter(community__in=now).values_list("community", "stamp"))
    changed = [pk for pk, versions in now.items() if seen.get(pk) != versions]
    for community in Community.objects.filter(pk__in=changed).order_by("pk"):
        yield community, now[community.pk]


def _versions(communities: QuerySet[Any, int]) -> dict[int, Versions]:
    """The versions of these communities (a query of ids), as sums."""
    people = Provider.objects.filter(community__in=communities, retired_at=None)
    rows = (
        people.order_by()
        .values_list("community_id")
        .annotate(
            Max("community__version"), Count("pk"), Sum("hours_version"), Sum("user__time_version")
        )
    )
    return {community: [int(version) for version in versions] for community, *versions in rows}


def note_look(community: Community, versions: Versions) -> None:
    """Write down how the versions stood before this look at the community's list."""
    WaitlistLook.objects.update_or_create(community=community, defaults={"stamp": versions})
