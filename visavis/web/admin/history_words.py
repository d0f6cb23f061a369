"""A history entry as a line that people can read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from visavis.core.models import HistoryEntry
from visavis.web.admin.history_verbs import verb_in_words

SHOWN = 6
LENGTH = 80


@dataclass(frozen=True, slots=True)
class Change:
    """One value that changed; either side may be empty."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """The entry, what was done in words, and the first few of its values that differ."""

    entry: HistoryEntry
    verb: str
    changes: list[Change]
    more: int


def in_words(entry: HistoryEntry) -> HistoryLine:
    """The entry with what changed, before and after, cut to what fits a line."""
    names = [*entry.before, *(name for name in entry.after if name not in entry.before)]
    changes = [
        Change(name.replace("_", " "), _short(entry.before, name), _short(entry.after, name))
        for name in names
        if entry.before.get(name) != entry.after.get(name)
    ]
    return HistoryLine(
        entry, verb_in_words(entry.verb), changes[:SHOWN], max(0, len(changes) - SHOWN)
    )


def _short(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    if value in (None, "", [], {}):
        return ""
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= LENGTH else f"{text[:LENGTH]}…"
