"""What can be booked is added, changed, archived and brought back by hand.

Each in one transaction with what follows from it: kept hours come alive, and meetings that could
not be offered any more get their fate (`fates.change_offer`).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from visavis.availability.reviving import revive_entries
from visavis.catalogue.models import Service
from visavis.catalogue.services import rewrite_service, set_archived, write_service
from visavis.changes.fates import UNDECIDED, Decision, Scope, change_offer
from visavis.communities.models import Community
from visavis.core.history import Actor
from visavis.core.troubles import again_on_conflict


@again_on_conflict
def add_service(community: Community, values: Mapping[str, Any], *, by: Actor) -> Service:
    """Add a course or topic by hand; hours that waited for it admit it. Raises InvalidService."""
    with transaction.atomic():
        service = write_service(community, values, by=by)
        revive_entries(community)
    return service


@again_on_conflict
def change_service(
    service: Service,
    values: Mapping[str, Any],
    decision: Decision = UNDECIDED,
    *,
    by: Actor,
    now: datetime,
    seen: str | None = None,
) -> Service:
    """Change a course or topic; a new code or owner may leave meetings without who may give them.

    Raises as `rewrite_service` does, and Undecided about such meetings; then nothing is written.
    """

    def change() -> Service:
        changed = rewrite_service(service, values, by=by, seen=seen)
        revive_entries(service.community)
        return changed

    if all(values.get(name, kept) == kept for name, kept in _what_and_whose(service).items()):
        with transaction.atomic():
            return change()
    scope = Scope(service.community, service=service)
    return change_offer(scope, change, decision, by=by, now=now)


def _what_and_whose(service: Service) -> dict[str, Any]:
    """What decides who may give it; without a change of it no meeting is touched."""
    return {name: getattr(service, name) for name in ("subject", "number", "owner_id")}


def archive_service(
    service: Service, decision: Decision = UNDECIDED, *, by: Actor, now: datetime
) -> bool:
    """Let nobody book it any more, with the fate of its coming meetings; False when it was so.

    Raises Undecided, with nothing written, about a meeting that `decision` does not name.
    """
    scope = Scope(service.community, service=service)
    return change_offer(scope, lambda: set_archived(service, now, by=by), decision, by=by, now=now)


def restore_service(service: Service, *, by: Actor, now: datetime) -> bool:
    """Let it be booked again; False when it can be. Raises InvalidService without its owner.

    Whose meeting can be given after all keeps it: other times that were offered are withdrawn.
    """

    def restore() -> bool:
        done = set_archived(service, None, by=by)
        revive_entries(service.community)
        return done

    return change_offer(
        Scope(service.community, service=service), restore, UNDECIDED, by=by, now=now
    )
