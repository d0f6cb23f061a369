"""What the history keeps as numbers and instants is read as words."""

from zoneinfo import ZoneInfo

import pytest

from visavis.people.enums import HourCycle, Source
from visavis.web.admin.history_values import SOURCES, HistoryReader

READER = HistoryReader(ZoneInfo("America/New_York"), HourCycle.TWELVE)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("lead_time_minutes", 120, "2 hours"),
        ("start_minute", 840, "2:00 PM"),
        ("end_minute", 1440, "midnight"),
        ("end_minute", 1500, "1:00 AM"),
        ("weekday", 0, "Monday"),
        ("cancel_until_hours", 1, "1 hour"),
        ("allowed_minutes", [0, 30], "0, 30"),
        ("visible", False, "no"),
        ("from_start", "2027-02-15T15:00:00+00:00", "Monday 15 February 2027, 10:00 AM"),
        ("first", "2027-03-05", "Friday 5 March 2027"),
        ("name", "Term 2027-03", "Term 2027-03"),
        ("reason", "20270305", "20270305"),
        ("breaks", [{"name": "Recess", "first": "2027-03-05"}], None),
        ("reason", "", ""),
        ("otherwise", "keep", "The meeting stays"),
        ("source", "csv", "from a file"),
        ("source", "hand", "by hand"),
    ],
)
def test_value_is_told_in_words(name, value, words):
    told = READER.value(name, {name: value})
    assert told == (words if words is not None else "Name: Recess, First: Friday 5 March 2027")


def test_every_source_of_a_row_has_its_words():
    assert set(SOURCES) == set(Source)


def test_setting_is_called_as_its_field_is():
    assert READER.name("lead_time_minutes") == "Hours' notice before a meeting"
    assert READER.name("from_start") == "Began before"


def test_name_of_a_thing_is_told_in_the_zone_of_the_reader():
    kept = "Talia Example 2027-02-15 15:00 UTC for Sam"
    assert READER.label(kept) == "Talia Example Monday 15 February 2027, 10:00 AM for Sam"
