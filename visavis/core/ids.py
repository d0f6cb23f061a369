"""Ids as addresses, forms and command lines have them: texts that anybody can write."""

from collections.abc import Iterable

LARGEST = 2**63 - 1
"""What the column of an id holds. Databases do not look for more, they fail."""
DIGITS = len(str(LARGEST))


def read_id(text: str) -> int | None:
    """The id that a text in decimal digits names; None for what can be no row's."""
    # Python reads no number of thousands of digits, so their count comes first.
    if not (text.isascii() and text.isdigit() and len(text) <= DIGITS):
        return None
    found = int(text)
    return found if found <= LARGEST else None


def read_ids(texts: Iterable[str]) -> list[int]:
    """The ids that these texts name, in their order; what names none is left out."""
    return [found for text in texts if (found := read_id(text)) is not None]
