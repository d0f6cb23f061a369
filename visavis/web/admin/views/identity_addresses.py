"""What a school's identity team has to know of us."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from visavis.identities.models import IdentityProvider

# The bundle of REFEDS Research and Scholarship: what is asked for, and what for.
ATTRIBUTES: list[tuple[str, str | Promise]] = [
    ("subject-id", _("who it is, for good; or eduPersonUniqueId, or pairwise-id")),
    ("mail", _("finds the account that you have prepared")),
    ("displayName", _("or givenName and sn: how the person is called")),
    ("eduPersonPrincipalName", _("the SSO ID of your files")),
    ("eduPersonScopedAffiliation", _("student, staff, faculty: which role they get")),
]


@dataclass(frozen=True, slots=True)
class ShownAddress:
    """An address to copy."""

    name: str
    label: str | Promise
    value: str


def redirect_address(request: HttpRequest, key: str) -> ShownAddress:
    path = reverse("openid_connect_callback", args=[key])
    return ShownAddress("redirect", _("Redirect address"), request.build_absolute_uri(path))


def addresses_of(request: HttpRequest, row: IdentityProvider) -> list[ShownAddress]:
    """The addresses by which the provider knows us."""
    if not row.is_saml:
        return [redirect_address(request, row.key)]
    metadata = request.build_absolute_uri(reverse("saml_metadata", args=[row.key]))
    acs = request.build_absolute_uri(reverse("saml_acs", args=[row.key]))
    return [
        ShownAddress("metadata", _("Address of our metadata"), metadata),
        ShownAddress("entity", _("Our entity ID"), row.app.settings["sp"]["entity_id"]),
        ShownAddress("acs", _("ACS address (HTTP-POST)"), acs),
    ]
