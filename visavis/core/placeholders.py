"""Names in braces in a text that somebody has written, and what stands in their place."""

import re
import string
from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

NAME = re.compile(r"\{\{|\}\}|\{(\w+)\}")
BRACES = {"{{": "{", "}}": "}"}


def problem_in(text: str, known: Collection[str]) -> str:
    """What keeps the text from being filled with these names, as a sentence; empty: nothing."""
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError:
        parts = None
    if parts is None:
        return _(
            "A brace has no partner. Write a name as {student}, and a brace itself as {{ or }}."
        )
    if any(spec or conversion for _literal, _name, spec, conversion in parts):
        return _("Write only the name between the braces, as in {provider}.")
    for name in (part[1] for part in parts if part[1] is not None):
        if name not in known:
            told = {"name": f"{{{name}}}", "known": ", ".join(f"{{{one}}}" for one in known)}
            return _("“%(name)s” is no placeholder here. There are: %(known)s.") % told
    return ""


def fill(text: str, words: Mapping[str, str]) -> str:
    """The text with its names filled; one that has no word stays empty, a lone brace as it is."""

    def word(found: re.Match[str]) -> str:
        name = found.group(1)
        return BRACES[found.group(0)] if name is None else words.get(name, "")

    return NAME.sub(word, text)
