"""Secrets that must be read again lie in the database encrypted, under a key made of SECRET_KEY.

Fernet: AES-128 in CBC with an HMAC, as https://github.com/fernet/spec says. See
docs/adr/0019-sealed-under-the-secret-key.md.
"""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.encoding import force_bytes


class CannotUnseal(Exception):
    """The text was sealed under a key that this site has no more, or is no sealed one."""


def seal(text: str, *, purpose: str) -> str:
    """The text encrypted under the newest of the site's keys; only the same `purpose` reads it."""
    return _box(purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, *, purpose: str) -> str:
    """What was sealed, under SECRET_KEY or one of SECRET_KEY_FALLBACKS. Raises CannotUnseal."""
    try:
        return _box(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise CannotUnseal from error


def is_sealed_anew(sealed: str, *, purpose: str) -> bool:
    """Whether SECRET_KEY itself reads it, and needs none of its fallbacks."""
    try:
        _boxes(purpose)[0].decrypt(sealed.encode())
    except InvalidToken:
        return False
    return True


def _box(purpose: str) -> MultiFernet:
    """The newest key writes; each of them reads."""
    return MultiFernet(_boxes(purpose))


def _boxes(purpose: str) -> list[Fernet]:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [Fernet(_derived(key, purpose)) for key in keys]


def _derived(key: str | bytes, purpose: str) -> bytes:
    named = f"visavis.{purpose}|".encode() + force_bytes(key)
    return base64.urlsafe_b64encode(hashlib.sha256(named).digest())
