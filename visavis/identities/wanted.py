"""What somebody typed about an identity provider, as its actions take it, and what is behind it."""

from collections.abc import Sequence
from dataclasses import dataclass

from visavis.identities.discovery import discover, issuer_of
from visavis.identities.errors import InvalidProvider, Problem
from visavis.identities.fetching import check_url, fetch
from visavis.identities.metadata import Described, read_metadata
from visavis.identities.problems import problem_for_staff

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


def read_issuer(address: str) -> str:
    """The issuer at an address, once it has said that it is the one. Raises InvalidProvider."""
    issuer = issuer_of(address)
    try:
        discover(check_url(issuer))
    except Problem as problem:
        raise InvalidProvider(problem_for_staff(problem), field="issuer") from problem
    return issuer


def describe(source: SamlSource) -> Described:
    """What the metadata say. Raises InvalidProvider."""
    field = "metadata_url" if source.metadata_url else "metadata"
    try:
        xml = fetch(source.metadata_url) if source.metadata_url else source.xml
        return read_metadata(xml, entity_id=source.entity_id)
    except Problem as problem:
        if problem.code in ("other_entity", "many_entities"):
            field = "entity_id"
        raise InvalidProvider(problem_for_staff(problem), field=field) from problem
