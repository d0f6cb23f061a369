"""When calendar files say that somebody is busy, in the styles of the programs that write them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.calendars.samples import (
    APPLE,
    FREEBUSY,
    GOOGLE,
    NEXTCLOUD,
    OUTLOOK,
    as_file,
    calendar_of,
)
from visavis.calendars.apart import busy_apart
from visavis.calendars.busy import Ask, busy_times
from visavis.calendars.errors import Unreadable
from visavis.calendars.lines import trim

ZONE = ZoneInfo("America/New_York")
SINCE = datetime(2027, 3, 1, tzinfo=ZONE).astimezone(UTC)
UNTIL = SINCE + timedelta(days=7)
WEEK = Ask("America/New_York", SINCE, UNTIL, people=["talia@uni.test"])


def read(text, ask=WEEK):
    return busy_times(trim(as_file(text), since=ask.since, until=ask.until), ask)


def at(span, zone=ZONE):
    """A span as people write it: “Mon 09:00–10:15”."""
    start, end = (moment.astimezone(zone) for moment in span)
    last = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%a %H:%M}"
    return f"{start:%a %H:%M}–{last}"


def week(text, ask=WEEK):
    busy = read(text, ask)
    assert busy.skipped == 0
    return [at(span) for span in busy.spans]


def test_google_moves_a_day_leaves_one_out_and_shows_what_is_free():
    assert week(GOOGLE) == ["Mon 10:00–11:00", "Tue 13:00–14:15"]


def test_what_somebody_else_declined_keeps_busy():
    ask = Ask(WEEK.zone, SINCE, UNTIL, people=["omar@uni.test"])
    text = GOOGLE.replace("X-WR-CALNAME:talia@uni.test", "X-WR-CALNAME:Work")
    assert "Fri 09:00–10:00" in week(text, ask)


def test_outlook_names_zones_as_windows_does_and_says_free_in_its_own_way():
    assert week(OUTLOOK) == [
        "Mon 14:00–15:30",
        "Tue 11:00–11:30",
        "Wed 14:00–15:30",
        "Fri 00:00–Sat 00:00",
    ]


def test_outlook_s_names_of_zones_are_known_without_their_rules():
    head, _, rest = OUTLOOK.partition("BEGIN:VTIMEZONE")
    bare = head + rest.partition("END:VTIMEZONE\n")[2]
    assert week(bare) == week(OUTLOOK)


def test_apple_gives_lengths_and_lets_alarms_stand_in_entries():
    assert week(APPLE) == [
        "Mon 07:30–08:15",
        "Wed 07:30–08:15",
        "Thu 07:30–08:15",
        "Thu 22:00–Fri 02:00",
    ]


def test_nextcloud_names_other_zones_adds_days_and_leaves_zones_out():
    assert week(NEXTCLOUD) == ["Mon 13:00–15:00", "Wed 13:00–15:00", "Thu 08:00–09:00"]


def test_times_without_a_zone_are_those_of_the_file_or_of_the_person():
    floating = calendar_of("UID:1\nDTSTART:20270304T080000\nDTEND:20270304T090000")
    in_berlin = floating.replace("VERSION:2.0", "VERSION:2.0\nX-WR-TIMEZONE:Europe/Berlin")
    assert week(floating) == ["Thu 08:00–09:00"]
    assert week(in_berlin) == ["Thu 02:00–03:00"]


def test_published_free_and_busy_times_are_read_as_well():
    assert week(FREEBUSY) == ["Mon 09:00–10:00", "Tue 09:00–09:30"]


def test_weekly_entry_keeps_its_clock_when_the_clocks_change():
    text = calendar_of(
        "UID:1\nDTSTART;TZID=America/New_York:20270301T090000\n"
        "DTEND;TZID=America/New_York:20270301T100000\nRRULE:FREQ=WEEKLY"
    )
    ask = Ask(WEEK.zone, SINCE, SINCE + timedelta(weeks=3))
    assert [start.astimezone(UTC).hour for start, _end in read(text, ask).spans] == [14, 14, 13]


def test_zone_of_a_file_s_own_making_is_read_from_its_rules():
    zone = (
        "BEGIN:VTIMEZONE\nTZID:Campus\nBEGIN:STANDARD\nDTSTART:19700101T000000\n"
        "TZOFFSETFROM:-0300\nTZOFFSETTO:-0300\nEND:STANDARD\nEND:VTIMEZONE\n"
    )
    text = calendar_of(
        "UID:1\nDTSTART;TZID=Campus:20270301T120000\nDTEND;TZID=Campus:20270301T130000"
    ).replace("VERSION:2.0\n", f"VERSION:2.0\n{zone}")
    assert week(text) == ["Mon 10:00–11:00"]


def test_a_cancelled_day_of_a_series_is_free():
    rule = (
        "UID:1\nRRULE:FREQ=DAILY;COUNT=3\n"
        "DTSTART;TZID=America/New_York:20270301T090000\nDURATION:PT1H"
    )
    gone = (
        "UID:1\nRECURRENCE-ID;TZID=America/New_York:20270302T090000\nSTATUS:CANCELLED\n"
        "DTSTART;TZID=America/New_York:20270302T090000\nDURATION:PT1H"
    )
    assert week(calendar_of(rule, gone)) == ["Mon 09:00–10:00", "Wed 09:00–10:00"]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("DTSTART;VALUE=DATE:20270302", ["Tue 00:00–Wed 00:00"]),
        ("DTSTART;VALUE=DATE:20270302\nDTEND;VALUE=DATE:20270302", ["Tue 00:00–Wed 00:00"]),
        ("DTSTART;VALUE=DATE:20270302\nDURATION:P2D", ["Tue 00:00–Thu 00:00"]),
        ("DTSTART;VALUE=DATE:20270201\nDTEND;VALUE=DATE:20270401", ["Mon 00:00–Mon 00:00"]),
        ("DTSTART:20270302T140000Z", []),
        ("DTSTART:20270302T140000Z\nDTEND:20270302T140000Z", []),
        ("DTSTART:20270225T140000Z\nDTEND:20270225T150000Z", []),
        ("DTSTART:20280302T140000Z\nDTEND:20280302T150000Z", []),
    ],
)
def test_single_entries_of_every_length(event, expected):
    assert week(calendar_of(f"UID:1\n{event}")) == expected


def test_entries_that_overlap_or_touch_are_one_stretch():
    events = [
        f"UID:{number}\nDTSTART:20270302T{start}Z\nDTEND:20270302T{end}Z"
        for number, (start, end) in enumerate(
            [("140000", "150000"), ("150000", "160000"), ("143000", "144500"), ("170000", "171000")]
        )
    ]
    assert week(calendar_of(*events)) == ["Tue 09:00–11:00", "Tue 12:00–12:10"]


def test_entries_that_are_ours_are_left_out():
    text = calendar_of(
        "UID:ours@visavis\nDTSTART:20270302T140000Z\nDTEND:20270302T150000Z",
        "UID:theirs@visavis\nDTSTART:20270303T140000Z\nDTEND:20270303T150000Z",
    )
    ask = Ask(WEEK.zone, SINCE, UNTIL, ignored=["ours@visavis"])
    assert week(text, ask) == ["Wed 09:00–10:00"]


@pytest.mark.parametrize(
    "event",
    [
        "UID:bad\nDTEND:20270302T150000Z",
        "UID:bad\nDTSTART:yesterday\nDTEND:20270302T150000Z",
        "UID:bad\nDTSTART:20270302T140000Z\nRRULE:FREQ=NEVER",
        "UID:bad\nDTSTART:20270302T140000Z\nDURATION:soon",
    ],
)
def test_entry_that_makes_no_sense_is_counted_and_hides_no_other(event):
    good = "UID:good\nDTSTART:20270303T140000Z\nDTEND:20270303T150000Z"
    busy = read(calendar_of(event, good))
    assert "Wed 09:00–10:00" in [at(span) for span in busy.spans]
    assert busy.skipped <= 1


def test_nothing_but_times_is_left_of_a_file():
    text = trim(as_file(GOOGLE), since=SINCE, until=UNTIL)
    for word in ("lab book", "forms", "Chemistry", "Seminar", "Mum", "omar"):
        assert word not in text


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "no_calendar"),
        (b"hello", "no_calendar"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "a_web_page"),
        (as_file(GOOGLE)[: len(GOOGLE) // 2], "broken_off"),
        (bytes(range(256)) * 100, "no_calendar"),
    ],
)
def test_what_is_no_calendar_is_told_apart(content, code):
    with pytest.raises(Unreadable) as refused:
        trim(content, since=SINCE, until=UNTIL)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
    ],
)
def test_endless_repetition_ends_in_a_process_of_its_own(rule):
    text = calendar_of(f"UID:1\nDTSTART:19700101T000000Z\nDURATION:PT1S\nRRULE:{rule}")
    cut = trim(as_file(text), since=SINCE, until=UNTIL)
    with pytest.raises(Unreadable, match="too_much"):
        busy_apart(cut, WEEK, seconds=2)


def test_process_of_its_own_says_the_same():
    text = trim(as_file(OUTLOOK), since=SINCE, until=UNTIL)
    assert busy_apart(text, WEEK) == busy_times(text, WEEK)


def test_damage_is_told_by_the_other_process_too():
    with pytest.raises(Unreadable) as refused:
        busy_apart("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\n", WEEK)
    assert refused.value.code == "broken"


@settings(deadline=None, max_examples=50)
@given(
    first=st.dates(date(2027, 2, 1), date(2027, 3, 7)),
    hour=st.integers(0, 23),
    minutes=st.integers(1, 36 * 60),
    days=st.sets(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1),
    interval=st.integers(1, 3),
)
def test_weekly_rule_is_what_counting_days_says(first, hour, minutes, days, interval):
    """Against the plain definition: each named weekday of every so many weeks, by the clock."""
    names = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
    begin = datetime(first.year, first.month, first.day, hour)  # noqa: DTZ001  (a clock on a wall)
    text = calendar_of(
        f"UID:1\nDTSTART:{begin:%Y%m%dT%H%M%S}\nDURATION:PT{minutes}M\n"
        f"RRULE:FREQ=WEEKLY;INTERVAL={interval};BYDAY={','.join(sorted(days))}"
    )
    monday = first - timedelta(days=first.weekday())
    expected = set()
    for offset in range(60):
        day = first + timedelta(days=offset)
        weeks = (day - timedelta(days=day.weekday()) - monday).days // 7
        is_named = names[day.weekday()] in days and weeks % interval == 0
        if is_named or day == first:
            start = datetime(day.year, day.month, day.day, hour, tzinfo=ZONE).astimezone(UTC)
            expected |= {start + timedelta(minutes=n) for n in range(minutes)}
    expected = {minute for minute in expected if SINCE <= minute < UNTIL}
    found = set()
    for start, end in read(text).spans:
        found |= {
            start + timedelta(minutes=n) for n in range((end - start) // timedelta(minutes=1))
        }
    assert found == expected
