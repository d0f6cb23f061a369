"""Rows that are written by a statement put together once are as Django would have saved them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.forms.models import model_to_dict

from tests.factories.world import make_world
from visavis.availability.models import Closure, Location
from visavis.catalogue.enums import MeetingKind
from visavis.core import inserting
from visavis.core.inserting import insert, insert_unnamed
from visavis.core.models import HistoryEntry, StoredFile

pytestmark = pytest.mark.django_db
AT = datetime(2027, 3, 1, 9, 30, 15, 250, tzinfo=UTC)


def entry(verb):
    return HistoryEntry(
        at=AT,
        actor_label="Zoë 100%s",
        verb=verb,
        subject_type="booking",
        subject_id="1",
        subject_label="it's",
        after={"state": "confirmed", "days": [1, 2]},
    )


def test_rows_read_as_those_that_django_saves():
    saved, inserted = entry("saved"), entry("inserted")
    saved.save()
    insert(inserted)
    as_saved, as_inserted = (
        model_to_dict(HistoryEntry.objects.get(verb=verb), exclude=["id", "verb"])
        for verb in ("saved", "inserted")
    )
    assert as_inserted == as_saved


def test_each_row_has_its_own_id_and_counts_as_saved():
    rows = [entry(f"{number}") for number in range(3)]
    insert(*rows)
    assert dict(HistoryEntry.objects.values_list("pk", "verb")) == {
        row.pk: row.verb for row in rows
    }
    rows[1].verb = "changed"
    rows[1].save()
    assert HistoryEntry.objects.count() == 3


def test_more_rows_than_a_statement_holds_are_all_written(django_assert_num_queries):
    rows = [entry(f"{number}") for number in range(inserting.MOST + 1)]
    with django_assert_num_queries(2):
        insert(*rows)
    assert HistoryEntry.objects.count() == inserting.MOST + 1


def test_rows_whose_ids_nobody_asks_for_get_none(django_assert_num_queries):
    rows = [entry(f"{number}") for number in range(inserting.MOST + 1)]
    with django_assert_num_queries(2):
        insert_unnamed(*rows)
    assert {row.pk for row in rows} == {None}
    assert HistoryEntry.objects.count() == inserting.MOST + 1


@pytest.mark.parametrize(
    "values",
    [
        {"kind": MeetingKind.ONLINE, "hours": [], "capacity": None, "details": ""},
        {"kind": "phone", "hours": [[1, 600, 720]], "capacity": 2, "details": "it's 100%s"},
        {"kind": MeetingKind.IN_PERSON, "hours": [], "capacity": 1, "archived_at": AT},
    ],
    ids=["nothing", "texts and numbers", "an enumeration and an instant"],
)
def test_values_are_kept_as_django_keeps_them(values):
    community = make_world().community
    saved, inserted = (
        Location(community=community, name=name, name_key=name, created_at=AT, **values)
        for name in ("a", "b")
    )
    saved.save()
    insert(inserted)
    as_saved, as_inserted = (
        model_to_dict(Location.objects.get(name=name), exclude=["id", "name", "name_key"])
        for name in ("a", "b")
    )
    assert as_inserted == as_saved


def test_no_rows_are_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        insert()


def test_bytes_and_defaults_are_kept():
    file = StoredFile(name="a", content_type="text/plain", size=3, content=b"\x00%s")
    insert(file)
    found = StoredFile.objects.get()
    assert (bytes(found.content), found.created_at) == (b"\x00%s", file.created_at)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only old versions of SQLite are so")
def test_a_database_that_tells_no_ids_is_written_to_row_by_row(monkeypatch):
    monkeypatch.setattr(connection.features, "can_return_columns_from_insert", False)
    rows = [entry("one"), entry("two")]
    insert(*rows)
    assert dict(HistoryEntry.objects.values_list("pk", "verb")) == {
        row.pk: row.verb for row in rows
    }


def test_both_hours_of_a_change_of_the_clocks_are_written():
    autumn = datetime(2026, 11, 1, 1, 30, tzinfo=ZoneInfo("America/New_York"))
    rows = [entry("first"), entry("second")]
    rows[0].at, rows[1].at = autumn, autumn.replace(fold=1)
    insert(*rows)
    found = HistoryEntry.objects.order_by("pk").values_list("at", flat=True)
    assert list(found) == [AT.replace(2026, 11, 1, hour, 30, 0, 0) for hour in (5, 6)]


def test_an_instant_in_the_column_of_a_date_becomes_its_date():
    insert(Closure(community=make_world().community, first=AT, last=AT))
    assert Closure.objects.values_list("first", "last").get() == (AT.date(), AT.date())
