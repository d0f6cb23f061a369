"""Text as keys: folded in Python, because databases fold differently."""

import unicodedata


def fold(text: str) -> str:
    """The key under which texts are compared: NFKC, casefolded, white space collapsed."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def fold_code(text: str) -> str:
    """The key of a service's code: as `fold`, and without any white space."""
    return fold(text).replace(" ", "")
