"""Instants read straight from the database are the ones that were written."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db.models import Value

from tests.factories.world import make_user, make_world
from visavis.core import epochs
from visavis.core.epochs import (
    AsStored,
    DateText,
    Epoch,
    EpochText,
    InstantText,
    RangeText,
    to_epoch,
    to_range,
    told_instant,
)
from visavis.core.joined import Columns
from visavis.people.models import User

pytestmark = pytest.mark.django_db
INSTANTS = [
    datetime(2027, 3, 14, 6, 59, 59, 999_000, tzinfo=UTC),
    datetime(2027, 3, 14, 7, 0, tzinfo=UTC),
    datetime(1969, 12, 31, 23, 59, 58, 500_000, tzinfo=UTC),
]
FAR = datetime(8998, 1, 1, tzinfo=UTC)


def read(instant, column):
    person = make_user(f"sam{User.objects.count()}@school.test")
    User.objects.filter(pk=person.pk).update(last_login=instant)
    return User.objects.filter(pk=person.pk).values_list(column, flat=True).get()


def tell(instant, column):
    """The column as it is told in a longer text, in which commas and slashes stand between."""
    text = read(instant, Columns(Value("+"), column("last_login")))
    assert "," not in text
    _plus, told = text.split("/")
    return told


@pytest.mark.parametrize("since", [(0, 0, 0), (99, 0, 0)], ids=["new SQLite", "old SQLite"])
@pytest.mark.parametrize("instant", INSTANTS, ids=str)
def test_seconds_are_rounded_down(monkeypatch, instant, since):
    monkeypatch.setattr(epochs, "UNIXEPOCH_SINCE", since)
    seconds = read(instant, Epoch("last_login"))
    assert type(seconds) is int
    assert seconds == (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)


def test_a_truth_as_stored_is_the_truth():
    assert read(None, AsStored("is_active")) is True
    assert read(None, AsStored("is_school_admin")) is False


@pytest.mark.parametrize("instant", INSTANTS, ids=str)
def test_an_instant_told_as_a_text_is_the_same(instant):
    assert to_epoch(tell(instant, EpochText)) == read(instant, Epoch("last_login"))
    found = told_instant(tell(instant, InstantText))
    assert (found, found.utcoffset()) == (instant, timedelta(0))


@pytest.mark.parametrize("start", [INSTANTS[1], datetime(1900, 1, 1, tzinfo=UTC), FAR], ids=str)
@pytest.mark.parametrize("length", [timedelta(minutes=5), timedelta(days=365)], ids=str)
def test_two_instants_told_together_are_the_same(start, length):
    person = make_user("sam@school.test")
    User.objects.filter(pk=person.pk).update(last_login=start, claimed_at=start + length)
    told = User.objects.values_list(RangeText("last_login", "claimed_at"), flat=True).get()
    assert "," not in told
    since, until = to_range(told.split("/"))
    assert datetime.fromtimestamp(0, UTC) + timedelta(seconds=since) == start
    assert timedelta(seconds=until - since) == length


def test_no_instant_is_told_as_a_blank_text():
    assert tell(None, InstantText) == ""
    assert told_instant("") is None


@pytest.mark.parametrize("day", [date(2027, 3, 1), date(33, 4, 3)], ids=str)
def test_a_date_is_told_as_iso(day):
    closure = make_world().community.closures.create(first=day, last=day, reason="Break")
    column = Columns(Value("+"), DateText("first"))
    told = type(closure).objects.filter(pk=closure.pk).values_list(column, flat=True)
    assert told.get() == f"+/{day.isoformat()}"


def test_no_instant_is_none():
    assert read(None, AsStored("last_login")) is None
    assert User.objects.values_list(Epoch("last_login"), flat=True).get() is None
