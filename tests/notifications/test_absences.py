"""A missed meeting, taken back or excused; a pause and its end: what is told, and when."""

from datetime import timedelta

import pytest

from tests.factories.world import MONDAY, TESTER
from tests.notifications.conftest import TEN
from visavis.bookings.actions import (
    Target,
    cancel,
    excuse,
    mark_attended,
    mark_missed,
    reschedule,
    unmark,
)
from visavis.communities.actions import change_settings
from visavis.communities.enums import PauseScope
from visavis.core import clock
from visavis.core.history import Actor
from visavis.notifications import outbox
from visavis.notifications.actions import change_text
from visavis.notifications.enums import Audience, Kind
from visavis.people.actions import end_pause, pause_booking
from visavis.people.models import Pause

NOON = TEN + timedelta(hours=2)
DESK = Actor(None, "The desk")


@pytest.fixture
def booking(world, talia, sam, told):
    booking = world.book(talia, sam, TEN)
    told()
    return booking


@pytest.fixture
def later(told):
    """What has arrived since the booking was told, so many minutes after noon."""

    def tell(minutes):
        with clock.frozen_at(NOON + timedelta(minutes=minutes)):
            return [(mail["To"].split()[0], mail["Subject"].split(":")[0]) for mail in told()[2:]]

    return tell


def missed(booking, *, at=NOON):
    return mark_missed(booking, by=TESTER, now=at)


def after(minutes):
    return NOON + timedelta(minutes=minutes)


def text_of(mail):
    return " ".join(mail.get_body(("plain",)).get_content().split())


def test_a_missed_meeting_is_told_ten_minutes_later(booking, later):
    missed(booking)
    assert later(9) == []
    assert later(10) == [("Sam", "Missed"), ("Talia", "Missed")]


@pytest.mark.parametrize("undo", [unmark, mark_attended])
def test_what_is_taken_back_meanwhile_is_told_to_nobody(booking, later, undo):
    missed(booking)
    assert outbox.has_news() is False
    undo(booking, by=TESTER, now=after(9))
    assert later(9) == later(11) == later(60) == []


@pytest.mark.parametrize("undo", [unmark, mark_attended])
def test_what_is_taken_back_later_is_put_right(booking, later, undo):
    missed(booking)
    assert len(later(10)) == 2
    undo(booking, by=TESTER, now=after(30))
    assert later(31)[2:] == [("Sam", "Put right"), ("Talia", "Put right")]
    mark_attended(booking, by=TESTER, now=after(40))
    assert len(later(60)) == 4


def test_only_who_was_told_is_told_that_it_was_a_mistake(world, booking, later):
    change_text(
        world.community, Kind.NO_SHOW, Audience.PROVIDER,
        subject="{starts}", body="{student}", is_on=False, by=TESTER,
    )  # fmt: skip
    missed(booking)
    later(10)
    unmark(booking, by=TESTER, now=after(30))
    assert later(31) == [("Sam", "Missed"), ("Sam", "Put right")]


def test_a_second_absence_after_a_mistake_is_told_again(booking, later):
    missed(booking)
    unmark(booking, by=TESTER, now=after(1))
    missed(booking, at=after(2))
    assert later(11) == []
    assert later(12) == [("Sam", "Missed"), ("Talia", "Missed")]


def test_an_excuse_is_told_to_the_student_with_its_reason(booking, later, mailroom):
    missed(booking)
    later(10)
    excuse(booking, by=DESK, reason="The bus did not run", now=after(60))
    assert later(60)[2:] == [("Sam", "Excused")]
    said = text_of(mailroom.received[-1])
    assert "Your absence from the meeting with Talia Example is excused" in said
    assert "Reason: The bus did not run" in said


def test_what_is_excused_before_it_is_told_is_told_as_excused_alone(booking, later):
    missed(booking)
    excuse(booking, by=DESK, now=after(3))
    assert later(60) == [("Sam", "Excused")]


def test_what_the_community_says_at_this_absence_is_told_to_the_student_alone(
    world, booking, later, mailroom
):
    texts = {"absence_texts": ["{student}, call {community} when you cannot come."]}
    change_settings(world.community, texts, by=TESTER)
    missed(booking)
    later(10)
    to_sam, to_talia = mailroom.received[2:]
    assert "Please note: Sam Example, call Mentoring when you cannot come." in text_of(to_sam)
    assert "It counts as a missed meeting: 1 within 90 days." in text_of(to_sam)
    assert "Please note" not in text_of(to_talia)
    assert "within 90 days" not in text_of(to_talia)


def test_an_old_text_with_a_brace_too_many_is_told_as_it_stands(world, booking, later, mailroom):
    world.community.absence_texts = ["Come {soon"]
    world.community.save()
    missed(booking)
    later(10)
    assert "Please note: Come {soon" in text_of(mailroom.received[2])


# --- Pauses -------------------------------------------------------------------------------------


@pytest.fixture
def strict(world):
    changes = {"absence_limit": 1, "pause_days": 14, "centre_email": "desk@uni.test"}
    return change_settings(world.community, changes, by=TESTER)


def test_a_pause_waits_for_the_absence_that_led_to_it(strict, booking, later, mailroom):
    missed(booking)
    assert later(9) == []
    assert later(10)[3:] == [
        ("Sam", "Mentoring"),
        ("Mentoring", "Booking of meetings is paused for Sam Example until Monday 1 March, 12"),
    ]
    mail = mailroom.received[-2]
    assert mail["Subject"] == (
        "Mentoring: booking of meetings is paused for you until "
        "Monday 1 March, 12:00 PM (New York time)"
    )
    assert "Reason: 1 missed meeting within 90 days." in text_of(mail)


