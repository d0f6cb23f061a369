"""Sign-in by OpenID Connect: the code flow of allauth, with what it leaves to us.

Ours are: PKCE and a nonce each time, an ID token whose signature is always looked at, and an issuer
that has to be the very one that was set up.
"""

import re
from copy import copy
from typing import Any

from allauth.socialaccount.internal import statekit
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest
from django.utils.crypto import get_random_string

from visavis.identities.attributes import Asserted, read_claims
from visavis.identities.discovery import discovered, read_id_token
from visavis.identities.errors import Problem
from visavis.identities.fetching import guarded_session
from visavis.identities.models import IdentityProvider
from visavis.identities.own_keys import read_key
from visavis.web.accounts.underway import Underway

NONCE_LENGTH = 32
ERROR_LENGTH = 200
# What an OAuth 2.0 error is called, in the words of the answer (RFC 6749, section 5.2).
ERROR_NAME = re.compile(r"\"error\"\s*:\s*\"([a-z_]{1,40})\"")
# Claims about the token, not about the person.
ABOUT_TOKEN = frozenset(
    {"iss", "aud", "exp", "iat", "nbf", "auth_time", "nonce", "acr", "amr", "azp", "sid", "jti"}
    | {"at_hash", "c_hash", "s_hash"}
)


class _Adapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # allauth has no type hints
    def __init__(self, request: HttpRequest, row: IdentityProvider) -> None:
        super().__init__(request, row.key)
        self.row = row

    @property
    def openid_config(self) -> dict[str, Any]:
        return discovered(self.row.issuer)

    @property
    def basic_auth(self) -> bool:
        # Left out, it is this way (OpenID Connect Discovery 1.0, section 3).
        known = self.openid_config.get("token_endpoint_auth_methods_supported")
        return "client_secret_post" not in (known or ["client_secret_basic"])


class _Provider(OpenIDConnectProvider):  # type: ignore[misc]  # allauth has no type hints
    pkce_enabled_default = True

    def __init__(self, request: HttpRequest, row: IdentityProvider) -> None:
        super().__init__(request, app=row.app)
        self.row = row

    def get_oauth2_adapter(self, request: HttpRequest) -> _Adapter:
        return _Adapter(request, self.row)


def begin(request: HttpRequest, row: IdentityProvider, underway: Underway) -> str:
    """The address at the provider where the browser goes. Raises Problem."""
    nonce = get_random_string(NONCE_LENGTH)
    response = _Provider(request, row).redirect(
        request,
        AuthProcess.LOGIN,
        data={**underway.kept, "nonce": nonce},
        auth_params={"nonce": nonce},
    )
    return str(response["Location"])


def take_underway(request: HttpRequest, row: IdentityProvider) -> Underway:
    """The sign-in that this browser began and now comes back from, once. Raises Problem."""
    state_id = request.GET.get("state", "")
    found = Underway.read(statekit.unstash_state(request, provider_id=row.key, state_id=state_id))
    if found is None:
        raise Problem("other_sign_in")
    return found


def receive(request: HttpRequest, row: IdentityProvider, underway: Underway) -> Asserted:
    """The person whom the provider names. Raises Problem."""
    _check_answer(request, row)
    token = _exchange(request, row, code_verifier=underway.code_verifier)
    config = discovered(row.issuer)
    claims = read_id_token(
        token["id_token"],
        config=config,
        issuer=row.issuer,
        client_id=row.app.client_id,
        nonce=underway.nonce,
    )
    more = _ask_userinfo(config, token["access_token"])
    # OpenID Connect Core 1.0, section 5.3.2: else it may tell of somebody else.
    if more.get("sub", claims["sub"]) != claims["sub"]:
        raise Problem("other_subject")
    told = {name: one for name, one in {**more, **claims}.items() if name not in ABOUT_TOKEN}
    return read_claims(row, told)


def _check_answer(request: HttpRequest, row: IdentityProvider) -> None:
    # RFC 9207: an answer says whose it is, so that no other provider can slip one in.
    if request.GET.get("iss", row.issuer) != row.issuer:
        raise Problem("wrong_token_issuer")
    error = request.GET.get("error", "")
    if error == "access_denied":
        raise Problem("cancelled")
    if error or not request.GET.get("code"):
        said = f"{error} {request.GET.get('error_description', '')}".strip()
        raise Problem("refused_there", reason=said[:ERROR_LENGTH])


def _exchange(request: HttpRequest, row: IdentityProvider, *, code_verifier: str) -> dict[str, Any]:
    """The tokens that the provider gives for the code. Raises Problem."""
    adapter = _Adapter(request, row)
    # A copy, so that nobody who saves the row saves the secret in clear.
    app = copy(row.app)
    app.secret = read_key(row.app)
    client = adapter.get_client(request, app)
    try:
        token = adapter.get_access_token_data(
            request, app, client, pkce_code_verifier=code_verifier
        )
    except OAuth2Error as error:
        named = ERROR_NAME.search(str(error))
        # The answer itself stays here: it may hold what nobody should read in a log.
        raise Problem("client_refused", error=named[1] if named else "?") from None
    except (KeyError, ValueError):
        raise Problem("no_token", error="?") from None
    if not isinstance(token, dict) or not isinstance(token.get("id_token"), str):
        raise Problem("no_token", error="id_token")
    return token


def _ask_userinfo(config: dict[str, Any], access_token: str) -> dict[str, Any]:
    """What the provider tells beside the token; nothing where it has no such place."""
    url = config.get("userinfo_endpoint")
    if not url:
        return {}
    with guarded_session() as session:
        response = session.get(str(url), headers={"Authorization": f"Bearer {access_token}"})
    if not response.ok:
        return {}
    try:
        found = response.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
