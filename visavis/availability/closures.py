"""A community is closed, and opened again; a closure is changed as a whole: days, times, reason."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from visavis.availability.actions import DAY, check_dates, check_minutes
from visavis.availability.errors import InvalidHours
from visavis.availability.models import Closure
from visavis.availability.telling import closure_values
from visavis.communities import actions as community_actions
from visavis.communities.models import Community
from visavis.core import history
from visavis.core.errors import NotFound
from visavis.core.history import Actor
from visavis.core.seen import check_seen
from visavis.core.troubles import again_on_conflict

TIMES = ("first", "last", "start_minute", "end_minute")


@again_on_conflict
def add_closure(
    community: Community,
    *,
    first: date,
    last: date,
    by: Actor,
    start_minute: int = 0,
    end_minute: int = DAY,
    reason: str = "",
) -> Closure:
    """Close the community on each date from `first` to `last`. Meetings there stay.

    Raises InvalidHours, also for the very time at which it is closed already.
    """
    check_dates(first, last)
    start, end = check_minutes(start_minute, end_minute)
    with transaction.atomic():
        # Locked, so that of two who enter the same closure at once, one is told.
        Community.objects.select_for_update(no_key=True).get(pk=community.pk)
        same = {"first": first, "last": last, "start_minute": start, "end_minute": end}
        refuse_closed(Closure.objects.filter(community=community, **same))
        closure = Closure.objects.create(community=community, **same, reason=reason[:200])
        community_actions.touch(community)
        history.record(
            by, "added closure", closure, community_id=community.pk, after=closure_values(closure)
        )
    return closure


def refuse_closed(same: QuerySet[Closure]) -> None:
    """Raises InvalidHours where there is a closure of just this time."""
    if same.exists():
        raise InvalidHours(
            _("The community is closed at just this time already. Change that closure instead.")
        )


@again_on_conflict
def change_closure(
    closure: Closure, values: Mapping[str, Any], *, by: Actor, seen: str | None = None
) -> Closure:
    """Give a closure these days, times and reason (all of them); meetings there stay.

    `seen`: the values that whoever changes it saw, by `core.seen`. Raises InvalidHours,
    ChangedMeanwhile, and NotFound when it was removed meanwhile; then nothing is written.
    """
    check_dates(values["first"], values["last"])
    start, end = check_minutes(values["start_minute"], values["end_minute"])
    with transaction.atomic():
        Community.objects.select_for_update(no_key=True).get(pk=closure.community_id)
        kept = Closure.objects.select_for_update(no_key=True).filter(pk=closure.pk).first()
        if kept is None:
            raise NotFound(_("Somebody removed this closure meanwhile. Nothing was changed."))
        before = closure_values(kept)
        check_seen(seen, before)
        for name, value in {**values, "start_minute": start, "end_minute": end}.items():
            setattr(kept, name, value)
        same = {name: getattr(kept, name) for name in TIMES}
        others = Closure.objects.filter(community=closure.community_id, **same)
        refuse_closed(others.exclude(pk=kept.pk))
        if (after := closure_values(kept)) == before:
            return kept
        kept.save(update_fields=[*TIMES, "reason"])
        community_actions.touch(closure.community)
        history.record(
            by,
            "changed closure",
            kept,
            community_id=kept.community_id,
            before=before,
            after=after,
        )
    return kept


@again_on_conflict
def remove_closure(closure: Closure, *, by: Actor) -> None:
    """Open the community again in that time. Raises NotFound when it was opened already."""
    with transaction.atomic():
        kept = Closure.objects.select_for_update(no_key=True).filter(pk=closure.pk).first()
        if kept is None:
            raise NotFound(_("Somebody removed this closure meanwhile. Nothing was changed."))
        history.record(
            by,
            "removed closure",
            kept,
            community_id=kept.community_id,
            before=closure_values(kept),
        )
        kept.delete()
        community_actions.touch(closure.community)
