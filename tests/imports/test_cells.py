"""What may stand in one cell."""

import pytest

from visavis.imports.cells import (
    BadCell,
    parse_capacity,
    parse_days,
    parse_email,
    parse_hours,
    parse_meeting_kind,
    parse_range,
    parse_time,
    show_hours,
)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("09:00", 540),
        ("9:00 AM", 540),
        ("9am", 540),
        ("9:00:00", 540),
        ("9 a.m.", 540),
        ("12am", 0),
        ("12:30 PM", 750),
        ("21:05", 1265),
        ("24:00", 1440),
    ],
)
def test_a_time_is_read(text, minutes):
    assert parse_time(text) == minutes


@pytest.mark.parametrize("text", ["9", "25:00", "13pm", "9:60", "nine", "24:05", "0am", "-1:00"])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(BadCell) as bad:
        parse_time(text)
    assert bad.value.code == "bad_time"


def test_hours_may_end_at_midnight_or_cross_it():
    assert parse_range("22:00", "24:00") == (1320, 1440)
    assert parse_range("22:00", "00:00") == (1320, 1440)
    assert parse_range("22:00", "2am") == (1320, 1560)


def test_days_are_names_or_their_first_letters():
    assert parse_days("Mon|wednesday| FRI |") == [0, 2, 4]
    assert parse_days("Tues|Thurs") == [1, 3]


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        (
            "Mon-Fri 09:00-17:00; Sat 10:00-14:00",
            [*([day, 540, 1020] for day in range(5)), [5, 600, 840]],
        ),
        ("mon, wed: 9am - 5pm", [[0, 540, 1020], [2, 540, 1020]]),
        ("Sat-Mon 9am-10am", [[0, 540, 600], [5, 540, 600], [6, 540, 600]]),
        ("Mon 9:00-12:00, 13:00-17:00;", [[0, 540, 720], [0, 780, 1020]]),
        ("Mon 9am-12pm; Mon 11am-1pm", [[0, 540, 780]]),
        ("Sun 22:00-02:00", [[0, 0, 120], [6, 1320, 1440]]),
        ("Mon-Sun 00:00-24:00", [[day, 0, 1440] for day in range(7)]),
        ("Tuesday 9–10am", None),
    ],
)
def test_opening_hours_are_read_and_shown_again(text, hours):
    if hours is None:
        with pytest.raises(BadCell):
            parse_hours(text)
        return
    assert parse_hours(text) == hours
    assert parse_hours(show_hours(hours)) == hours


def test_neighbouring_days_are_shown_together():
    hours = [*([day, 540, 1020] for day in range(5)), [5, 600, 840]]
    assert show_hours(hours) == "Mon-Fri 09:00-17:00; Sat 10:00-14:00"


def test_kinds_of_places_and_capacities():
    assert [parse_meeting_kind(t) for t in ("In-Person", "ONLINE", "phone", "Zoom")] == [
        *("in_person", "online", "phone", "online")
    ]
    assert [parse_capacity(text) for text in ("4", "unlimited")] == [4, None]
    assert [parse_capacity(text) for text in ("007", "0" * 5000 + "12")] == [7, 12]


@pytest.mark.parametrize(
    "text", ["0", "000", "-1", "1.5", "٣", "000000001999999999999", "9" * 5000, "1" + "0" * 9]
)
def test_what_is_no_capacity_is_refused(text):
    with pytest.raises(BadCell) as bad:
        parse_capacity(text)
    assert bad.value.code == "bad_capacity"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("talia@", "“talia@” is no e-mail address"),
        (f"{'x' * 250}@uni.test", "at most 254 characters"),
        # One letter that stands for three when it is folded.
        (f"{'ﬃ' * 63}.{'ﬃ' * 63}@uni.test", "254 characters"),
    ],
)
def test_what_can_be_nobodys_address_is_refused(text, words):
    with pytest.raises(BadCell, match=words) as bad:
        parse_email(text)
    assert bad.value.code == "bad_email"
