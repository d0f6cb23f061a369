"""What a log must not say: addresses that are keys, passwords in addresses, keys of ours."""

import re

from django.conf import settings

HIDDEN = "…"
SHORTEST = 8  # a shorter value would be found in the middle of plain words
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    # Whoever has the address of a feed reads it, whoever has that of a link is signed in.
    (re.compile(r"(/accounts/(?:feeds|link)/)[^\s/?\"'<>)]+"), rf"\1{HIDDEN}"),
    # postgres://visavis:password@host, smtp://user:password@host
    (re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s:/@]*:)[^\s/@]+@", re.IGNORECASE), rf"\1{HIDDEN}@"),
    # A private calendar's address is its key: its host says enough.
    (re.compile(r"(\b(?:https?|webcals?)://[^\s/\"'<>]+/)[^\s\"'<>]*\.ics\b\S*"), rf"\1{HIDDEN}"),
    # PostgreSQL says which value came twice: Key (token)=(…) already exists.
    (re.compile(r"(Key \([^)]*\)=\()[^)]*"), rf"\1{HIDDEN}"),
)


def hide(text: str) -> str:
    """The text without secrets."""
    for pattern, said in _PATTERNS:
        text = pattern.sub(said, text)
    for secret in _own():
        text = text.replace(secret, HIDDEN)
    return text


def in_line(text: str) -> str:
    """The text such that none of its lines could be taken for a record of ours."""
    return _CONTROL.sub(lambda found: repr(found[0])[1:-1], text).replace("\n", "\n    ")


def _own() -> list[str]:
    """Values of our settings that open doors."""
    database = settings.DATABASES["default"].get("PASSWORD") or ""
    mail = getattr(settings, "EMAIL_HOST_PASSWORD", "") or ""
    known = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS, database, mail)
    return [str(value) for value in known if len(value) >= SHORTEST]
