"""A history entry as a line that people can read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from visavis.core.models import HistoryEntry
from visavis.web.admin.history_values import HistoryReader
from visavis.web.admin.history_verbs import verb_in_words
from visavis.web.hours.words import clock_in_words

SHOWN = 6
# Hours, by the names of their tables.
HOURS = ("weeklyblock", "datedchange", "closure")
LENGTH = 80
# Keys of other rows, and who did it by their part: the line names them already.
OF_MACHINES = ("proposal", "batch", "by")


@dataclass(frozen=True, slots=True)
class Change:
    """One value that changed; either side may be empty."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """The entry, what was done in words, the first few of its values that differ, and the rest."""

    entry: HistoryEntry
    verb: str
    subject: str
    changes: list[Change]
    more: list[Change]


def in_words(entry: HistoryEntry, reader: HistoryReader) -> HistoryLine:
    """The entry with what changed, before and after, each cut to what fits a line."""
    changes = [
        Change(change.name, cut(change.before), cut(change.after))
        for change in changes_of(entry, reader)
    ]
    verb, subject = verb_in_words(entry.verb), subject_in_words(entry, reader)
    return HistoryLine(entry, verb, subject, changes[:SHOWN], changes[SHOWN:])


def changes_of(entry: HistoryEntry, reader: HistoryReader) -> list[Change]:
    """All values that differ, whole.

    Ids are for machines, and stand beside the names that people know.
    """
    names = [*entry.before, *(name for name in entry.after if name not in entry.before)]
    # What was set aside is never among those that a line has no room for.
    names.sort(key=lambda name: name != "overrode")
    changes = (
        Change(reader.name(name), reader.value(name, entry.before), reader.value(name, entry.after))
        for name in names
        if not name.endswith("_id") and name not in OF_MACHINES
    )
    return [change for change in changes if change.before != change.after]


def cut(text: str) -> str:
    return text if len(text) <= LENGTH else f"{text[:LENGTH]}…"


def subject_in_words(entry: HistoryEntry, reader: HistoryReader) -> str:
    """What it was done to: of hours their day and times, as the reader is used to see them."""
    values = {**entry.before, **entry.after}
    if entry.subject_type not in HOURS or not {"start_minute", "end_minute"} <= values.keys():
        return reader.label(entry.subject_label)
    day = reader.value("weekday", values) or _dates(reader, values)
    times = clock_in_words(values["start_minute"], values["end_minute"], cycle=reader.cycle)
    said = values.get("reason") if entry.subject_type == "closure" else ""
    return ", ".join(part for part in (said, day, times) if part)


def _dates(reader: HistoryReader, values: Mapping[str, Any]) -> str:
    first, last = reader.value("first", values), reader.value("last", values)
    return first if first == last else f"{first} – {last}"
