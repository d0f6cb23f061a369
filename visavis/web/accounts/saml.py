"""Sign-in by SAML 2.0: python3-saml under allauth's state.

The answer comes as a form from another site, without our session's cookie. It is looked at whole
before anything is kept of it: what an identity provider has not signed leaves no trace. Then the
browser is sent on to a page of ours, with its cookie, and only the session that began finishes.
"""

import binascii
from typing import Any

from allauth.socialaccount.internal import statekit
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.saml.provider import SAMLProvider
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import get_random_string
from lxml import etree
from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Constants
from onelogin.saml2.errors import OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError
from onelogin.saml2.response import OneLogin_Saml2_Response
from onelogin.saml2.settings import OneLogin_Saml2_Settings

from visavis.identities.attributes import Asserted, read_saml
from visavis.identities.errors import Problem
from visavis.identities.models import IdentityProvider
from visavis.identities.own_keys import read_key
from visavis.web.accounts.underway import Underway

MOST_LETTERS = 400_000  # of an answer, as base64
KEPT_SECONDS = 300
REPLAY_SECONDS = 24 * 60 * 60
ID_LENGTH = 100
REASON_LENGTH = 200
PROBLEM_SALT = "visavis.web.accounts.saml.problem"
Errors = OneLogin_Saml2_ValidationError
PROBLEMS = {
    Errors.STATUS_CODE_IS_NOT_SUCCESS: "refused_there",
    Errors.ASSERTION_TOO_EARLY: "too_early",
    Errors.ASSERTION_EXPIRED: "expired",
    Errors.SESSION_EXPIRED: "expired",
    Errors.RESPONSE_EXPIRED: "expired",
    Errors.NO_ATTRIBUTESTATEMENT: "no_attributes",
    Errors.WRONG_DESTINATION: "wrong_destination",
    Errors.WRONG_AUDIENCE: "wrong_audience",
    Errors.WRONG_ISSUER: "wrong_saml_issuer",
    Errors.NO_SIGNATURE_FOUND: "unsigned",
    Errors.INVALID_SIGNATURE: "bad_signature",
    Errors.DEPRECATED_SIGNATURE_METHOD: "old_algorithm",
    Errors.DEPRECATED_DIGEST_METHOD: "old_algorithm",
    Errors.KEYINFO_NOT_FOUND_IN_ENCRYPTED_DATA: "encrypted",
}
# Attributes that our metadata ask for: name, friendly name, needed.
REQUESTED = (
    ("urn:oasis:names:tc:SAML:attribute:subject-id", "subject-id", False),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.13", "eduPersonUniqueId", False),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.6", "eduPersonPrincipalName", False),
    ("urn:oid:0.9.2342.19200300.100.1.3", "mail", True),
    ("urn:oid:2.16.840.1.113730.3.1.241", "displayName", False),
    ("urn:oid:2.5.4.42", "givenName", False),
    ("urn:oid:2.5.4.4", "sn", False),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.9", "eduPersonScopedAffiliation", False),
)


# --- On the way there ---------------------------------------------------------------------------


def begin(request: HttpRequest, row: IdentityProvider, underway: Underway) -> str:
    """The address at the provider where the browser goes. Raises Problem."""
    auth = OneLogin_Saml2_Auth(_received(request), _settings(request, row))
    url = auth.login(return_to="")
    SAMLProvider(request, app=row.app).stash_redirect_state(
        request, AuthProcess.LOGIN, data=underway.kept, state_id=auth.get_last_request_id()
    )
    return str(url)


def write_metadata(request: HttpRequest, row: IdentityProvider) -> bytes:
    """What an identity provider has to know of us, as XML that does not run out."""
    settings = _settings(request, row).get_sp_metadata()
    return settings if isinstance(settings, bytes) else str(settings).encode()


# --- And back -----------------------------------------------------------------------------------


def receive(request: HttpRequest, row: IdentityProvider) -> str:
    """Look at the answer, and give the query under which `find_received` finds what it says."""
    asked_by = ""
    try:
        response = _read(request, row)
        asked_by = str(response.get_in_response_to() or "")[:ID_LENGTH]
        arrived = _check(request, response)
    except Problem as problem:
        told = [problem.code, problem.data, asked_by]
        return f"problem={signing.dumps(told, salt=PROBLEM_SALT, compress=True)}"
    key = get_random_string(40)
    cache.set(_kept_key(row, key), {**arrived, "asked_by": asked_by}, KEPT_SECONDS)
    return f"arrived={key}"


def take_received(
    request: HttpRequest, row: IdentityProvider
) -> tuple[Underway | None, dict[str, Any] | Problem]:
    """The sign-in that this browser began, and what came of it; each can be taken once."""
    arrived: dict[str, Any] | Problem
    if "problem" in request.GET:
        arrived, asked_by = _read_problem(request.GET["problem"])
    else:
        arrived, asked_by = _take_kept(_kept_key(row, request.GET.get("arrived", "")[:ID_LENGTH]))
    state = statekit.unstash_state(request, provider_id=row.key, state_id=asked_by)
    return Underway.read(state), arrived


