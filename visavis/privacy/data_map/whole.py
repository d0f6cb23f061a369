"""The whole map, in the order in which it is read."""

from django.apps import apps

from visavis.privacy.data_map.entries import Entry, Table, entries_of
from visavis.privacy.data_map.machinery import MACHINERY
from visavis.privacy.data_map.meetings import MEETINGS
from visavis.privacy.data_map.people import PEOPLE
from visavis.privacy.data_map.records import RECORDS
from visavis.privacy.data_map.setup import SETUP
from visavis.privacy.data_map.signing_in import SIGNING_IN

PARTS: dict[str, tuple[Table, ...]] = {
    "People": PEOPLE,
    "Sign-in with the school": SIGNING_IN,
    "Meetings": MEETINGS,
    "Records and files": RECORDS,
    "How the school is set up": SETUP,
    "Beneath": MACHINERY,
}
TABLES = tuple(table for part in PARTS.values() for table in part)


def data_map() -> dict[tuple[str, str], Entry]:
    """Every field that is kept, by table and name."""
    return {(entry.model, entry.field): entry for table in TABLES for entry in entries_of(table)}


def fields_there_are() -> set[tuple[str, str]]:
    """Every column and many-to-many field of every installed table, but each table's `id`."""
    return {
        (model._meta.label, field.name)
        for model in apps.get_models(include_auto_created=True)
        for field in [*model._meta.local_concrete_fields, *model._meta.local_many_to_many]
        if field.name != "id"
    }
