"""A real OpenID Connect provider on this machine, which a test can also make misbehave."""

import json
import re
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

with warnings.catch_warnings():
    # The provider has old names for parts of its libraries.
    warnings.simplefilter("ignore")
    import oidc_provider_mock

SECRET = "the-client-secret"
Change = Callable[[dict[str, Any]], None]


@dataclass
class OidcServer:
    """`changes` alter the JSON of an answer, by its path; `claims` those of the ID token."""

    issuer: str = ""
    client_id: str = ""
    secret: str = ""
    changes: dict[str, Change] = field(default_factory=dict)
    claims: Change | None = None
    statuses: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    key: rsa.RSAPrivateKey = field(
        default_factory=lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048)
    )

    def register(self, redirect_uri: str) -> None:
        """Register us, as a school's identity team does."""
        body = {
            "redirect_uris": [redirect_uri],
            "token_endpoint_auth_method": "client_secret_basic",
        }
        made = requests.post(f"{self.issuer}/oauth2/clients", json=body, timeout=5).json()
        self.client_id, self.secret = made["client_id"], made["client_secret"]

    def know(self, sub: str, **claims: Any) -> None:
        requests.put(f"{self.issuer}/users/{sub}", json=claims, timeout=5)

    def sign_in(self, address: str, sub: str) -> str:
        """Press the button there as `sub`; the path and query that lead back to us."""
        answer = requests.post(address, data={"sub": sub}, timeout=5, allow_redirects=False)
        assert answer.status_code == 302, answer.text
        return re.sub(r"^https?://[^/]+", "", answer.headers["Location"])

    def alter(self, path: str, response: Response) -> None:
        """Change the answer as the test wants it."""
        if path in self.statuses:
            response.status_code = self.statuses[path]
        if not response.is_json:
            return
        body = json.loads(response.get_data())
        if path == "/oauth2/token" and self.claims and "id_token" in body:
            body["id_token"] = self._signed_anew(body["id_token"])
        if path == "/jwks" and self.claims:
            body = {"keys": [self._public_key()]}
        self.changes.get(path, lambda _body: None)(body)
        response.set_data(json.dumps(body))

    def _signed_anew(self, token: str) -> str:
        claims = jwt.decode(token, options={"verify_signature": False})
        self.claims(claims)
        return jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": "test"})

    def _public_key(self) -> dict[str, Any]:
        found = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {**found, "kid": "test", "use": "sig", "alg": "RS256"}


@contextmanager
def oidc_server() -> Iterator[OidcServer]:
    """A provider that answers until the block ends."""
    world = OidcServer()
    app = oidc_provider_mock.app(require_client_registration=True, require_nonce=True)
    app.debug = False

    @app.after_request
    def altered(response: Response) -> Response:
        from flask import request  # noqa: PLC0415  (there is a request only in here)

        world.asked.append(request.path)
        world.alter(request.path, response)
        return response

    server = make_server("127.0.0.1", 0, app, threaded=True)
    world.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield world
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def an_hour_ago(claims: dict[str, Any]) -> None:
    claims["exp"] = int(time.time()) - 3600
