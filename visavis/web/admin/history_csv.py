"""The history as a file: one record an entry, values whole."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from visavis.core.models import HistoryEntry
from visavis.imports.exporting import csv_line
from visavis.web.admin.history_things import thing_in_words
from visavis.web.admin.history_values import HistoryReader
from visavis.web.admin.history_verbs import verb_in_words
from visavis.web.admin.history_words import Change, changes_of, subject_in_words

ROWS_AT_A_TIME = 500


def history_lines(entries: QuerySet[HistoryEntry], reader: HistoryReader) -> Iterator[str]:
    """The lines, header first; read a few hundred at a time, however many there are."""
    yield csv_line(
        [
            _("When"),
            _("Who"),
            _("What was done"),
            _("Kind of thing"),
            _("Thing"),
            _("Before"),
            _("After"),
            _("Reason"),
        ]
    )
    for entry in entries.iterator(chunk_size=ROWS_AT_A_TIME):
        yield csv_line(_cells(entry, reader))


def _cells(entry: HistoryEntry, reader: HistoryReader) -> list[str]:
    changes = changes_of(entry, reader)
    return [
        entry.at.astimezone(reader.zone).isoformat(sep=" ", timespec="seconds"),
        entry.actor_label,
        verb_in_words(entry.verb),
        thing_in_words(entry.subject_type),
        subject_in_words(entry, reader),
        _side(changes, "before"),
        _side(changes, "after"),
        entry.reason,
    ]


def _side(changes: list[Change], side: str) -> str:
    told = ((change.name, getattr(change, side)) for change in changes)
    return "; ".join(f"{name}: {value}" for name, value in told if value)