def test_a_pause_that_is_taken_back_meanwhile_is_told_to_nobody(strict, booking, later):
    missed(booking)
    unmark(booking, by=TESTER, now=after(5))
    assert later(60) == []


def test_the_end_of_a_pause_is_told_to_who_heard_of_it(strict, booking, later, mailroom):
    missed(booking)
    later(10)
    excuse(booking, by=DESK, now=after(30))
    assert ("Sam", "Mentoring") in later(31)[5:]
    assert "Mentoring: you can book again" in mailroom.subjects
    assert "You can book meetings again at once." in text_of(mailroom.received[-1])


def test_a_pause_of_far_meetings_does_not_say_that_nothing_can_be_booked(
    world, booking, later, mailroom
):
    changes = {"absence_limit": 1, "pause_scope": PauseScope.FAR, "pause_far_days": 7}
    change_settings(world.community, changes, by=TESTER)
    missed(booking)
    later(10)
    mail = mailroom.received[-1]
    assert "booking of meetings more than 7 days ahead is paused" in mail["Subject"]
    assert "you cannot book meetings more than 7 days ahead until Monday" in text_of(mail)
    assert "Paused: meetings more than 7 days ahead" in text_of(mail)


def test_a_pause_by_hand_is_told_at_once_with_its_reason_and_its_end(world, sam, told):
    pause = pause_booking(
        sam, world.community, until=None, reason="Talk to us first", by=DESK, now=MONDAY
    )
    [mail] = told()
    assert mail["Subject"] == (
        "Mentoring: booking of meetings is paused for you until somebody lifts it"
    )
    assert "missed meetings" not in text_of(mail)
    assert "Reason: Talk to us first" in text_of(mail)
    end_pause(pause, by=DESK, reason="Thank you", now=MONDAY + timedelta(hours=1))
    with clock.frozen_at(MONDAY + timedelta(hours=2)):
        again = told()[-1]
    assert again["Subject"] == "Mentoring: you can book again"
    assert "Reason: Thank you" in text_of(again)


def test_a_pause_to_the_end_of_a_day_names_that_day(world, sam, told):
    midnight = MONDAY.replace(hour=5) + timedelta(days=3)
    pause_booking(sam, world.community, until=midnight, reason="", by=DESK, now=MONDAY)
    [mail] = told()
    assert mail["Subject"].endswith("until the end of Wednesday 17 February (New York time)")
    assert "Until: the end of Wednesday 17 February (New York time)" in text_of(mail)
    assert "12:00" not in text_of(mail)


def test_a_pause_that_replaces_another_is_told_alone(world, sam, told):
    for days in (3, 5):
        until = MONDAY + timedelta(days=days)
        pause_booking(sam, world.community, until=until, reason="", by=DESK, now=MONDAY)
    assert [mail["Subject"].split("until ")[1] for mail in told()] == [
        "Saturday 20 February, 8:00 AM (New York time)"
    ]
    assert Pause.objects.count() == 2


def test_a_late_cancellation_says_at_once_by_whom_how_late_and_that_it_counts(
    world, talia, sam, told
):
    change_settings(world.community, {"late_cancels_count": True}, by=TESTER)
    booking = world.book(talia, sam, TEN)
    told()
    cancel(booking, by=Actor(sam.pk, "Sam"), reason="I am ill", now=MONDAY)
    to_sam, to_talia = told()[2:]
    for line in (
        "Cancelled by: you",
        "Late: Less than 24 hours before the beginning. It counts",
        "It counts as a missed meeting: 1 within 90 days.",
        "Reason: I am ill",
    ):
        assert line in text_of(to_sam)
    assert "Cancelled by: Sam Example" in text_of(to_talia)
    assert "Late: Less than 24 hours before the beginning. Reason" in text_of(to_talia)


def test_a_late_move_says_that_it_is_late_and_that_it_counts(world, talia, sam, told):
    change_settings(world.community, {"late_moves_count": True}, by=TESTER)
    booking = world.book(talia, sam, TEN)
    told()
    target = Target(TEN + timedelta(days=1), talia)
    reschedule(booking, target, by=Actor(sam.pk, "Sam"), now=MONDAY)
    to_sam, to_talia = told()[2:]
    assert (
        "Late: Moved less than 24 hours before the beginning. "
        "It counts as a missed meeting: 1 within 90 days."
    ) in text_of(to_sam)
    assert "Late: Moved less than 24 hours before the beginning." in text_of(to_talia)
    assert "missed" not in text_of(to_talia)


def test_a_late_cancellation_that_does_not_count_says_so(booking, told, sam):
    cancel(booking, by=Actor(sam.pk, "Sam"), now=MONDAY)
    assert "It does not count as a missed meeting." in text_of(told()[2])


def test_who_is_let_down_reads_who_has_cancelled(booking, told, talia):
    cancel(booking, by=Actor(talia.user_id, "Talia"), reason="A class", now=MONDAY)
    to_sam, to_talia = told()[2:]
    assert "Cancelled by: Talia Example" in text_of(to_sam)
    assert "Late" not in text_of(to_sam)
    assert "Cancelled by: you" in text_of(to_talia)


def test_an_administrator_cancels_for_the_centre(booking, told, world):
    desk = world.student("Desk")
    cancel(booking, by=Actor(desk.pk, "Desk Example"), now=MONDAY)
    assert "Cancelled by: Mentoring" in text_of(told()[2])
