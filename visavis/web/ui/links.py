"""Links inside of what people wrote."""

import re

# What `urlize` would make a link, and what people type without its scheme.
_LINK = re.compile(r"(?:https?://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)+/\S*", re.IGNORECASE)


def has_link(text: str) -> bool:
    return bool(_LINK.search(text))


def without_links(text: str) -> str:
    """The text as those may read it who have not booked: each link is taken out."""
    return " ".join(_LINK.sub("", text).split())
