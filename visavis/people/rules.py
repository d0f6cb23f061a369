"""Who may do what: one table, and named predicates over it.

Pages, templates and commands ask these and nothing else; docs/roles.md is printed from them. What
of a student's record each may read is the other table, in `bookings/record.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from visavis.communities.enums import Eligibility
from visavis.communities.models import Community
from visavis.core.prepared import Blank, prepared
from visavis.people.enums import Act, Part, Role
from visavis.people.models import Membership, Pause, Provider, User


@dataclass(frozen=True)
class Standing:
    """What a person is in one community; read once per request."""

    user: User | AnonymousUser
    community: Community

    @cached_property
    def memberships(self) -> dict[str, Membership]:
        """The person's rows here by role; never one of a provider, who has a table of their own."""
        if not self.user.is_authenticated:
            return {}
        rows = self._ask("memberships", Membership.objects.all)
        return {row.role: row for row in rows}

    @cached_property
    def _provider_row(self) -> Provider | None:
        if not self.user.is_authenticated:
            return None
        rows = self._ask("provider's row", lambda: Provider.objects.order_by("pk"))
        return next(iter(rows), None)

    @property
    def provider(self) -> Provider | None:
        """The person's active provider row here."""
        row = self._provider_row
        return row if row is not None and row.is_active else None

    @property
    def retired(self) -> Provider | None:
        """The person's provider row here, if they are retired."""
        row = self._provider_row
        return row if row is not None and not row.is_active else None

    @cached_property
    def pause(self) -> Pause | None:
        """The pause of the person's booking here that nobody has ended; it may have run out."""
        if not self.user.is_authenticated:
            return None
        rows = self._ask("pause", lambda: Pause.objects.filter(ended_at=None))
        return next(iter(rows), None)

    def _ask(self, key: str, rows: Callable[[], QuerySet[Any]]) -> list[Any]:
        """The person's rows here; every page asks for some, so that the query is written once."""
        theirs = {"user_id": Blank("user"), "community_id": Blank("community")}
        asked = prepared(key, lambda: rows().filter(**theirs))
        return asked.objects(user=self.user.pk, community=self.community.pk)

    @property
    def roles(self) -> set[str]:
        """Every role of the person here; a school admin is none unless a member."""
        found = set(self.memberships)
        return found | {Role.PROVIDER.value} if self.provider else found


# --- The table ------------------------------------------------------------------------------------

_MANAGERS = frozenset({Part.SCHOOL_ADMIN, Part.ADMIN})
_DESK = _MANAGERS | {Part.FRONT_DESK}

MAY: Mapping[Act, frozenset[Part]] = {
    Act.RUN_SCHOOL: frozenset({Part.SCHOOL_ADMIN}),
    Act.LEARN: _DESK | {Part.PROVIDER, Part.STUDENT},
    Act.TEACH: frozenset({Part.PROVIDER}),
    Act.FINISH_TEACHING: frozenset({Part.PROVIDER, Part.RETIRED}),
    Act.LOOK_UP: _DESK,
    Act.BOOK_FOR_OTHERS: _DESK,
    Act.NOTE_ATTENDANCE: _DESK,
    Act.SET_RULES_ASIDE: _MANAGERS,
    Act.CHANGE_MEETINGS: _MANAGERS,
    Act.READ_NOTES: _MANAGERS,
    Act.READ_HISTORY: _MANAGERS,
    Act.TAKE_OUT: _MANAGERS,
    Act.IMPORT: _MANAGERS,
    Act.MANAGE_PEOPLE: _MANAGERS,
    Act.CHANGE_HOURS: _MANAGERS,
    Act.APPOINT: _MANAGERS,
    Act.MANAGE: _MANAGERS,
}
"""Who may do what in a community. Nobody else may, and to them it looks as if it were not there."""


def is_part(standing: Standing, part: Part) -> bool:
    """Whether the person is this in the community, as the table counts it."""
    return _IS[part](standing)


def permits(standing: Standing, act: Act) -> bool:
    """Whether the table gives the person this; asks no more of the database than it must."""
    return any(is_part(standing, part) for part in _IS if part in MAY[act])


def rule_of(act: Act) -> Callable[[Standing], bool]:
    """The table's row as a predicate, for a door."""

    def may(standing: Standing) -> bool:
        return permits(standing, act)

    return may


def _is_student(standing: Standing) -> bool:
    """On the list of a community that is shown, or anybody where it is for everybody."""
    community = standing.community
    if not (standing.user.is_authenticated and community.visible):
        return False
    return community.eligibility == Eligibility.EVERYONE or Role.STUDENT in standing.memberships


# In this order, because the first cost no question. Before a community is opened nobody but who
# manages it is anything there.
_IS: Mapping[Part, Callable[[Standing], bool]] = {
    Part.SCHOOL_ADMIN: lambda standing: can_run_school(standing.user),
    Part.STUDENT: _is_student,
    Part.ADMIN: lambda standing: Role.ADMIN in standing.memberships,
    Part.FRONT_DESK: lambda standing: (
        standing.community.is_opened and Role.FRONT_DESK in standing.memberships
    ),
    Part.PROVIDER: lambda standing: standing.community.is_opened and standing.provider is not None,
    Part.RETIRED: lambda standing: standing.community.is_opened and standing.retired is not None,
}


# --- Named rows of it, and what depends on more than the role -------------------------------------


def can_manage(standing: Standing) -> bool:
    """May set up the community and see all of it."""
    return permits(standing, Act.MANAGE)


def can_run_school(user: User | AnonymousUser) -> bool:
    """May change what holds for every community, make communities, and appoint who does."""
    return bool(user.is_authenticated and user.is_school_admin)


def can_work_at_desk(standing: Standing) -> bool:
    """May look things up for people who stand in front of them."""
    return permits(standing, Act.LOOK_UP)


def can_teach(standing: Standing) -> bool:
    """Gives support here, and has hours of their own."""
    return permits(standing, Act.TEACH)


def may_change_own_hours(standing: Standing) -> bool:
    """May change the hours they give: where the centre keeps them, only who manages may."""
    return standing.community.providers_edit_hours or permits(standing, Act.CHANGE_HOURS)


def can_see_community(standing: Standing) -> bool:
    """May know that the community is there.

    Its people always; others while it is visible and, if it keeps a list, when they are on it.
    Before it is opened nobody but who manages it.
    """
    return permits(standing, Act.LEARN)


def pause_at(standing: Standing, now: datetime) -> Pause | None:
    """The pause that holds for this student at `now`: one that has run out is over by itself."""
    pause = standing.pause
    if pause is None or (pause.until is not None and pause.until <= now):
        return None
    return pause


def can_see_photo(user: User | AnonymousUser, name: str) -> bool:
    """The photo (its stored name) belongs to a provider of a community that the person may see."""
    owners = Provider.objects.filter(photo=name).select_related("community")
    return any(can_see_community(Standing(user, owner.community)) for owner in owners)


def gives_support(user: User | AnonymousUser) -> bool:
    """Gives support in some community, and so may connect calendars that keep them busy."""
    if not user.is_authenticated:
        return False
    return Provider.objects.filter(user_id=user.pk, retired_at=None).exists()


def names_themselves(user: User, community: Community) -> bool:
    """Who has signed in, looks after the school or belongs to another community as well.

    Nobody else changes the name of such an account from here; imports keep to the same.
    """
    if user.claimed_at is not None or user.is_school_admin:
        return True
    return any(
        model._default_manager.filter(user=user).exclude(community=community).exists()
        for model in (Membership, Provider)
    )
