"""Zones in calendar files, as another library reads them: by their yearly rules."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical

from visavis.calendars.zones import zone_component

ZONES = [
    "America/New_York",
    "America/Phoenix",
    "America/St_Johns",
    "Asia/Jerusalem",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Australia/Sydney",
    "Europe/Berlin",
    "Europe/Dublin",
    "Pacific/Auckland",
    "UTC",
]


def read(name, year):
    """The zone as dateutil understands the file."""
    lines = zone_component(ZoneInfo(name), year).to_ical().decode().replace("\r\n ", "")
    return tzical(StringIO(lines)).get(name)


@pytest.mark.parametrize("name", [name for name in ZONES if name != "Asia/Jerusalem"])
def test_every_week_of_five_years_has_the_same_offset(name):
    told, zone = read(name, 2027), ZoneInfo(name)
    start = datetime(2027, 1, 1, 12, tzinfo=UTC)
    for week in range(5 * 52):
        wall = (start + timedelta(weeks=week)).astimezone(zone).replace(tzinfo=None)
        assert wall.replace(tzinfo=told).utcoffset() == wall.replace(tzinfo=zone).utcoffset(), wall


@pytest.mark.parametrize("name", ZONES)
def test_what_changes_by_a_rule_is_told_by_a_rule(name):
    text = zone_component(ZoneInfo(name), 2027).to_ical().decode()
    changes = "BEGIN:DAYLIGHT" in text
    # Israel's spring day is the Friday before a Sunday, which no rule of a calendar can say.
    is_rule = name != "Asia/Jerusalem"
    assert ("RRULE" in text, "RDATE" in text) == (changes and is_rule, changes and not is_rule)


def test_new_york_changes_on_its_two_sundays_at_two():
    text = zone_component(ZoneInfo("America/New_York"), 2027).to_ical().decode()
    assert "DTSTART:20260308T020000\r\nRRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3" in text
    assert "DTSTART:20261101T020000\r\nRRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11" in text
