"""Who may do what, as named predicates. Pages, CLI and templates ask these and nothing else."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.contrib.auth.models import AnonymousUser

from visavis.communities.enums import Eligibility
from visavis.communities.models import Community
from visavis.core.prepared import Blank, prepared
from visavis.people.enums import Role
from visavis.people.models import Membership, Pause, Provider, User


@dataclass(frozen=True)
class Standing:
    """What a person is in one community; read once per request."""

    user: User | AnonymousUser
    community: Community

    @cached_property
    def memberships(self) -> dict[str, Membership]:
        if not self.user.is_authenticated:
            return {}
        rows = Membership.objects.filter(user_id=self.user.pk, community=self.community)
        return {row.role: row for row in rows}

    @cached_property
    def _provider_row(self) -> Provider | None:
        if not self.user.is_authenticated:
            return None
        rows = Provider.objects.filter(user_id=self.user.pk, community=self.community)
        return rows.order_by("pk").first()

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
        asked = prepared(
            "pause",
            lambda: Pause.objects.filter(
                user_id=Blank("user"), community_id=Blank("community"), ended_at=None
            ),
        )
        found = asked.objects(user=self.user.pk, community=self.community.pk)
        return found[0] if found else None

    @property
    def is_school_admin(self) -> bool:
        return can_run_school(self.user)

    @property
    def roles(self) -> set[str]:
        """Every role of the person here; a school admin is none unless a member."""
        found = set(self.memberships)
        return found | {Role.PROVIDER.value} if self.provider else found


def can_manage(standing: Standing) -> bool:
    """May set up the community and see all of it."""
    return standing.is_school_admin or Role.ADMIN in standing.memberships


def can_run_school(user: User | AnonymousUser) -> bool:
    """May change what holds for every community, make communities, and appoint who does."""
    return bool(user.is_authenticated and user.is_school_admin)


def can_work_at_desk(standing: Standing) -> bool:
    """May look things up for people who stand in front of them."""
    return can_manage(standing) or (
        standing.community.is_opened and Role.FRONT_DESK in standing.memberships
    )


def can_teach(standing: Standing) -> bool:
    """Gives support here, and has hours of their own."""
    return standing.community.is_opened and standing.provider is not None


def has_taught(standing: Standing) -> bool:
    """Gives support here, or did so before they were retired."""
    return can_teach(standing) or (standing.community.is_opened and standing.retired is not None)


def may_change_own_hours(standing: Standing) -> bool:
    """May change the hours they give: where the centre keeps them, only who manages may."""
    return standing.community.providers_edit_hours or can_manage(standing)


def can_see_community(standing: Standing) -> bool:
    """May know that the community is there.

    Its people always; others while it is visible and, if it keeps a list, when they are on it.
    Before it is opened nobody but who manages it.
    """
    if not standing.user.is_authenticated:
        return False
    community = standing.community
    if community.visible and community.eligibility == Eligibility.EVERYONE:
        return True
    if community.visible and Role.STUDENT in standing.memberships:
        return True
    return can_work_at_desk(standing) or can_teach(standing)


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
