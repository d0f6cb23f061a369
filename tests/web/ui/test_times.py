from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from visavis.core.zone_names import zone_in_words
from visavis.people.enums import HourCycle
from visavis.web.ui.times import (
    date_in_words,
    duration_in_words,
    find_hour_cycle,
    moment_in_words,
    shows_same_clock,
    time_in_words,
    times_in_words,
)

NEW_YORK, LONDON, LORD_HOWE = map(
    ZoneInfo, ("America/New_York", "Europe/London", "Australia/Lord_Howe")
)
TWELVE, TWENTY_FOUR = HourCycle.TWELVE, HourCycle.TWENTY_FOUR


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end", "cycle", "words"),
    [
        (utc(2025, 3, 4, 14), utc(2025, 3, 4, 14, 30), TWENTY_FOUR, "9:00–9:30"),
        (utc(2025, 3, 4, 14), utc(2025, 3, 4, 14, 30), TWELVE, "9:00–9:30 AM"),
        (utc(2025, 3, 4, 16, 30), utc(2025, 3, 4, 17), TWELVE, "11:30 AM–12:00 PM"),
        (utc(2025, 3, 4, 5), utc(2025, 3, 4, 5, 30), TWELVE, "12:00–12:30 AM"),
        (utc(2025, 3, 4, 19), utc(2025, 3, 4, 20), TWENTY_FOUR, "14:00–15:00"),
        (utc(2025, 3, 5, 4, 30), utc(2025, 3, 5, 5), TWELVE, "11:30 PM–12:00 AM"),
    ],
)
def test_a_range_names_the_half_of_the_day_once(start, end, cycle, words):
    assert times_in_words(start, end, zone=NEW_YORK, cycle=cycle) == words


def test_a_moment_bears_its_weekday():
    start = utc(2025, 3, 4, 14)
    words = moment_in_words(start, start + timedelta(minutes=30), zone=NEW_YORK, cycle=TWENTY_FOUR)
    assert words == "Tuesday 4 March, 9:00–9:30"


def test_a_night_names_both_days():
    words = moment_in_words(
        utc(2025, 3, 5, 4), utc(2025, 3, 5, 6), zone=NEW_YORK, cycle=TWENTY_FOUR
    )
    assert words == "Tuesday 4 March, 23:00 – Wednesday 5 March, 1:00"


def test_a_meeting_until_midnight_stays_in_its_day():
    words = moment_in_words(
        utc(2025, 3, 5, 4), utc(2025, 3, 5, 5), zone=NEW_YORK, cycle=TWENTY_FOUR
    )
    assert words == "Tuesday 4 March, 23:00–0:00"


def test_the_repeated_hour_in_november_bears_the_letters_of_its_side():
    first, second = utc(2026, 11, 1, 5, 30), utc(2026, 11, 1, 6, 30)
    words = [time_in_words(at, zone=NEW_YORK, cycle=TWELVE) for at in (first, second)]
    assert words == ["1:30 AM EDT", "1:30 AM EST"]


def test_a_range_into_the_repeated_hour_shows_which_side_it_ends_on():
    words = times_in_words(
        utc(2026, 11, 1, 5, 30), utc(2026, 11, 1, 6), zone=NEW_YORK, cycle=TWENTY_FOUR
    )
    assert words == "1:30 EDT–1:00 EST"


def test_the_skipped_hour_in_march_is_jumped_over():
    words = times_in_words(
        utc(2027, 3, 14, 6, 30), utc(2027, 3, 14, 7, 30), zone=NEW_YORK, cycle=TWENTY_FOUR
    )
    assert words == "1:30–3:30"


def test_half_an_hour_repeats_on_lord_howe():
    first, second = utc(2027, 4, 3, 14, 45), utc(2027, 4, 3, 15, 15)
    words = [time_in_words(at, zone=LORD_HOWE, cycle=TWENTY_FOUR) for at in (first, second)]
    assert words == ["1:45 +11", "1:45 +1030"]


def test_the_year_is_named_only_when_it_is_another_one():
    day = date(2027, 1, 4)
    assert date_in_words(day, today=date(2026, 12, 30)) == "Monday 4 January 2027"
    assert date_in_words(day, today=date(2027, 6, 1)) == "Monday 4 January"


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (30, "30 minutes"),
        (1, "1 minute"),
        (60, "1 hour"),
        (timedelta(hours=1, minutes=30), "1 hour 30 minutes"),
        (0, "0 minutes"),
    ],
)
def test_durations_are_words(length, words):
    assert duration_in_words(length) == words


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("America/New_York", "New York time"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires time"),
        ("UTC", "UTC"),
        ("Etc/GMT+5", "GMT+5"),
    ],
)
def test_zones_are_called_by_their_city(zone, words):
    assert zone_in_words(ZoneInfo(zone)) == words


@pytest.mark.parametrize(
    ("choice", "accept_language", "cycle"),
    [
        ("auto", "en-US,en;q=0.9", TWELVE),
        ("auto", "en-GB,en;q=0.9", TWENTY_FOUR),
        ("auto", "zh-Hant-HK", TWELVE),
        ("auto", "de", TWENTY_FOUR),
        ("auto", "en", TWELVE),
        ("auto", "", TWELVE),
        ("auto", ";;;,-", TWELVE),
        ("24", "en-US", TWENTY_FOUR),
        ("12", "de-DE", TWELVE),
    ],
)
def test_the_hour_cycle_is_the_persons_choice_else_their_regions(choice, accept_language, cycle):
    assert find_hour_cycle(choice, accept_language) == cycle


def test_two_zones_may_show_the_same_clock():
    assert shows_same_clock(utc(2027, 1, 1), zone=LONDON, other=ZoneInfo("UTC"))
    assert not shows_same_clock(utc(2027, 7, 1), zone=LONDON, other=ZoneInfo("UTC"))
