"""What is told of other times: to the student at once, to the mentor when none is taken."""

import uuid
from datetime import timedelta

import pytest

from tests.factories.world import MONDAY, TESTER
from tests.notifications.conftest import TEN
from visavis.bookings.actions import (
    Offer,
    Target,
    decline_times,
    expire_proposals,
    expire_requests,
    propose_others,
    propose_times,
    reschedule,
    search_times,
    take_time,
    withdraw_times,
)
from visavis.bookings.enums import Otherwise
from visavis.bookings.equivalents import OtherTime
from visavis.core.history import Actor
from visavis.notifications.reminders import remind

DAY = timedelta(days=1)
UNTIL = MONDAY + timedelta(hours=24)


def propose(booking, talia, otherwise=Otherwise.END, start=TEN + DAY, batch=None):
    time = OtherTime(start, talia, None, UNTIL)
    offer = Offer(otherwise, UNTIL, batch=batch)
    return propose_times(booking, [time], offer, by=TESTER, now=MONDAY)


def text_of(mail):
    return mail.get_body(("plain",)).get_content()


def test_the_student_reads_which_times_are_held_and_until_when(world, talia, sam, told):
    booking = world.book(talia, sam, TEN)
    told()
    propose(booking, talia)
    (mail,) = told()[2:]
    assert mail["To"] == "Sam Example <sam@students.test>"
    assert mail["Subject"].startswith("Choose another time: Talia Example, ")
    text = mail.get_body(("plain",)).get_content()
    assert "Held for you: Tuesday 16 February, 10:00 AM (New York time), Talia Example" in text
    assert "Without an answer: It is off then. That does not count as late." in text
    assert f"/c/mentoring/bookings/{booking.public_id}/times/" in text


def test_where_nothing_equal_is_free_the_mail_says_so(world, talia, sam, told):
    booking = world.book(talia, sam, TEN)
    told()
    talia.weekly_blocks.all().delete()
    proposal = propose_others(
        booking, Offer(Otherwise.END, UNTIL, "I am ill."), by=TESTER, now=MONDAY
    )
    search_times(proposal, now=MONDAY)
    (mail,) = told()[2:]
    text = mail.get_body(("plain",)).get_content()
    assert "Held for you: No equal time is free at the moment. Look for one yourself" in text
    assert "Without an answer: It is off then. That does not count as late." in text
    assert "I am ill." in text
    assert f"/c/mentoring/bookings/{booking.public_id}/times/" in text


def test_whoever_gives_support_hears_that_none_is_taken(world, talia, sam, told):
    booking = world.book(talia, sam, TEN)
    proposal = propose(booking, talia, Otherwise.KEEP)
    told()
    decline_times(proposal, by=TESTER, now=MONDAY)
    (mail,) = told()[3:]
    assert mail["To"] == "Talia Example <talia@uni.test>"
    assert mail["Subject"].startswith("No other time: Sam Example")


@pytest.mark.parametrize(("otherwise", "reminded"), [(Otherwise.END, 0), (Otherwise.KEEP, 2)])
def test_only_of_a_time_that_can_stay_anybody_is_reminded(world, talia, sam, otherwise, reminded):
    booking = world.book(talia, sam, TEN + 3 * DAY)
    propose(booking, talia, otherwise)
    assert remind(now=TEN + 2 * DAY) == reminded


def on_request(world):
    world.format.auto_confirm = False
    world.format.save(update_fields=["auto_confirm"])


def test_a_request_that_is_agreed_at_another_time_is_told_as_confirmed(world, talia, sam, told):
    on_request(world)
    booking = world.book(talia, sam, TEN)
    time = OtherTime(TEN + DAY, talia, None, UNTIL)
    offer = Offer(Otherwise.KEEP, UNTIL)
    proposal = propose_times(booking, [time], offer, by=Actor(talia.user_id, "T"), now=MONDAY)
    before = len(told())
    take_time(proposal, proposal.holds.get(), by=Actor(sam.pk, "Sam"), now=MONDAY)
    mails = told()[before:]
    assert sorted(mail["Subject"] for mail in mails) == [
        "Peer Mentoring with Sam Example: Tuesday 16 February, 10:00 AM",
        "Peer Mentoring with Talia Example: Tuesday 16 February, 10:00 AM",
    ]
    text = next(m for m in mails if "sam@" in m["To"]).get_body(("plain",)).get_content()
    assert "Your meeting with Talia Example is confirmed." in text
    assert "Before: Monday 15 February, 10:00–10:30 AM (New York time)" in text


def test_a_request_that_runs_out_with_what_was_proposed_is_told_once(world, talia, sam, told):
    on_request(world)
    booking = world.book(talia, sam, TEN)  # no request lives longer than its own time
    time = OtherTime(TEN + DAY, talia, None, TEN)
    propose_times(booking, [time], Offer(Otherwise.KEEP, TEN), by=TESTER, now=MONDAY)
    before = len(told())
    expire_proposals(now=TEN)
    expire_requests(now=TEN)
    assert sorted(mail["Subject"].split(":")[0] for mail in told()[before:]) == [
        "Expired",
        "No answer",
    ]


def test_the_reason_of_a_move_reaches_the_student(world, talia, sam, told):
    booking = world.book(talia, sam, TEN)
    before = len(told())
    by = Actor(talia.user_id, "Talia")
    reschedule(booking, Target(TEN + DAY, talia), by=by, reason="The room is taken.", now=MONDAY)
    text = next(m for m in told()[before:] if "sam@" in m["To"]).get_body(("plain",)).get_content()
    assert "Reason: The room is taken." in text


def test_of_a_meeting_that_can_stay_the_mail_says_that_it_does(world, talia, sam, told):
    booking = world.book(talia, sam, TEN)
    told()
    propose(booking, talia, Otherwise.KEEP)
    (mail,) = told()[2:]
    assert "Without an answer: What you have stays as it is." in text_of(mail)
    assert "It is off then" not in text_of(mail)


def test_two_meetings_that_cannot_stay_are_two_mails_each_with_its_own_page(
    world, talia, sam, told
):
    bookings = [world.book(talia, sam, start) for start in (TEN, TEN + 2 * DAY)]
    before, batch = len(told()), uuid.uuid4()
    for booking, start in zip(bookings, (TEN + DAY, TEN + 3 * DAY), strict=True):
        propose(booking, talia, start=start, batch=batch)
    mails = told()[before:]
    pages = [f"/bookings/{booking.public_id}/times/" for booking in bookings]
    held = ["Held for you: Tuesday 16 February", "Held for you: Thursday 18 February"]
    for wanted in (pages, held):
        found = [[one in text_of(mail) for one in wanted] for mail in mails]
        assert found == [[True, False], [False, True]]


def test_whoever_takes_the_times_back_does_not_read_that_the_student_took_none(
    world, talia, sam, told
):
    proposal = propose(world.book(talia, sam, TEN), talia, Otherwise.KEEP)
    before = len(told())
    withdraw_times(proposal, by=Actor(talia.user_id, "Talia"), now=MONDAY)
    (mail,) = told()[before:]
    assert mail["To"] == "Sam Example <sam@students.test>"
    assert mail["Subject"].startswith("Other times no longer held")
