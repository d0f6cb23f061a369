"""Whom a topic may belong to once a plan is applied: asked when an administrator chooses."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from visavis.catalogue.codes import covers, entry_key
from visavis.core.text import fold
from visavis.imports.enums import RowAction
from visavis.imports.errors import OwnAndForEverybody, UncertifiedOwner, UnknownOwner
from visavis.imports.kinds.ownership import topic_key
from visavis.imports.models import Import, ImportRow
from visavis.people.models import Provider

MOVING = (RowAction.ADDED, RowAction.CHANGED, RowAction.REMOVED)


def owner_label(run: Import, topic: ImportRow, email: str, *, for_everybody: bool) -> str:
    """The name of the person with this address, to whom the topic may belong.

    Raises UnknownOwner for who gives no support here once the plan is applied, UncertifiedOwner
    for who does not cover the topic then, OwnAndForEverybody for a topic that is to be both.
    """
    after = _find_after(run, fold(email))
    if after is None:
        raise UnknownOwner(_("“%(email)s” is nobody who gives support here.") % {"email": email})
    label = f"{after['first_name']} {after['last_name']}".strip() or email
    told = {"topic": topic.label, "owner": label}
    if for_everybody:
        raise OwnAndForEverybody(
            _(
                "“%(topic)s” cannot be %(owner)s's own and for everybody at once. Empty "
                "“Belongs to”, or untick “For everybody”."
            )
            % told
        )
    if not any(covers(entry_key(entry), topic_key(topic)) for entry in after["entries"]):
        raise UncertifiedOwner(
            _(
                "“%(topic)s” is not among the Courses of %(owner)s, also not once this file is "
                "applied. Name somebody else, or add it to their Courses in the file."
            )
            % told
        )
    return label


def _find_after(run: Import, email_key: str) -> dict[str, Any] | None:
    """Somebody's values once the plan is applied; None when they give no support here then."""
    there = (
        Provider.objects.filter(
            community=run.community_id, retired_at=None, user__email_key=email_key
        )
        .select_related("user")
        .first()
    )
    same = Q(key=email_key)
    if there is not None:
        same |= Q(target_id=there.pk)
    planned = run.plan.filter(same, action__in=MOVING).first()
    if planned is not None:
        after = planned.after
        is_there = not after["archived"] and fold(after["email"]) == email_key
        return dict(after) if is_there else None
    if there is None:
        return None
    entries = there.certifications.order_by("id").values_list("entry", flat=True)
    names = {name: getattr(there.user, name) for name in ("first_name", "last_name")}
    return {**names, "entries": list(entries)}
