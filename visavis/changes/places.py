"""Places are added, changed, archived and brought back by hand, with the fate of their meetings."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from visavis.availability.locations import add_location, rewrite_location, set_location_archived
from visavis.availability.models import Location
from visavis.changes.fates import (
    UNDECIDED,
    Decision,
    Measure,
    Scope,
    change_measured,
    tell_touched,
)
from visavis.changes.placed import bookings_placed
from visavis.communities.models import Community
from visavis.core.history import Actor


def add_place(community: Community, values: Mapping[str, Any], *, by: Actor) -> Location:
    """Add a place by hand. Raises InvalidLocation, which names the columns."""
    return add_location(community, by=by, **values)


def change_place(
    location: Location,
    values: Mapping[str, Any],
    decision: Decision = UNDECIDED,
    *,
    by: Actor,
    now: datetime,
    seen: str | None = None,
) -> Location:
    """Change a place; shorter hours, less room or another kind may leave meetings without it.

    Raises as `rewrite_location` does, and Undecided about such meetings; then nothing is written.
    """

    def change() -> Location:
        return rewrite_location(location, values, by=by, seen=seen)

    if all(values.get(name, kept) == kept for name, kept in _when_and_how(location).items()):
        return change()
    scope = Scope(location.community, location=location)
    return change_measured(scope, change, decision, PLACES, by=by, now=now).result


def _when_and_how(location: Location) -> dict[str, Any]:
    """What decides which meetings can be there; without a change of it nobody needs locking."""
    return {"hours": location.hours, "kind": location.kind, "capacity": location.capacity}


def archive_place(
    location: Location, decision: Decision = UNDECIDED, *, by: Actor, now: datetime
) -> bool:
    """Let nobody meet there any more, with the fate of its coming meetings; False when it was so.

    Raises Undecided, with nothing written, about a meeting that `decision` does not name.
    """
    return _set_archived(location, now, decision, by=by, now=now)


def restore_place(location: Location, *, by: Actor, now: datetime) -> bool:
    """Let people meet there again; False when they can.

    Whose meeting can be there after all keeps it: other times that were offered are withdrawn.
    """
    return _set_archived(location, None, UNDECIDED, by=by, now=now)


def _set_archived(
    location: Location,
    archived_at: datetime | None,
    decision: Decision,
    *,
    by: Actor,
    now: datetime,
) -> bool:
    return change_measured(
        Scope(location.community, location=location),
        lambda: set_location_archived(location, archived_at, by=by),
        decision,
        PLACES,
        by=by,
        now=now,
    ).result


PLACES = Measure(bookings_placed, tell_touched, gives_back=True)
