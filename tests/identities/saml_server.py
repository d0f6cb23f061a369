"""A real SAML 2.0 identity provider on this machine, made of pysaml2 and xmlsec1."""

import base64
import os
import re
import shutil
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from visavis.identities.metadata import make_key_pair

with warnings.catch_warnings():
    # pysaml2 names a cipher by its old place; nothing here uses it.
    warnings.simplefilter("ignore")
    from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
    from saml2.authn_context import PASSWORDPROTECTEDTRANSPORT
    from saml2.config import IdPConfig
    from saml2.metadata import entity_descriptor
    from saml2.saml import (
        NAME_FORMAT_URI,
        NAMEID_FORMAT_PERSISTENT,
        NAMEID_FORMAT_TRANSIENT,
        NameID,
    )
    from saml2.server import Server
    from saml2.xmldsig import DIGEST_SHA256, SIG_RSA_SHA1, SIG_RSA_SHA256

SUBJECT_ID = "subject-id"
SHA1 = {"sign_alg": SIG_RSA_SHA1}
OIDS = {
    SUBJECT_ID: "urn:oasis:names:tc:SAML:attribute:subject-id",
    "mail": "urn:oid:0.9.2342.19200300.100.1.3",
    "givenName": "urn:oid:2.5.4.42",
    "sn": "urn:oid:2.5.4.4",
    "displayName": "urn:oid:2.16.840.1.113730.3.1.241",
    "eduPersonPrincipalName": "urn:oid:1.3.6.1.4.1.5923.1.1.1.6",
    "eduPersonScopedAffiliation": "urn:oid:1.3.6.1.4.1.5923.1.1.1.9",
}
MAP = f"""
MAP = {{
    "identifier": "{NAME_FORMAT_URI}",
    "fro": {{{", ".join(f'"{oid}": "{name}"' for name, oid in OIDS.items())}}},
    "to": {{{", ".join(f'"{name}": "{oid}"' for name, oid in OIDS.items())}}},
}}
"""


def xmlsec1() -> str:
    """The tool that signs, or one clear line why there is none."""
    found = shutil.which("xmlsec1")
    if found is None:
        lack = pytest.fail if os.environ.get("VISAVIS_TEST_EVERYTHING") else pytest.skip
        lack("no xmlsec1 here: the SAML provider of the tests needs the package “xmlsec1”")
    return found


