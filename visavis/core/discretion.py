"""What a log must not say: what lets somebody in, and what may name somebody. One table of both."""

import re
from collections.abc import Callable

from django.conf import settings

HIDDEN = "…"
SHORTEST = 8  # a shorter value would be found in the middle of plain words
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
# What may stand in quotes all the same: a template or an asset, which is ours.
_OWN_FILE = re.compile(r"^.[a-z0-9_/-]+/[a-z0-9_-]+\.(?:css|js|html|svg|py).$")


def _quoted(found: re.Match[str]) -> str:
    return found[0] if _OWN_FILE.search(found[0]) else f"‘{HIDDEN}’"


# What is cut out and what is said for it, in this order.
CUT: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    # A row's values, and the statement that held them, as PostgreSQL adds them to its errors.
    (re.compile(r"(?m)^[^\S\n]*(?:DETAIL:|CONTEXT:|LINE |HINT:|\^|WHERE:).*\n?"), ""),
    # PostgreSQL says which value came twice: Key (token)=(…) already exists.
    (re.compile(r"(Key \([^)]*\)=\()[^)]*"), rf"\1{HIDDEN}"),
    # Whoever has the address of a feed reads it, whoever has that of a link is signed in.
    (re.compile(r"(/accounts/(?:feeds|link)/)[^\s/?\"'<>)]+"), rf"\1{HIDDEN}"),
    # Whole addresses: one of a database holds a password, one of a calendar is its key.
    (re.compile(r"\b([a-z][a-z0-9+.-]*://)[^\s\"'<>]+", re.IGNORECASE), rf"\1{HIDDEN}"),
    (re.compile(r"[^\s@<>\"'(]+@[^\s@<>\"')]+"), "<e-mail>"),
    (re.compile(r"(?<!\w)(?:b?'[^'\n]*'|\"[^\"\n]*\"|“[^”\n]*”|‘[^’\n]*’)"), _quoted),
    (re.compile(r"\b(?=[\w-]*\d)[\w-]{20,}\b"), "<token>"),
)


def hide(text: str) -> str:
    """The text without what may name somebody or let somebody in."""
    for secret in _own():
        text = text.replace(secret, HIDDEN)
    for pattern, said in CUT:
        text = pattern.sub(said, text)
    return text.rstrip("\n")


def in_line(text: str) -> str:
    """The text such that none of its lines could be taken for a record of ours."""
    return _CONTROL.sub(lambda found: repr(found[0])[1:-1], text).replace("\n", "\n    ")


def _own() -> list[str]:
    """Values of our settings that open doors."""
    database = settings.DATABASES["default"].get("PASSWORD") or ""
    mail = getattr(settings, "EMAIL_HOST_PASSWORD", "") or ""
    known = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS, database, mail)
    return [str(value) for value in known if len(value) >= SHORTEST]
