"""What is counted as wrong: each in a run in which that alone went wrong."""

from collections import Counter

import pytest

from tests.chaos.counting import WRONG, figures
from tests.chaos.students import Meeting, Student, Told

TIME, OTHER = (7, "20270301T150000Z"), (8, "20270301T160000Z")


def run(meeting: Meeting, **rows):
    """The figures of one student with one meeting; `rows` are those that differ from all well."""
    student = Student.__new__(Student)
    student.meetings, student.answers = [meeting], Counter(answered=3)
    student.told = [Told("booked", 1.0, 0.1), Told("moved", 9.0, 0.2), Told("moved", 9.5, 0.3)]
    booked = {"key": "k", "is_open": True, "time": list(TIME), "happened": 1, "told": 1}
    found = {
        "bookings": [booked],
        "messages": [{"address": "a@uni.test", "subject": "Confirmed", "state": "sent"}],
        "reminders": 2,
        "reminders_wanted": 2,
        "jobs": 5,
        **dict.fromkeys(
            ("doubled", "not_free_again", "failed_tellings", "jobs_taken_over", "jobs_not_done"), 0
        ),
    }
    mails = rows.pop("mails", [(("a@uni.test", "Confirmed"), "<1>")])
    found["bookings"] = rows.pop("bookings", found["bookings"])
    told = {"acted": [student], "failing_from": 5.0, "came_back": True, "left_open": False}
    return figures(told | rows.pop("told", {}), found | rows, mails)


def wrong(found) -> dict:
    return {name: found[name] for name in WRONG if found[name]}


def test_nothing_is_wrong_when_all_is_well():
    found = run(Meeting("k", TIME))
    assert wrong(found) == {}
    assert found["acknowledged"] == {"booked": 1, "moved": 2}


@pytest.mark.parametrize(
    "meeting",
    [Meeting("gone", TIME), Meeting("k", OTHER), Meeting("k", TIME, is_open=False)],
    ids=["not there", "at another time", "not cancelled"],
)
def test_what_a_page_has_confirmed_and_the_rows_do_not_say_is_lost(meeting):
    assert run(meeting)["lost"] == 1


def test_a_move_whose_first_try_came_through_late_is_no_loss():
    assert wrong(run(Meeting("k", OTHER, elsewhere={TIME}))) == {}


def test_a_cancellation_that_no_page_has_answered_may_be_done_or_not():
    gone = [{"key": "k", "is_open": False, "time": list(TIME), "happened": 1, "told": 1}]
    assert wrong(run(Meeting("k", TIME, is_unanswered=True), bookings=gone)) == {}
    assert wrong(run(Meeting("k", TIME, is_unanswered=True))) == {}
    assert wrong(run(Meeting("k", TIME), bookings=gone)) == {"lost": 1}


def test_a_booking_that_nobody_heard_of_is_told_apart():
    unheard = [
        {"key": key, "is_open": True, "time": list(TIME), "happened": 1, "told": 1}
        for key in ("k", "late")
    ]
    found = run(Meeting("k", TIME), bookings=unheard)
    assert (found["made_unheard"], wrong(found)) == (1, {})


@pytest.mark.parametrize(
    ("mails", "name"),
    [
        ([], "lost_mails"),
        ([(("a@uni.test", "Confirmed"), id_) for id_ in ("<1>", "<2>")], "mails_sent_twice"),
    ],
)
def test_mails_are_counted_by_their_message_id(mails, name):
    assert wrong(run(Meeting("k", TIME), mails=mails)) == {name: 1}


def test_a_mail_repeated_under_one_message_id_is_as_the_rule_says():
    twice = [(("a@uni.test", "Confirmed"), "<1>")] * 2
    found = run(Meeting("k", TIME), mails=twice)
    assert (found["repeated_under_one_id"], wrong(found)) == (1, {})


@pytest.mark.parametrize(
    ("told", "name"),
    [({"left_open": True}, "left_open"), ({"came_back": False}, "hosts_not_back")],
)
def test_hosts_and_connections_that_do_not_recover_are_counted(told, name):
    assert wrong(run(Meeting("k", TIME), told=told)) == {name: 1}
