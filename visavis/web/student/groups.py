"""Whether one joins a group that meets already or begins one, in words."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from visavis.bookings.openings import Openings
from visavis.engine.world import Joinable


def joined_groups(openings: Openings, start: datetime) -> list[Joinable]:
    """The groups that meet at this start already, one for each provider who gives one."""
    found = (openings.joined(pk, start) for pk in openings.free_ids(start))
    return [group for group in found if group is not None and group.seats is not None]


def seats_in_words(openings: Openings, start: datetime) -> str:
    """What a time of a group's format says beside its clock."""
    groups = joined_groups(openings, start)
    if not groups:
        return _("new group")
    if len(groups) == 1:
        return _left(groups[0])
    return ngettext("%(count)d group to join", "%(count)d groups to join", len(groups)) % {
        "count": len(groups)
    }


def group_with(openings: Openings, provider_id: int, start: datetime) -> str:
    """What somebody's card says: the group one would join with them, or that one begins it."""
    format_ = openings.question.format
    if not format_.is_group:
        return ""
    group = openings.joined(provider_id, start)
    if group is None or group.seats is None:
        return _("You start a new group of up to %(seats)d.") % {"seats": format_.capacity}
    return _("You join a group: %(left)s.") % {"left": _left(group)}


def begins_group(openings: Openings, provider_id: int, start: datetime) -> bool:
    """Whether booking this time of a group's format begins a group, rather than joins one."""
    group = openings.joined(provider_id, start)
    return openings.question.format.is_group and (group is None or group.seats is None)


def _left(group: Joinable) -> str:
    words = {"left": group.seats_left, "seats": group.seats}
    return (
        ngettext(
            "%(left)d of %(seats)d seats left", "%(left)d of %(seats)d seats left", group.seats_left
        )
        % words
    )


def listed(names: Sequence[str]) -> str:
    """“Kim, Ali and Uma”."""
    if len(names) < 2:  # noqa: PLR2004  (one name needs no "and")
        return "".join(names)
    return _("%(names)s and %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}