def read_received(
    row: IdentityProvider, underway: Underway | None, arrived: dict[str, Any] | Problem
) -> tuple[Asserted, Underway]:
    """The person whom the provider names, to the browser that asked. Raises Problem."""
    if isinstance(arrived, Problem):
        raise arrived
    if underway is None:
        raise Problem("other_sign_in")
    named = {name: arrived[name] for name in ("name_id", "name_id_format")}
    return read_saml(row, arrived["attributes"], **named), underway


def _read_problem(token: str) -> tuple[Problem, str]:
    try:
        code, data, asked_by = signing.loads(token, salt=PROBLEM_SALT, max_age=KEPT_SECONDS)
    except (signing.BadSignature, ValueError):
        return Problem("other_sign_in"), ""
    return Problem(code, **data), asked_by


def _take_kept(key: str) -> tuple[dict[str, Any] | Problem, str]:
    kept = cache.get(key)
    # Of two that come with it at once, one takes it.
    if kept is None or not cache.delete(key):
        return Problem("other_sign_in"), ""
    return kept if kept["asked_by"] else Problem("not_begun_here"), kept["asked_by"]


def _read(request: HttpRequest, row: IdentityProvider) -> OneLogin_Saml2_Response:
    """The answer as XML, decrypted; nothing of it is proven yet. Raises Problem."""
    text = request.POST.get("SAMLResponse", "")
    if not text or len(text) > MOST_LETTERS:
        raise Problem("bad_response", reason="SAMLResponse")
    settings = _settings(request, row)
    try:
        return OneLogin_Saml2_Response(settings, text)
    except (binascii.Error, etree.XMLSyntaxError, ValueError) as error:
        raise Problem("bad_response", reason="XML") from error
    except Exception as error:  # whatever xmlsec says of what it cannot decrypt
        raise Problem("encrypted") from error


def _check(request: HttpRequest, response: OneLogin_Saml2_Response) -> dict[str, Any]:
    """What the assertion says, once signature, times, audience and issuer hold. Raises Problem."""
    try:
        response.is_valid(_received(request), raise_exceptions=True)
        mark = f"identities.assertion.{response.get_assertion_id()}"
        named = {**response.get_friendlyname_attributes(), **response.get_attributes()}
        found = {name: _texts(values) for name, values in named.items()}
        name_id, name_format = response.get_nameid(), response.get_nameid_format()
    except OneLogin_Saml2_ValidationError as error:
        code = PROBLEMS.get(error.code, "bad_response")
        raise Problem(code, reason=str(error)[:REASON_LENGTH]) from error
    except Exception as error:  # the document is foreign, and so is what its parts raise
        raise Problem("bad_response", reason=type(error).__name__) from error
    if not cache.add(mark, "used", REPLAY_SECONDS):
        raise Problem("replayed")
    return {
        "attributes": found,
        "name_id": name_id or "",
        "name_id_format": name_format or "",
    }


def _texts(values: list[Any]) -> list[str]:
    return [value for value in values if isinstance(value, str)]


def _kept_key(row: IdentityProvider, key: str) -> str:
    return f"identities.arrived.{row.key}.{key}"


# --- What python3-saml is told ------------------------------------------------------------------


def _received(request: HttpRequest) -> dict[str, Any]:
    return {
        "https": "on" if request.is_secure() else "off",
        "http_host": request.get_host(),
        "script_name": request.META.get("SCRIPT_NAME", ""),
        "path_info": request.path_info,
        "get_data": {},
        "post_data": {},
    }


def _settings(request: HttpRequest, row: IdentityProvider) -> OneLogin_Saml2_Settings:
    kept = row.app.settings
    told = {
        "strict": True,
        "idp": kept["idp"],
        "sp": {
            "entityId": kept["sp"]["entity_id"],
            "assertionConsumerService": {
                "url": request.build_absolute_uri(reverse("saml_acs", args=[row.key])),
                "binding": Constants.BINDING_HTTP_POST,
            },
            "attributeConsumingService": _asks_for(),
            "NameIDFormat": Constants.NAMEID_UNSPECIFIED,
            "x509cert": kept["certificate"],
            "privateKey": read_key(row.app),
        },
        "security": {
            "authnRequestsSigned": True,
            "signatureAlgorithm": Constants.RSA_SHA256,
            "digestAlgorithm": Constants.SHA256,
            "rejectDeprecatedAlgorithm": True,
            "requestedAuthnContext": False,
            "wantNameId": False,
            "allowRepeatAttributeName": True,
            "allowSingleLabelDomains": True,
            # Metadata are given over once, by hand.
            "metadataValidUntil": "",
            "metadataCacheDuration": "",
        },
    }
    try:
        return OneLogin_Saml2_Settings(settings=told)
    except OneLogin_Saml2_Error as error:
        raise Problem("no_metadata") from error


def _asks_for() -> dict[str, Any]:
    return {
        "serviceName": "Visavis",
        "serviceDescription": "Appointments for student support",
        "requestedAttributes": [
            {
                "name": name,
                "friendlyName": friendly,
                "isRequired": needed,
                "nameFormat": Constants.ATTRNAME_FORMAT_URI,
                "attributeValue": [],
            }
            for name, friendly, needed in REQUESTED
        ],
    }
