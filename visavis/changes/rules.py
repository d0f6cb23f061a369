"""Who may change whose hours."""

from django.utils.translation import gettext as _

from visavis.availability.enums import ChangeKind
from visavis.availability.models import DatedChange, HoursChange
from visavis.changes.errors import HoursAreKept
from visavis.core.history import Actor
from visavis.people.models import Provider
from visavis.people.rules import Standing, may_change_own_hours


def check_may_change(provider: Provider, by: Actor) -> None:
    """Raises HoursAreKept for somebody's own hours where the centre keeps them."""
    if by.id != provider.user_id:
        return
    if not may_change_own_hours(Standing(provider.user, provider.community)):
        raise HoursAreKept(
            _("%(community)s keeps these hours. Ask there to have them changed.")
            % {"community": provider.community.name}
        )


def check_may_undo(change: HoursChange, by: Actor) -> None:
    """Who has gone on leave may come back, whoever keeps the hours. Raises HoursAreKept."""
    if not (change.by_id == by.id and _is_leave(change)):
        check_may_change(change.provider, by)


def _is_leave(change: HoursChange) -> bool:
    done = change.done
    made = [pk for table, pk, _mark in done["made"] if table == "change"]
    if done["removed"] or done["before"] or len(made) != len(done["made"]):
        return False
    others = DatedChange.objects.filter(pk__in=made).exclude(kind=ChangeKind.AWAY)
    return not others.exists()