@dataclass
class SamlServer:
    """`person` is who signs in there; `bend` alters an answer after it was signed."""

    folder: Path
    root: str = ""
    person: dict[str, list[str]] = field(default_factory=dict)
    how: dict[str, Any] = field(default_factory=dict)
    bend: Callable[[str], str] = lambda xml: xml
    life: timedelta = timedelta(minutes=15)
    idp: Server | None = None

    @property
    def entity_id(self) -> str:
        return f"{self.root}/metadata"

    def start(self, root: str) -> None:
        """Make the key pair and the metadata."""
        self.root = root
        key, certificate = make_key_pair("idp", now=datetime.now(UTC))
        (self.folder / "key.pem").write_text(key)
        (self.folder / "cert.pem").write_text(certificate)
        maps = self.folder / "maps"
        maps.mkdir()
        (maps / "school.py").write_text(MAP)
        self.idp = Server(config=self._config([]))

    def know(self, sp_metadata: bytes) -> None:
        """Take our metadata over, as a school's identity team does."""
        self.idp.close()
        self.idp = Server(config=self._config([sp_metadata.decode()]))

    @property
    def metadata(self) -> bytes:
        return str(entity_descriptor(self.idp.config)).encode()

    def sign_in(self, address: str) -> dict[str, str]:
        """Sign in there as `person`; the form that the browser then posts to us."""
        return self.answer(urlsplit(address).query)

    def answer(self, query: str) -> dict[str, str]:
        relay_state, to = self._asked(query)
        how = {
            "sign_response": True,
            "sign_assertion": True,
            "sign_alg": SIG_RSA_SHA256,
            "digest_alg": DIGEST_SHA256,
            "name_id": NameID(format=NAMEID_FORMAT_PERSISTENT, text="opaque"),
            **self.how,
        }
        xml = str(
            self.idp.create_authn_response(
                self.person,
                userid="person",
                authn={"class_ref": PASSWORDPROTECTEDTRANSPORT},
                **{**to, **how},
            )
        )
        return {
            "SAMLResponse": base64.b64encode(self.bend(xml).encode()).decode(),
            "RelayState": relay_state,
        }

    def page(self, query: str) -> bytes:
        """The page by which a browser posts the answer, with a button as well as a script."""
        form = self.answer(query)
        to = self._asked(query)[1]["destination"]
        fields = "".join(
            f'<input type="hidden" name="{name}" value="{value}">' for name, value in form.items()
        )
        page = f'<form method="post" action="{to}">{fields}<button>Sign in</button></form>'
        return f"<!doctype html><title>University</title>{page}".encode()

    def _asked(self, query: str) -> tuple[str, dict[str, Any]]:
        """Whither the answer to a signed request goes."""
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        relay_state = asked.get("RelayState", "")
        request = self.idp.parse_authn_request(
            asked["SAMLRequest"],
            BINDING_HTTP_REDIRECT,
            relay_state=relay_state,
            sigalg=asked["SigAlg"],
            signature=asked["Signature"],
        )
        return relay_state, self.idp.response_args(request.message, [BINDING_HTTP_POST])

    def _config(self, inline: list[str]) -> IdPConfig:
        lifetime = {"minutes": self.life.total_seconds() / 60}
        config = IdPConfig()
        config.load(
            {
                "entityid": self.entity_id,
                "xmlsec_binary": xmlsec1(),
                "key_file": str(self.folder / "key.pem"),
                "cert_file": str(self.folder / "cert.pem"),
                "attribute_map_dir": str(self.folder / "maps"),
                "metadata": {"inline": inline},
                "service": {
                    "idp": {
                        "endpoints": {
                            "single_sign_on_service": [(f"{self.root}/sso", BINDING_HTTP_REDIRECT)]
                        },
                        "want_authn_requests_signed": True,
                        "policy": {
                            "default": {
                                "lifetime": lifetime,
                                "attribute_restrictions": None,
                                "name_form": NAME_FORMAT_URI,
                            }
                        },
                    }
                },
            }
        )
        return config


@contextmanager
def saml_server() -> Iterator[SamlServer]:
    """A provider that answers until the block ends."""
    xmlsec1()
    with tempfile.TemporaryDirectory() as folder:
        world = SamlServer(Path(folder))

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                parts = urlsplit(self.path)
                if parts.path == "/metadata":
                    self._send(world.metadata, "application/samlmetadata+xml")
                else:
                    self._send(world.page(parts.query), "text/html; charset=utf-8")

            def _send(self, body: bytes, kind: str) -> None:
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_words):
                """Nothing: a test's output is its own."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        world.start(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield world
        finally:
            server.shutdown()
            server.server_close()
            thread.join(5)
            world.idp.close()


def passing_name_id() -> NameID:
    """One that is another at each sign-in, and so says nothing."""
    return NameID(format=NAMEID_FORMAT_TRANSIENT, text="passing")


def without_signatures(xml: str) -> str:
    return re.sub(r"<(\w+):Signature\b.*?</\1:Signature>", "", xml, flags=re.DOTALL)


def set_clock(monkeypatch: pytest.MonkeyPatch, offset: timedelta) -> None:
    """Let the provider's clock differ from ours."""

    def text(**later: float) -> str:
        moment = datetime.now(UTC) + offset + timedelta(**later)
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

    monkeypatch.setattr("saml2.assertion.instant", text)
    monkeypatch.setattr("saml2.assertion.in_a_while", text)
