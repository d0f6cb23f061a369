"""People who give support leave, come back, and may give more or less; their meetings with them."""

from datetime import datetime

from django.db import transaction

from visavis.availability.reviving import revive_entries
from visavis.catalogue.actions import uncertify
from visavis.catalogue.models import Certification
from visavis.catalogue.services import close_own_services, reopen_own_services
from visavis.changes.fates import UNDECIDED, Decision, Scope, change_offer, lock_scope
from visavis.communities.models import Community
from visavis.core.history import Actor
from visavis.core.troubles import again_on_conflict
from visavis.people.actions import add_provider, retire_provider
from visavis.people.models import Provider, User
from visavis.people.queries import lock_people


def retire(provider: Provider, decision: Decision = UNDECIDED, *, by: Actor, now: datetime) -> bool:
    """Retire the person, close their own services, and give each coming meeting its fate.

    Also those that others give of these services.

    False when they are retired already. Raises Undecided, with nothing written, about a meeting
    that `decision` does not name, or that cannot be handed over as it says.
    """

    def leave() -> bool:
        close_own_services(provider, now=now)
        return retire_provider(provider, by=by, now=now)

    return change_offer(Scope.of_leaving(provider), leave, decision, by=by, now=now)


@again_on_conflict
def welcome(user: User, community: Community, *, by: Actor, now: datetime) -> Provider:
    """Make the person a provider, or bring a retired one back with their own services.

    Whose meeting they give after all keeps it: other times that were offered are withdrawn.
    """
    known = Provider.objects.filter(user=user, community=community).first()
    if known is None:
        with transaction.atomic():
            return _welcome(user, community, by=by)
    return change_offer(
        Scope.of_leaving(known),
        lambda: _welcome(user, community, by=by),
        UNDECIDED,
        by=by,
        now=now,
    )


def lock_newcomer(user: User, community: Community, *, now: datetime) -> None:
    """Lock the person, and of somebody who was here before everybody whose meeting may come back.

    All at once, for whoever looks at them before the `welcome` in the same transaction.
    """
    known = Provider.objects.filter(user=user, community=community).first()
    if known is None:
        lock_people([user.pk])
    else:
        lock_scope(Scope.of_leaving(known), now)


def _welcome(user: User, community: Community, *, by: Actor) -> Provider:
    # Who retires them at this moment holds the same lock: read before it they are still here.
    lock_people([user.pk])
    before = Provider.objects.filter(user=user, community=community).first()
    provider = add_provider(user, community, by=by)
    if before is not None and before.retired_at is not None:
        reopen_own_services(provider, retired_at=before.retired_at)
        revive_entries(community)
    return provider


def take_entry(
    certification: Certification, decision: Decision = UNDECIDED, *, by: Actor, now: datetime
) -> bool:
    """Take away what an entry lets its person give; False when somebody did before.

    Raises Undecided about meetings that nothing else lets them give; then nothing is written.
    """
    provider = certification.provider
    return change_offer(
        Scope(provider.community, provider),
        lambda: uncertify(certification, by=by),
        decision,
        by=by,
        now=now,
    )
