"""What an OpenID Connect provider says of itself, and the tokens by which it names people."""

from typing import Any

import jwt
from django.core.cache import cache

from visavis.identities.errors import Problem
from visavis.identities.fetching import check_url, fetch_json

WELL_KNOWN = "/.well-known/openid-configuration"
KEPT_SECONDS = 60 * 60
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
# Signed with a key that only the provider has; never with one that it shares with us.
ALGORITHMS = [f"{family}{size}" for family in ("RS", "PS", "ES") for size in (256, 384, 512)]
ALGORITHMS.append("EdDSA")
LEEWAY_SECONDS = 120


def issuer_of(address: str) -> str:
    """The issuer that an address names, whether it is that or the one of its discovery."""
    return address.strip().removesuffix(WELL_KNOWN).removesuffix("/" + WELL_KNOWN)


def discover(issuer: str) -> dict[str, Any]:
    """What the provider says of itself, asked for now. Raises Problem."""
    found = fetch_json(issuer.rstrip("/") + WELL_KNOWN)
    said = found.get("issuer")
    # OpenID Connect Discovery 1.0, section 4.3: it is the very one that was asked.
    if said != issuer:
        raise Problem("wrong_issuer", expected=issuer, found=str(said)[:200])
    for name in NEEDED:
        if not isinstance(found.get(name), str):
            raise Problem("discovery_lacks", name=name)
        check_url(found[name])
    if found.get("userinfo_endpoint"):
        check_url(str(found["userinfo_endpoint"]))
    cache.set(_cache_key(issuer), found, KEPT_SECONDS)
    return found


def discovered(issuer: str) -> dict[str, Any]:
    """What it said within the last hour. Raises Problem."""
    kept: dict[str, Any] | None = cache.get(_cache_key(issuer))
    return kept if kept is not None else discover(issuer)


def _cache_key(issuer: str) -> str:
    return f"identities.discovery.{issuer}"


def read_id_token(
    token: str, *, config: dict[str, Any], issuer: str, client_id: str, nonce: str
) -> dict[str, Any]:
    """The claims of an ID token that was signed for us, for this very sign-in.

    By OpenID Connect Core 1.0, section 3.1.3.7. Raises Problem.
    """
    try:
        key = _find_key(token, fetch_json(config["jwks_uri"]))
        claims: dict[str, Any] = jwt.decode(
            token,
            key=key,
            algorithms=ALGORITHMS,
            audience=client_id,
            issuer=issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )
    except jwt.PyJWTError as error:
        raise _problem(error) from error
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if several else client_id) != client_id:
        raise Problem("wrong_audience")
    if claims.get("nonce") != nonce:
        raise Problem("other_sign_in")
    return claims


def _find_key(token: str, keys: dict[str, Any]) -> jwt.PyJWK:
    wanted = jwt.get_unverified_header(token).get("kid")
    found = [
        key
        for key in jwt.PyJWKSet.from_dict(keys).keys
        if key.public_key_use in (None, "sig") and wanted in (None, key.key_id)
    ]
    if not found:
        raise Problem("unknown_key")
    return found[0]


def _problem(error: jwt.PyJWTError) -> Problem:
    codes: list[tuple[type[jwt.PyJWTError], str]] = [
        (jwt.ExpiredSignatureError, "expired"),
        (jwt.ImmatureSignatureError, "too_early"),
        (jwt.InvalidAudienceError, "wrong_audience"),
        (jwt.InvalidIssuerError, "wrong_token_issuer"),
        (jwt.InvalidSignatureError, "bad_signature"),
        (jwt.MissingRequiredClaimError, "token_lacks"),
    ]
    found = [code for kind, code in codes if isinstance(error, kind)]
    return Problem(found[0] if found else "bad_token")
