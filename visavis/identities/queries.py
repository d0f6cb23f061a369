"""Reads about identity providers."""

from allauth.socialaccount.models import SocialAccount
from django.db.models import Count, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from visavis.core.errors import NotFound
from visavis.core.text import fold
from visavis.identities.models import AffiliationRole, IdentityProvider


def all_providers() -> QuerySet[IdentityProvider]:
    """Every provider in its order, with how many people have come through it."""
    accounts = SocialAccount.objects.filter(provider=OuterRef("app__provider_id")).order_by()
    counted = accounts.values("provider").annotate(n=Count("pk")).values("n")
    return IdentityProvider.objects.select_related("app").annotate(
        people=Coalesce(Subquery(counted), Value(0))
    )


def providers_to_offer() -> QuerySet[IdentityProvider]:
    """The providers whose buttons stand on the sign-in page."""
    return IdentityProvider.objects.filter(is_on=True).select_related("app")


def get_provider(key: str) -> IdentityProvider:
    """The provider, switched on or off. Raises NotFound."""
    found = all_providers().filter(app__provider_id=key).first()
    if found is None:
        raise NotFound(_("There is no such way to sign in."))
    return found


def has_worked(*, apart_from: IdentityProvider | None = None) -> bool:
    """Whether a provider that is switched on has let somebody in with the keys it has now."""
    found = IdentityProvider.objects.filter(is_on=True, worked_at__isnull=False)
    return bool((found.exclude(pk=apart_from.pk) if apart_from else found).exists())


def affiliation_roles() -> QuerySet[AffiliationRole]:
    """What people become by what they are at the school, with the communities."""
    return AffiliationRole.objects.select_related("community")


def identities_of(provider: IdentityProvider, *, text: str = "") -> QuerySet[SocialAccount]:
    """Who comes through the provider, by name; only those whose name or address has `text`."""
    found = SocialAccount.objects.filter(provider=provider.key).select_related("user")
    if text:
        found = found.filter(user__search_key__contains=fold(text))
    ordered: QuerySet[SocialAccount] = found.order_by("user__last_name", "user__first_name", "pk")
    return ordered
