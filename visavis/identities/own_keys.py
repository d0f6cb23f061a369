"""What proves us to an identity provider, which lies in the database sealed under SECRET_KEY.

Of an OpenID Connect provider that is the secret of the client, of a SAML provider our private key.
Both stand in the settings of allauth's row: its column for a secret is too short for a sealed one.
"""

from allauth.socialaccount.models import SocialApp
from django.db import transaction

from visavis.core.sealing import CannotUnseal, is_sealed_anew, seal, unseal
from visavis.core.troubles import again_on_conflict
from visavis.identities.enums import Kind
from visavis.identities.errors import Problem
from visavis.identities.models import IdentityProvider

PURPOSE = "identities"
PLACES = {Kind.OIDC: "client_secret", Kind.SAML: "private_key"}


def keep_key(app: SocialApp, key: str) -> None:
    """Put the key into the row, sealed; whoever calls saves it."""
    app.settings = {**app.settings, PLACES[Kind(app.provider)]: seal(key, purpose=PURPOSE)}


def sealed_key(app: SocialApp) -> str:
    """The key as it lies in the row."""
    return str(app.settings.get(PLACES[Kind(app.provider)], ""))


def read_key(app: SocialApp) -> str:
    """The key in clear, to speak with the provider. Raises Problem."""
    try:
        return unseal(sealed_key(app), purpose=PURPOSE)
    except CannotUnseal as error:
        raise Problem("unreadable_key") from error


def unreadable() -> list[IdentityProvider]:
    """Providers whose key neither SECRET_KEY nor its fallbacks read."""
    return [row for row in _everything() if not _can_read(row.app)]


def left_under_old_key() -> list[IdentityProvider]:
    """Providers whose key is read by one of SECRET_KEY_FALLBACKS alone."""
    rows = [row for row in _everything() if _can_read(row.app)]
    return [row for row in rows if not is_sealed_anew(sealed_key(row.app), purpose=PURPOSE)]


def seal_anew() -> int:
    """Seal under SECRET_KEY what an earlier one reads; how many. Safe to run twice."""
    left = left_under_old_key()
    for row in left:
        _seal_anew(row.app.pk)
    return len(left)


@again_on_conflict
@transaction.atomic
def _seal_anew(pk: int) -> None:
    app = SocialApp.objects.select_for_update().get(pk=pk)
    keep_key(app, read_key(app))
    app.save(update_fields=["settings"])


def _everything() -> list[IdentityProvider]:
    return list(IdentityProvider.objects.select_related("app"))


def _can_read(app: SocialApp) -> bool:
    try:
        read_key(app)
    except Problem:
        return False
    return True
