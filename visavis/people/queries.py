"""Reads of people."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet, Value

from visavis.communities.enums import Eligibility
from visavis.communities.models import Community
from visavis.core.errors import NotFound
from visavis.core.text import fold
from visavis.people.enums import Role
from visavis.people.models import Membership, Provider, User


def find_user(email: str) -> User | None:
    """The person with this e-mail, whatever its case."""
    return User.objects.filter(email_key=fold(email)).first()


def get_user(email: str) -> User:
    """The person with this e-mail. Raises NotFound."""
    user = find_user(email)
    if user is None:
        raise NotFound(f"Nobody here has the e-mail address {email}.", code="unknown_person")
    return user


def providers_of(community: Community) -> QuerySet[Provider]:
    """The community's active providers with their people, by name."""
    return Provider.objects.filter(community=community, retired_at=None).select_related("user")


def get_provider(community: Community, email: str) -> Provider:
    """The active provider with this e-mail in this community. Raises NotFound."""
    provider = providers_of(community).filter(user__email_key=fold(email)).first()
    if provider is None:
        raise NotFound(
            f"Nobody with the e-mail address {email} gives support in {community.name}.",
            code="unknown_provider",
        )
    return provider


@dataclass(frozen=True)
class SeenCommunities:
    """The communities a person may see: those they belong to, and the others; a query each."""

    user: User | AnonymousUser

    @cached_property
    def own(self) -> list[Community]:
        # Every page asks. Ids first, from small indexes: that spares joining all communities.
        if not self.user.is_authenticated:
            return []
        found: dict[str, set[int]] = defaultdict(set)
        first, *others = self._ties
        for community, tie in first.union(*others):
            found[tie].add(community)
        listed = found.pop(Role.STUDENT.value, set())
        always = set[int]().union(*found.values())
        if self.user.is_school_admin:
            always |= listed
        if not always | listed:
            return []
        admitted = Q(pk__in=always) | Q(pk__in=listed - always, visible=True)
        return list(Community.objects.filter(admitted).order_by("name"))

    @property
    def _ties(self) -> list[Any]:
        """What ties the person to communities, as queries of (id, role).

        All but a student's role see a community that is hidden.
        """
        roles = Membership.objects.filter(user_id=self.user.pk or 0)
        works = Provider.objects.filter(user_id=self.user.pk or 0, retired_at=None).order_by()
        return [
            roles.values_list("community_id", "role"),
            works.values_list("community_id", Value(Role.PROVIDER.value)),
        ]

    @cached_property
    def others(self) -> list[Community]:
        return list(self._seen.exclude(self._belongs))

    @property
    def _belongs(self) -> Q:
        return Q(Exists(self._memberships)) | Q(Exists(self._providers))

    @property
    def _memberships(self) -> QuerySet[Membership]:
        return Membership.objects.filter(user_id=self.user.pk or 0, community=OuterRef("pk"))

    @property
    def _providers(self) -> QuerySet[Provider]:
        return Provider.objects.filter(
            user_id=self.user.pk or 0, community=OuterRef("pk"), retired_at=None
        )

    @property
    def _seen(self) -> QuerySet[Community]:
        seen = Community.objects.order_by("name")
        if not self.user.is_authenticated:
            return seen.none()
        if self.user.is_school_admin:
            return seen
        works = Exists(self._memberships.exclude(role=Role.STUDENT)) | Exists(self._providers)
        listed = Q(eligibility=Eligibility.EVERYONE) | Exists(
            self._memberships.filter(role=Role.STUDENT)
        )
        return seen.filter(works | (Q(visible=True) & listed))


def communities_seen_by(user: User | AnonymousUser) -> SeenCommunities:
    """What `can_see_community` admits, by name; nothing for a stranger."""
    return SeenCommunities(user)


def lock_people(ids: Iterable[int]) -> list[User]:
    """Lock these people's rows, in ascending id: the one order in which anybody locks people.

    Call it inside a transaction, before any other lock of it (docs/concurrency.md).
    """
    return list(User.objects.select_for_update(no_key=True).filter(pk__in=set(ids)).order_by("pk"))
