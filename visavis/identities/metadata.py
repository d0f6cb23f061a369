"""What a SAML identity provider says of itself, and the key pair by which it knows us."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser
from onelogin.saml2.xmlparser import DTDForbidden, EntitiesForbidden, NotSupportedError
from onelogin.saml2.xmlparser import fromstring as parse_safely

from visavis.identities.errors import Problem
from visavis.identities.fetching import check_url

METADATA = "{urn:oasis:names:tc:SAML:2.0:metadata}"
KEY_LIFE = timedelta(days=20 * 365)
KEY_BITS = 3072
SHOWN_IDS = 5


@dataclass(frozen=True, slots=True)
class Described:
    """An identity provider as python3-saml has it, and until when its last certificate holds."""

    entity_id: str
    idp: dict[str, Any]
    expires_at: datetime | None = None


def read_metadata(xml: bytes, *, entity_id: str = "") -> Described:
    """The identity provider that the metadata describe; among several, the one of `entity_id`.

    Raises Problem.
    """
    entity = _choose(_parse(xml), entity_id)
    try:
        # The one that was chosen, alone: its id may hold what would mean something in a path.
        found = OneLogin_Saml2_IdPMetadataParser.parse(etree.tostring(entity))
    except Exception as error:  # it raises whatever its parts raise; what it read is foreign
        raise Problem("no_metadata") from error
    idp = found.get("idp", {})
    sso = idp.get("singleSignOnService", {}).get("url", "")
    if not sso:
        raise Problem("no_redirect_binding")
    if not sso.startswith("https://"):
        check_url(sso)
    return Described(entity.get("entityID"), idp, _latest_end(_certificates(idp)))


def _parse(xml: bytes) -> Any:
    try:
        return parse_safely(xml.strip())
    except (DTDForbidden, EntitiesForbidden, NotSupportedError) as error:
        raise Problem("unsafe_xml") from error
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Problem("no_xml") from error


def _choose(root: Any, entity_id: str) -> Any:
    """The element of the one that is meant. Raises Problem."""
    found = {
        one.get("entityID", ""): one
        for one in root.iter(f"{METADATA}EntityDescriptor")
        if one.find(f"{METADATA}IDPSSODescriptor") is not None
    }
    found.pop("", None)
    shown = ", ".join(list(found)[:SHOWN_IDS])
    if not found:
        raise Problem("no_metadata")
    if entity_id and entity_id not in found:
        raise Problem("other_entity", expected=entity_id, found=shown)
    if not entity_id and len(found) > 1:
        raise Problem("many_entities", found=shown)
    return found[entity_id or next(iter(found))]


def _certificates(idp: dict[str, Any]) -> list[x509.Certificate]:
    texts = [idp["x509cert"]] if idp.get("x509cert") else []
    texts += idp.get("x509certMulti", {}).get("signing", [])
    if not texts:
        raise Problem("no_certificate")
    try:
        return [x509.load_pem_x509_certificate(_pem(text)) for text in texts]
    except ValueError as error:
        raise Problem("bad_certificate") from error


def _pem(text: str) -> bytes:
    body = "".join(text.split())
    lines = "\n".join(body[start : start + 64] for start in range(0, len(body), 64))
    return f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n".encode()


def _latest_end(certificates: list[x509.Certificate]) -> datetime:
    return max(one.not_valid_after_utc for one in certificates)


def make_key_pair(name: str, *, now: datetime) -> tuple[str, str]:
    """A private key and a certificate of its own for us, in PEM.

    The certificate only carries the key: nobody asks who has signed it.
    """
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + KEY_LIFE)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return private.decode(), certificate.public_bytes(serialization.Encoding.PEM).decode()
