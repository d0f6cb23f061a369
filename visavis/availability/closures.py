"""A closure is changed as a whole: its days, its times and its reason."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from visavis.availability.actions import check_dates, check_minutes, refuse_closed
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
