"""Reads of people."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.transaction import TransactionManagementError

from visavis.communities.enums import Eligibility
from visavis.communities.models import Community
from visavis.core.errors import NotFound
from visavis.core.prepared import Blank, prepared, prepared_for
from visavis.core.text import fold
from visavis.people.enums import Role
from visavis.people.models import Membership, Pause, Provider, User


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


def providers_elsewhere(provider: Provider) -> QuerySet[Provider]:
    """What the same person gives in other communities, by the community's name."""
    same = Provider.objects.filter(user=provider.user_id, retired_at=None).exclude(pk=provider.pk)
    return same.select_related("community").order_by("community__name", "pk")


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
        """Those with which something ties the person, as far as they see them, by name."""
        # Every page asks. Ids first, from small indexes: that spares joining all communities.
        if not self.user.is_authenticated:
            return []
        found: dict[str, set[int]] = defaultdict(set)
        # Everybody's query is the same: it is written once.
        ties = prepared(type(self).__name__, self._all_ties)
        for community, tie in ties.rows(person=self.user.pk):
            found[tie].add(community)
        listed = found.pop(Role.STUDENT.value, set())
        managed = found.pop(Role.ADMIN.value, set())
        works = set[int]().union(*found.values())
        if self.user.is_school_admin:
            managed |= works | listed
        if not managed | works | listed:
            return []
        admitted = (
            Q(pk__in=managed)
            | Q(pk__in=works - managed, opened_at__isnull=False)
            | Q(pk__in=listed - works - managed, visible=True)
        )
        return list(Community.objects.filter(admitted).order_by("name"))

    def _all_ties(self) -> QuerySet[Any, Any]:
        first, *others = self._ties
        return first.union(*others)

    @property
    def _ties(self) -> list[QuerySet[Any, Any]]:
        """What ties the person, a Blank, to communities, as queries of (id, role).

        All but a student's role see a community that is hidden; before it is opened, its
        administrators alone.
        """
        person = Blank("person")
        roles = Membership.objects.filter(user_id=person)
        works = Provider.objects.filter(user_id=person, retired_at=None).order_by()
        return [
            roles.values_list("community_id", "role"),
            works.values_list("community_id", Value(Role.PROVIDER.value)),
        ]

    @cached_property
    def others(self) -> list[Community]:
        """Those that they may see all the same, by name."""
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
        manages = Exists(self._memberships.filter(role=Role.ADMIN))
        works = Exists(self._memberships.exclude(role=Role.STUDENT)) | Exists(self._providers)
        listed = Q(eligibility=Eligibility.EVERYONE) | Exists(
            self._memberships.filter(role=Role.STUDENT)
        )
        return seen.filter(
            manages | (Q(opened_at__isnull=False) & works) | (Q(visible=True) & listed)
        )


def lock_people(ids: Iterable[int]) -> list[User]:
    """Lock these people's rows, in ascending id: the one order in which anybody locks people.

    Call it inside a transaction, before any other lock of it (docs/concurrency.md). Raises
    TransactionManagementError outside of one.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("People are locked inside a transaction.")
    wanted = sorted(set(ids))
    if not wanted:
        return []

    def rows() -> QuerySet[User]:
        people = User.objects.select_for_update(no_key=True)
        return people.filter(Blank.any_of("pk", "people", len(wanted))).order_by("pk")

    return prepared(prepared_for("locked people", len(wanted)), rows).objects(people=wanted)


def everybody(text: str = "") -> QuerySet[User]:
    """Everybody of the school whose name or e-mail holds every word, by name."""
    found = User.objects.all()
    for word in fold(text).split():
        found = found.filter(search_key__contains=word)
    return found


def school_admins() -> QuerySet[User]:
    """Who looks after the whole school and may sign in, by name."""
    return User.objects.filter(is_school_admin=True, is_active=True)


def pauses_at(community: Community, now: datetime) -> QuerySet[Pause]:
    """The pauses of students' booking that hold here at `now`, the newest first."""
    return (
        Pause.objects.filter(Q(until=None) | Q(until__gt=now), community=community, ended_at=None)
        .select_related("user", "community")
        .order_by("-since", "-pk")
    )
