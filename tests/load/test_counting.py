"""What is counted as wrong after a load test: each in a run in which that alone went wrong."""

import pytest

from tests.chaos.students import Meeting
from tests.load.counting import WRONG, is_flat, left, slope
from tests.load.report import LOAD, PAGE, SOAK, _soaked

TIME, OTHER = (7, "20270301T150000Z"), (8, "20270301T160000Z")
BOOKED = {"key": "k", "is_open": True, "time": list(TIME)}


def wrong(meetings, *rows, doubled=0):
    found = {"bookings": rows, "doubled": doubled, "messages": 2, "unsent": 0, "mails_after": 0.0}
    counted = {**left(meetings, found), "gone_processes": 0}
    return {name: counted[name] for name in WRONG if counted[name]}


def test_nothing_is_wrong_when_all_is_well():
    assert wrong([Meeting("k", TIME)], BOOKED) == {}


def test_a_booking_that_is_not_in_the_database_is_lost():
    assert wrong([Meeting("k", TIME), Meeting("gone", OTHER)], BOOKED) == {"lost": 1}


def test_a_booking_at_another_time_than_the_page_said_is_lost():
    assert wrong([Meeting("k", OTHER)], BOOKED) == {"lost": 1}


def test_a_booking_that_was_given_back_and_is_open_is_lost():
    assert wrong([Meeting("k", TIME, is_open=False)], BOOKED) == {"lost": 1}


def test_one_intention_booked_twice_is_double():
    assert wrong([Meeting("k", TIME)], BOOKED, BOOKED) == {"made_twice": 1}


def test_a_person_with_two_meetings_at_one_time_is_double():
    assert wrong([Meeting("k", TIME)], BOOKED, doubled=1) == {"doubled": 1}


def test_a_booking_whose_answer_nobody_heard_is_told_apart():
    rows = {"bookings": [BOOKED], "doubled": 0, "messages": 2, "unsent": 0, "mails_after": 0.0}
    assert left([], rows)["made_unheard"] == 1


@pytest.mark.parametrize(("size", "flat"), [(160.0, True), (160.5, True), (164.0, False)])
def test_memory_that_rises_is_not_called_flat(size, flat):
    samples = [(0.0, 160.0), (0.5, (160 + size) / 2), (1.0, size)]
    assert slope(samples) == pytest.approx(size - 160)
    assert is_flat(samples) is flat


@pytest.mark.parametrize(
    ("later", "said"), [(180.0, "**rises**"), (160.0, "flat")], ids=["rises", "flat"]
)
def test_the_table_says_what_the_line_says(later, said):
    samples = [(n / 60, 160 + (later - 160) * n / 60) for n in range(61)]
    assert _soaked("web 1", samples).endswith(f"| {said} |")


def test_the_document_has_a_place_for_both():
    page = PAGE.read_text()
    for begin, end in (LOAD, SOAK):
        assert page.count(begin) == page.count(end) == 1
        assert page.index(begin) < page.index(end)
