"""What somebody typed about an identity provider, as its actions take it."""

from collections.abc import Sequence
from dataclasses import dataclass

DEFAULT_SCOPES = ("openid", "profile", "email")


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a provider is shown, and what it may do; the same for both kinds."""

    name: str
    domains: Sequence[str]
    makes_accounts: bool = True
    sso_attribute: str = ""
    affiliation_attribute: str = ""
    identifier_attribute: str = ""


@dataclass(frozen=True, slots=True)
class OidcKeys:
    """What OpenID Connect needs; an empty secret leaves the one that is there."""

    issuer: str
    client_id: str
    secret: str = ""
    scopes: Sequence[str] = DEFAULT_SCOPES


@dataclass(frozen=True, slots=True)
class SamlSource:
    """Where SAML metadata come from: an address that is read each day, or a text.

    `entity_id` is needed where they describe several. `root` is the address at which the school's
    people reach these pages: our own entity id begins with it, and stays as it is made.
    """

    metadata_url: str = ""
    xml: bytes = b""
    entity_id: str = ""
    root: str = ""

    @property
    def is_given(self) -> bool:
        return bool(self.metadata_url or self.xml)
