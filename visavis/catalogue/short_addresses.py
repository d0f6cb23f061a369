"""Short addresses for posters and mails: given for a community or a service, and taken back."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from visavis.catalogue.models import Service, ShortAddress
from visavis.communities.models import Community
from visavis.core import history
from visavis.core.history import Actor
from visavis.core.troubles import again_on_conflict

# Without what is read for something else on paper: 0 and o, 1 and i and l.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
LENGTH = 7  # 27 thousand million codes: nobody finds one by trying
TRIES = 5


def short_addresses(community: Community) -> QuerySet[ShortAddress]:
    """Those that lead somewhere now, the community's own first, then by the service's code."""
    return standing_addresses(community).exclude(service__archived_at__isnull=False)


def addresses_of_archived(community: Community) -> QuerySet[ShortAddress]:
    """Those of archived services: on paper, and good again when the service comes back."""
    return standing_addresses(community).filter(service__archived_at__isnull=False)


def standing_addresses(community: Community) -> QuerySet[ShortAddress]:
    """Those that were not taken back, the community's own first, then by the service's code."""
    return (
        ShortAddress.objects.filter(community=community, revoked_at=None)
        .select_related("community", "service__owner__user")
        .order_by(F("service__code_key").asc(nulls_first=True), "pk")
    )


def find_short_address(code: str) -> ShortAddress | None:
    """The address with this code, whatever its case; None for one that was taken back."""
    rows = ShortAddress.objects.filter(code=code.lower(), revoked_at=None)
    return rows.select_related("community", "service").first()


def give_short_address(community: Community, service: Service | None, *, by: Actor) -> ShortAddress:
    """The short address of the service, or of the community; made when there is none."""
    for _try in range(TRIES):
        there = _there(community, service)
        if there is not None:
            return there
        try:
            return _make(community, service, by)
        except IntegrityError:
            # The code is in use, or somebody else made one in the same moment.
            continue
    raise RuntimeError("No code for a short address was free.")


@again_on_conflict
def give_short_addresses(community: Community, services: Iterable[Service], *, by: Actor) -> int:
    """One for the community and each of these services that has none; says how many were made."""
    with transaction.atomic():
        there = set(short_addresses(community).values_list("service_id", flat=True))
        wanted = [None, *services]
        without = [one for one in wanted if (one.pk if one else None) not in there]
        for service in without:
            give_short_address(community, service, by=by)
    return len(without)


def lacks_short_addresses(community: Community, services: QuerySet[Service]) -> bool:
    """Whether the community or one of these services has none that leads somewhere."""
    there = short_addresses(community).select_related(None).order_by()
    theirs = there.filter(service=OuterRef("pk"))
    return not there.filter(service=None).exists() or services.exclude(Exists(theirs)).exists()


@again_on_conflict
def revoke_short_address(address: ShortAddress, *, by: Actor, now: datetime) -> bool:
    """Let it lead nowhere from now on; False when it did so already."""
    with transaction.atomic():
        rows = ShortAddress.objects.filter(pk=address.pk, revoked_at=None)
        if not rows.update(revoked_at=now):
            return False
        history.record(
            by,
            "revoked short address",
            address,
            community_id=address.community_id,
            before={"address": address.code},
        )
    return True


def _there(community: Community, service: Service | None) -> ShortAddress | None:
    rows = ShortAddress.objects.filter(community=community, service=service, revoked_at=None)
    return rows.first()


@again_on_conflict
def _make(community: Community, service: Service | None, by: Actor) -> ShortAddress:
    code = "".join(secrets.choice(ALPHABET) for _letter in range(LENGTH))
    with transaction.atomic():
        address = ShortAddress.objects.create(community=community, service=service, code=code)
        history.record(
            by,
            "gave short address",
            address,
            community_id=community.pk,
            after={"address": code},
        )
    return address
