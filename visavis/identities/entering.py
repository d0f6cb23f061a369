"""Opens the account of a person whom an identity provider has just named."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.db.models import Q

from visavis.communities.models import Community
from visavis.core import history
from visavis.core.history import Actor
from visavis.core.text import fold
from visavis.core.troubles import again_on_conflict
from visavis.identities.attributes import Asserted
from visavis.identities.claims import Decision, decide
from visavis.identities.enums import Outcome
from visavis.identities.errors import Problem
from visavis.identities.models import AffiliationRole, IdentityProvider
from visavis.people.actions import add_provider, give_role
from visavis.people.enums import Role, Source
from visavis.people.erased import forget_erased
from visavis.people.models import Provider, User
from visavis.people.signin import Entry, claim_account

# How old the note may become that a provider works: not every sign-in writes it.
NOTED_ANEW = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A person at the door, by which identity, and whether that is a new one."""

    entry: Entry
    identity: SocialAccount
    outcome: Outcome


@again_on_conflict
def enter_by_identity(provider: IdentityProvider, asserted: Asserted, *, now: datetime) -> Arrival:
    """Open the account by the rules of `claims`. Raises Problem, and then nothing is changed.

    Two tabs, or two people with one address, may arrive at once: the account is locked, and all is
    decided again under the lock.
    """
    with transaction.atomic():
        if not IdentityProvider.objects.filter(pk=provider.pk, is_on=True).exists():
            raise Problem("switched_off")
        first = _decide_at_ease(provider, asserted)
        if first.identity is None:
            user = first.user or _make_account(asserted, provider)
            User.objects.select_for_update().get(pk=user.pk)
            decision = decide(provider, asserted)
            identity = decision.identity or _make_identity(provider, user, asserted)
        else:
            decision, identity = first, first.identity
        user = identity.user
        is_first = claim_account(user, now=now)
        _remember(identity, decision, asserted, provider)
        note_success(provider, now=now)
    return Arrival(Entry(user, is_first=is_first), identity, first.outcome)


def _decide_at_ease(provider: IdentityProvider, asserted: Asserted) -> Decision:
    """Decide without a lock. Raises Problem.

    It takes several reads, and another tab of the same person may be let in between two of them:
    then their own account looks like somebody else's. A second look sees whoever came in first.
    """
    try:
        return decide(provider, asserted)
    except Problem:
        return decide(provider, asserted)


def note_success(provider: IdentityProvider, *, now: datetime) -> None:
    """Write down that somebody has come through the provider, at most once a day."""
    stale = Q(worked_at=None) | Q(worked_at__lt=now - NOTED_ANEW)
    IdentityProvider.objects.filter(stale, pk=provider.pk).update(worked_at=now)


def _make_account(asserted: Asserted, provider: IdentityProvider) -> User:
    key = fold(asserted.email)
    names = {"first_name": asserted.first_name, "last_name": asserted.last_name}
    user, made = User.objects.get_or_create(email_key=key, defaults={"email": key, **names})
    if made:
        user.set_unusable_password()
        user.save(update_fields=["password"])
        # Erased before, they come back by their own will.
        forget_erased(user.email)
        after = {"provider": provider.name}
        history.record(Actor(user.pk, str(user)), "joined by identity provider", user, after=after)
    return user


def _make_identity(provider: IdentityProvider, user: User, asserted: Asserted) -> SocialAccount:
    made = SocialAccount.objects.create(
        provider=provider.key, uid=asserted.identifiers[0], user=user, extra_data={}
    )
    after = {"provider": provider.name}
    history.record(Actor(user.pk, str(user)), "linked identity", user, after=after)
    _name(user, asserted)
    return made


def _name(user: User, asserted: Asserted) -> None:
    """Give a name to an account that has none; one that is there was typed by somebody."""
    if not user.full_name and (asserted.first_name or asserted.last_name):
        user.first_name, user.last_name = asserted.first_name, asserted.last_name
        user.save(update_fields=["first_name", "last_name"])


def _remember(
    identity: SocialAccount, decision: Decision, asserted: Asserted, provider: IdentityProvider
) -> None:
    """Give the roles that go with what the person has become since, and keep what they are.

    A role that was taken away stays away until the affiliation itself goes and comes back.
    """
    now_are = sorted(asserted.affiliations)
    if identity.extra_data.get("affiliations", []) == now_are:
        return
    for row in decision.roles:
        _give(row, identity.user, by=Actor(None, provider.name))
    identity.extra_data = {"affiliations": now_are}
    identity.save(update_fields=["extra_data"])


def _give(row: AffiliationRole, user: User, *, by: Actor) -> None:
    where = [row.community] if row.community else list(Community.objects.order_by("pk"))
    for community in where:
        if row.role != Role.PROVIDER:
            give_role(user, community, Role(row.role), by=by, source=Source.FEED)
        # Whoever was retired comes back by hand alone.
        elif not Provider.objects.filter(user=user, community=community).exists():
            add_provider(user, community, by=by, source=Source.FEED)
