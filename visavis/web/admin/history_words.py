"""A history entry as a line that people can read."""

from dataclasses import dataclass

from visavis.core.models import HistoryEntry
from visavis.web.admin.history_values import HistoryReader
from visavis.web.admin.history_verbs import verb_in_words

SHOWN = 6


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


def in_words(entry: HistoryEntry, reader: HistoryReader) -> HistoryLine:
    """The entry with what changed, before and after, cut to what fits a line.

    Ids are for machines, and stand beside the names that people know.
    """
    names = [*entry.before, *(name for name in entry.after if name not in entry.before)]
    changes = [
        Change(reader.name(name), reader.value(name, entry.before), reader.value(name, entry.after))
        for name in names
        if not name.endswith("_id")
    ]
    changes = [change for change in changes if change.before != change.after]
    return HistoryLine(
        entry, verb_in_words(entry.verb), changes[:SHOWN], max(0, len(changes) - SHOWN)
    )
