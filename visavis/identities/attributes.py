"""What an identity provider says of a person, read from the names that schools use for it.

SAML names are those of the eduPerson and subject-identifier specifications, and of the directories
that have names of their own; OpenID Connect names those of its core and of REFEDS.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from visavis.core.text import fold
from visavis.identities.enums import Affiliation
from visavis.identities.models import IdentityProvider

Attributes = Mapping[str, list[str]]

UID_LENGTH = 191  # of allauth's column
NAME_LENGTH = 200
MOST_SHOWN = 60
SHOWN_LENGTH = 300
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
MICROSOFT = "http://schemas.microsoft.com/identity/claims/"
CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"

# Never given to a second person, best first; their values are the same in any case.
IDENTIFIERS: dict[str, tuple[str, ...]] = {
    "subject-id": ("urn:oasis:names:tc:SAML:attribute:subject-id", "subject-id"),
    "eduPersonUniqueId": ("urn:oid:1.3.6.1.4.1.5923.1.1.1.13", "eduPersonUniqueId"),
    "pairwise-id": ("urn:oasis:names:tc:SAML:attribute:pairwise-id", "pairwise-id"),
    "objectidentifier": (f"{MICROSOFT}objectidentifier",),
}
MAIL = (
    "urn:oid:0.9.2342.19200300.100.1.3",
    "mail",
    "email",
    f"{CLAIMS}emailaddress",
)
GIVEN_NAME = ("urn:oid:2.5.4.42", "givenName", "given_name", "firstName", f"{CLAIMS}givenname")
SURNAME = ("urn:oid:2.5.4.4", "sn", "family_name", "lastName", "surname", f"{CLAIMS}surname")
DISPLAY_NAME = (
    "urn:oid:2.16.840.1.113730.3.1.241",
    "displayName",
    "name",
    f"{MICROSOFT}displayname",
)
PRINCIPAL_NAME = (
    "urn:oid:1.3.6.1.4.1.5923.1.1.1.6",
    "eduPersonPrincipalName",
    "eduperson_principal_name",
)
SCOPED_AFFILIATION = (
    "urn:oid:1.3.6.1.4.1.5923.1.1.1.9",
    "eduPersonScopedAffiliation",
    "eduperson_scoped_affiliation",
)
AFFILIATION = (
    "urn:oid:1.3.6.1.4.1.5923.1.1.1.1",
    "eduPersonAffiliation",
    "eduperson_affiliation",
)
# Values by which a provider says that an address was proven, or was not.
YES, NO = {"true", "1", "yes"}, {"false", "0", "no"}


@dataclass(frozen=True, slots=True)
class Asserted:
    """A person as a provider has just named them. `identifiers` are best first, and prove who."""

    identifiers: tuple[str, ...]
    email: str = ""
    is_email_refuted: bool = False
    first_name: str = ""
    last_name: str = ""
    sso_ids: tuple[str, ...] = ()
    affiliations: frozenset[str] = frozenset()
    shown: tuple[tuple[str, str], ...] = field(default=())


def read_claims(provider: IdentityProvider, claims: Mapping[str, Any]) -> Asserted:
    """The person whom OpenID Connect claims name."""
    found = {name: _texts(value) for name, value in claims.items()}
    identifiers = tuple(_fitting(sub) for sub in found.get("sub", [])[:1])
    return _asserted(provider, found, identifiers)


def read_saml(
    provider: IdentityProvider, attributes: Attributes, *, name_id: str, name_id_format: str
) -> Asserted:
    """The person whom a SAML assertion names."""
    identifiers = []
    own = provider.identifier_attribute
    for kind, names in {own: (own,)}.items() if own else IDENTIFIERS.items():
        value = _first(attributes, names)
        if value:
            identifiers.append(_fitting(f"{kind}:{value.lower()}"))
    if not own and name_id and name_id_format == PERSISTENT:
        identifiers.append(_fitting(f"persistent:{name_id}"))
    named = {**attributes, "NameID": [name_id]} if name_id else attributes
    return _asserted(provider, named, tuple(identifiers))


def _asserted(
    provider: IdentityProvider, found: Attributes, identifiers: tuple[str, ...]
) -> Asserted:
    first, last = _names(found)
    own = provider.sso_attribute
    domains = {fold(domain) for domain in provider.domains}
    return Asserted(
        identifiers=identifiers,
        email=_first(found, MAIL).strip(),
        is_email_refuted=_first(found, ("email_verified",)).lower() in NO,
        first_name=first[:NAME_LENGTH],
        last_name=last[:NAME_LENGTH],
        sso_ids=_sso_ids(_first(found, (own,) if own else PRINCIPAL_NAME), domains),
        affiliations=_affiliations(provider, found, domains),
        shown=_shown(found),
    )


def _names(found: Attributes) -> tuple[str, str]:
    first, last = _first(found, GIVEN_NAME), _first(found, SURNAME)
    if not first and not last:
        first, _space, last = _first(found, DISPLAY_NAME).partition(" ")
    return first.strip(), last.strip()


def _sso_ids(value: str, domains: set[str]) -> tuple[str, ...]:
    """The id as it came, and without its scope where that is one of the provider's own.

    Files of a school hold netids (`jd12`) as often as principal names (`jd12@school.edu`). A scope
    of somebody else makes it somebody else's id.
    """
    local, at, scope = value.strip().rpartition("@")
    if not at:
        return (value.strip(),) if value.strip() else ()
    return (value.strip(), local) if fold(scope) in domains and local else ()


def _affiliations(
    provider: IdentityProvider, found: Attributes, domains: set[str]
) -> frozenset[str]:
    """What the person is at the school; what another school says they are there does not count."""
    own = provider.affiliation_attribute
    named = [value for name in ((own,) if own else AFFILIATION) for value in found.get(name, [])]
    scoped = [value for name in SCOPED_AFFILIATION for value in found.get(name, [])]
    for value in scoped:
        affiliation, _at, scope = value.rpartition("@")
        if fold(scope) in domains:
            named.append(affiliation)
    return frozenset({value.strip().lower() for value in named} & set(Affiliation.values))


def _shown(found: Attributes) -> tuple[tuple[str, str], ...]:
    rows = [(name, ", ".join(values)) for name, values in found.items()]
    return tuple((name[:200], text[:SHOWN_LENGTH]) for name, text in rows[:MOST_SHOWN])


def _first(found: Attributes, names: Iterable[str]) -> str:
    for name in names:
        for value in found.get(name, []):
            if value.strip():
                return value.strip()
    return ""


def _texts(value: Any) -> list[str]:
    """A claim's values: what is nested says nothing that is read here."""
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    return [str(value)] if isinstance(value, (str, int, float)) else []


def _fitting(uid: str) -> str:
    """The identifier, or its fingerprint where it is longer than the column."""
    if len(uid) <= UID_LENGTH:
        return uid
    return "sha256:" + hashlib.sha256(uid.encode()).hexdigest()
