"""Whose account an arrival opens. The rules of PRODUCT.md, decided once for pages and for tests.

A person is known by what their provider calls them (issuer and subject), and by nothing else: a
mail address or a principal name can pass to somebody else. Both only serve to find, the first
time, the account that the school has prepared, and only within the domains that the school lets
this provider vouch for.
"""

from dataclasses import dataclass, field

from allauth.socialaccount.models import SocialAccount

from visavis.core.text import fold
from visavis.identities.attributes import Asserted
from visavis.identities.enums import Outcome
from visavis.identities.errors import Problem
from visavis.identities.models import AffiliationRole, IdentityProvider
from visavis.people.emails import check_email
from visavis.people.errors import InvalidPerson
from visavis.people.models import User


@dataclass(frozen=True, slots=True)
class Decision:
    """What the arrival leads to; without a user, an account is made."""

    outcome: Outcome
    user: User | None
    identity: SocialAccount | None = None
    roles: list[AffiliationRole] = field(default_factory=list)


def decide(provider: IdentityProvider, asserted: Asserted) -> Decision:
    """Read whose account it is, changing nothing. Raises Problem where it is nobody's.

    1. Who has come before opens the account of then.
    2. Else the account with the asserted address, which must be one of the provider's domains.
    3. Else the account that was prepared with the asserted SSO ID, and that nobody has used yet.
    4. Else a new one, if the provider makes accounts.
    """
    if not asserted.identifiers:
        raise Problem("no_identifier")
    identity = _find_identity(provider, asserted)
    if identity is not None:
        if not identity.user.is_active:
            raise Problem("closed")
        known = frozenset(identity.extra_data.get("affiliations", []))
        return Decision(
            Outcome.RETURN, identity.user, identity, roles=roles_of(asserted.affiliations - known)
        )
    key = _check_address(provider, asserted)
    user = _find_prepared(provider, asserted, key)
    roles = roles_of(asserted.affiliations)
    if user is None:
        if not provider.makes_accounts:
            raise Problem("not_listed", email=asserted.email)
        return Decision(Outcome.JOIN, None, roles=roles)
    return Decision(Outcome.CLAIM if user.is_provisional else Outcome.LINK, user, roles=roles)


def roles_of(affiliations: frozenset[str]) -> list[AffiliationRole]:
    """The roles that go with these affiliations; in every community, where none is named."""
    found = AffiliationRole.objects.filter(affiliation__in=affiliations)
    return list(found.select_related("community"))


def _find_identity(provider: IdentityProvider, asserted: Asserted) -> SocialAccount | None:
    rows = SocialAccount.objects.filter(provider=provider.key, uid__in=asserted.identifiers)
    found = {row.uid: row for row in rows.select_related("user")}
    if len({row.user_id for row in found.values()}) > 1:
        raise Problem("two_people")
    return next((found[uid] for uid in asserted.identifiers if uid in found), None)


def _check_address(provider: IdentityProvider, asserted: Asserted) -> str:
    """The key of the asserted address. Raises Problem unless this provider can vouch for it."""
    if not asserted.email:
        raise Problem("no_mail")
    try:
        key = fold(check_email(asserted.email))
    except InvalidPerson as error:
        raise Problem("bad_mail", email=asserted.email[:100]) from error
    if asserted.is_email_refuted:
        raise Problem("unproven_mail", email=asserted.email)
    if not _vouches_for(provider, key):
        raise Problem("foreign_mail", email=asserted.email)
    return key


def _vouches_for(provider: IdentityProvider, key: str) -> bool:
    return key.rpartition("@")[2] in {fold(domain) for domain in provider.domains}


def _find_prepared(provider: IdentityProvider, asserted: Asserted, key: str) -> User | None:
    by_mail = User.objects.filter(email_key=key).first()
    sso_keys = [fold(sso_id) for sso_id in asserted.sso_ids]
    by_sso = list(User.objects.filter(sso_key__in=sso_keys).order_by("pk")) if sso_keys else []
    if len(by_sso) > 1 or (by_mail and by_sso and by_mail != by_sso[0]):
        raise Problem("two_people")
    user = by_mail or (by_sso[0] if by_sso else None)
    if user is None:
        return None
    if not user.is_active:
        raise Problem("closed")
    if by_mail is None and not _vouches_for(provider, user.email_key):
        raise Problem("other_domain")
    if by_mail is None and not user.is_provisional:
        # A principal name passes from one person to the next; what somebody uses stays theirs.
        raise Problem("used_by_other")
    if SocialAccount.objects.filter(provider=provider.key, user=user).exists():
        raise Problem("taken", email=asserted.email)
    return user
