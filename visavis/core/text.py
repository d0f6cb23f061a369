"""Text as keys: folded in Python, because databases fold differently."""

import unicodedata


def without_nul(text: str) -> str:
    """The text with a sign in place of each NUL, which PostgreSQL refuses even to look for."""
    return text.replace("\x00", "\ufffd")


def fold(text: str) -> str:
    """The key under which texts are compared: NFKC, casefolded, white space collapsed, no NUL."""
    return " ".join(unicodedata.normalize("NFKC", without_nul(text)).casefold().split())


def fold_code(text: str) -> str:
    """The key of a service's code: as `fold`, and without any white space."""
    return fold(text).replace(" ", "")
