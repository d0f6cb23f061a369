"""Identity providers that nobody has asked yet: rows as setting one up leaves them."""

from functools import cache

from allauth.socialaccount.models import SocialApp

from tests.factories.world import MONDAY
from visavis.identities.enums import Kind
from visavis.identities.metadata import make_key_pair
from visavis.identities.models import IdentityProvider


@cache
def key_pair() -> tuple[str, str]:
    return make_key_pair("tests", now=MONDAY)


def make_oidc(key: str = "northfield", **columns) -> IdentityProvider:
    """A provider that speaks OpenID Connect, switched off."""
    issuer = f"https://{key}.example"
    app = SocialApp.objects.create(
        provider=Kind.OIDC,
        provider_id=key,
        name=columns.pop("name", "Northfield University"),
        client_id="visavis",
        secret="a-secret-that-nobody-sees",
        settings={"server_url": issuer, "scope": ["openid", "profile", "email"]},
    )
    return _make(app, {"issuer": issuer, **columns})


def make_saml(key: str = "southfield", **columns) -> IdentityProvider:
    """A provider that speaks SAML, switched off."""
    entity_id = f"https://{key}.example/idp"
    private_key, certificate = key_pair()
    app = SocialApp.objects.create(
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
            "private_key": private_key,
            "certificate": certificate,
        },
    )
    return _make(app, {"issuer": entity_id, **columns})


def _make(app: SocialApp, columns: dict) -> IdentityProvider:
    position = IdentityProvider.objects.count()
    defaults = {"domains": ["northfield.edu"], "position": position}
    return IdentityProvider.objects.create(app=app, **{**defaults, **columns})
