"""An entry of the data map: what a field holds, why it is kept, how long, what becomes of it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Personal:
    """A field that tells of a person; what is blank here is as its table says."""

    what: str
    why: str = ""
    until: str = ""
    then: str = ""


# A bare text is a field that tells of nobody.
Field = Personal | str


@dataclass(frozen=True, slots=True)
class Table:
    """A table and all of its fields but `id`, which is a number of ours in every one."""

    model: str
    what: str
    why: str
    until: str
    then: str
    fields: Mapping[str, Field]


@dataclass(frozen=True, slots=True)
class Entry:
    """One field with everything said."""

    model: str
    field: str
    what: str
    is_personal: bool
    why: str
    until: str
    then: str


def entries_of(table: Table) -> list[Entry]:
    """The table's fields, each with all four said."""
    return [_entry(table, name, field) for name, field in table.fields.items()]


def _entry(table: Table, name: str, field: Field) -> Entry:
    if isinstance(field, str):
        field = Personal(field, then=WITH_ITS_ROW)
        is_personal = False
    else:
        is_personal = True
    return Entry(
        table.model,
        name,
        field.what,
        is_personal=is_personal,
        why=field.why or table.why,
        until=field.until or table.until,
        then=field.then or table.then,
    )


# --- How long, and what then: the phrases that many tables share ----------------------------------

ERASED = "until the person is erased"
COMMUNITY = "as long as the community"
SCHOOL = "as long as the installation"
GOES = "deleted"
WITH_ITS_ROW = "with its row: it tells of nobody"
BLANKED = "emptied at erasure"
REPLACED = "replaced at erasure by “Erased person”"
STAYS = "stays: it tells of nobody"
COUNTS = "stays without a name, so that reports count as before"
AFTER_BOOKINGS = "time “bookings” after the meeting, or until the person is erased"
AFTER_NOTES = "time “notes” after the meeting, or until the person is erased"
AFTER_ANSWERS = "time “answers” after the meeting, or until the person is erased"
AFTER_HISTORY = "time “history” after the change"
AFTER_FILES = "time “files” after the upload"
AFTER_MESSAGES = "time “messages” after it was sent"
SETTING = "how the centre works, set by its administrators"
