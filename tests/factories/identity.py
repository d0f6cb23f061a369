"""Identity providers that nobody has asked yet: rows as setting one up leaves them."""

from functools import cache

from allauth.socialaccount.models import SocialApp

from tests.factories.world import MONDAY
from visavis.identities.enums import Kind
from visavis.identities.metadata import make_key_pair
from visavis.identities.models import IdentityProvider
from visavis.identities.own_keys import keep_key


@cache
def key_pair() -> tuple[str, str]:
    return make_key_pair("tests", now=MONDAY)


def make_oidc(key: str = "northfield", **columns) -> IdentityProvider:
    """A provider that speaks OpenID Connect, switched off."""
    issuer = f"https://{key}.example"
    app = SocialApp(
        provider=Kind.OIDC,
        provider_id=key,
        name=columns.pop("name", "Northfield University"),
        client_id="visavis",
        settings={"server_url": issuer, "scope": ["openid", "profile", "email"]},
    )
    return _make(app, "a-secret-that-nobody-sees", {"issuer": issuer, **columns})


def make_saml(key: str = "southfield", **columns) -> IdentityProvider:
    """A provider that speaks SAML, switched off."""
    entity_id = f"https://{key}.example/idp"
    private_key, certificate = key_pair()
    app = SocialApp(
        provider=Kind.SAML,
        provider_id=key,
        name=columns.pop("name", "Southfield College"),
        client_id=key,
        settings={
            "idp": {
                "entityId": entity_id,
                "singleSignOnService": {"url": f"https://{key}.example/sso"},
                "x509cert": "".join(certificate.split("-----")[2].split()),
            },
            "sp": {"entity_id": f"https://testserver/accounts/saml/{key}/metadata/"},
            "certificate": certificate,
        },
    )
    return _make(app, private_key, {"issuer": entity_id, **columns})


def _make(app: SocialApp, key: str, columns: dict) -> IdentityProvider:
    keep_key(app, key)
    app.save()
    position = IdentityProvider.objects.count()
    defaults = {"domains": ["northfield.edu"], "position": position}
    return IdentityProvider.objects.create(app=app, **{**defaults, **columns})
