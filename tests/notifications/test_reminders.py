"""Reminders: sent once, never too late to be of use, and only of meetings that stand."""

from datetime import timedelta

import pytest

from tests.factories.world import MONDAY, TESTER
from tests.notifications.test_telling import move
from visavis.bookings.actions import cancel
from visavis.bookings.models import Booking
from visavis.communities.actions import change_settings
from visavis.core import clock
from visavis.core.worker import drain
from visavis.notifications.actions import change_text
from visavis.notifications.enums import Audience, Kind, MessageState
from visavis.notifications.models import Message
from visavis.notifications.reminders import remind

START = MONDAY + timedelta(days=3, hours=2)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def booking(world, talia, sam):
    return world.book(talia, sam, START)


def look(at):
    """The worker looks for reminders at this instant, and delivers."""
    with clock.frozen_at(at):
        queued = remind(now=at)
        drain()
    return queued


def test_each_is_reminded_a_day_and_an_hour_before(booking, mailroom):
    queued = [look(START - before) for before in (DAY + MINUTE, DAY, HOUR + MINUTE, HOUR)]
    assert queued == [0, 2, 0, 2]
    assert (
        mailroom.subjects
        == [
            "Reminder: Talia Example, Thursday 18 February, 10:00 AM",
            "Reminder: Sam Example, Thursday 18 February, 10:00 AM",
        ]
        * 2
    )


def test_none_is_sent_twice(booking, mailroom):
    for minute in range(5):
        look(START - DAY + minute * MINUTE)
    assert len(mailroom.received) == 2


def test_after_a_pause_of_the_worker_it_is_sent_late(booking, mailroom):
    assert look(START - 12 * HOUR) == 2


def test_later_than_half_way_it_is_not_sent_and_that_is_written_down(booking, mailroom):
    assert look(START - 12 * HOUR + MINUTE) == 0
    assert mailroom.received == []
    assert set(Message.objects.values_list("state", "last_error")) == {
        (MessageState.SUPPRESSED, "The reminder would have come too late to be of use.")
    }
    look(START - 11 * HOUR)
    assert mailroom.received == []


def test_after_the_meeting_has_begun_nobody_is_reminded(booking, mailroom):
    assert look(START + MINUTE) == 0
    assert not Message.objects.exists()


def test_a_meeting_that_moves_gets_new_reminders(booking, mailroom):
    look(START - DAY)
    move(booking, START + DAY)
    assert look(START - HOUR) == 0
    assert look(START) == 2
    assert "Friday 19 February" in mailroom.subjects[-1]


def test_a_cancelled_meeting_gets_none(booking, mailroom):
    cancel(booking, by=TESTER, now=MONDAY)
    assert look(START - DAY) == 0


def test_one_that_waits_while_the_meeting_is_cancelled_is_not_sent(booking, mailroom):
    with clock.frozen_at(START - DAY):
        remind(now=START - DAY)
        cancel(booking, by=TESTER, now=START - DAY)
        drain()
    assert mailroom.received == []
    reminders = Message.objects.filter(kind=Kind.REMINDER)
    assert set(reminders.values_list("state", flat=True)) == {MessageState.SUPPRESSED}


def test_whoever_books_later_than_it_was_due_has_just_had_a_mail(world, talia, sam, mailroom):
    late = world.book(talia, sam, START)
    late.changed_at = START - 20 * HOUR
    late.save()
    assert look(START - 19 * HOUR) == 0
    assert look(START - HOUR) == 2


@pytest.mark.parametrize(("later", "queued"), [(timedelta(0), 2), (timedelta(microseconds=1), 0)])
def test_whoever_books_at_the_instant_at_which_it_is_due_is_reminded(
    booking, mailroom, later, queued
):
    booking.changed_at = START - DAY + later
    booking.save()
    assert look(START - DAY + MINUTE) == queued


def test_the_community_chooses_when(booking, world, mailroom):
    change_settings(world.community, {"reminder_hours": [48]}, by=TESTER)
    assert [look(START - 2 * DAY), look(START - DAY)] == [2, 0]
    change_settings(world.community, {"reminder_hours": []}, by=TESTER)
    assert look(START - HOUR) == 0


def test_the_provider_of_a_group_is_reminded_once_of_all_who_come(world, talia, sam, mailroom):
    world.format.capacity = 3
    world.format.save()
    for student in (sam, world.student("Uma")):
        world.book(talia, student, START)
    assert look(START - HOUR) == 3
    [to_provider] = Message.objects.filter(audience=Audience.PROVIDER, state=MessageState.SENT)
    assert "Sam Example, Uma Example" in to_provider.subject


def test_a_look_asks_as_little_for_many_meetings_as_for_one(
    world, talia, sam, mailroom, django_assert_num_queries
):
    for number in range(3):
        world.book(talia, world.student(f"Student{number}"), START + number * HOUR)
    look(START - DAY + 3 * HOUR)
    with django_assert_num_queries(4):
        remind(now=START - DAY + 3 * HOUR)


def test_a_look_reads_no_meeting_that_was_booked_later_than_it_was_due(
    world, talia, mailroom, monkeypatch
):
    for number in range(3):
        late = world.book(talia, world.student(f"Student{number}"), START + number * HOUR)
        late.changed_at = START - 20 * HOUR
        late.save()
    rows, build = [], Booking.from_db
    monkeypatch.setattr(Booking, "from_db", lambda *row: rows.append(row) or build(*row))
    assert (look(START - 19 * HOUR), len(rows)) == (0, 0)
    assert look(START - HOUR) == 2
    assert rows


def switch_off(community, *audiences):
    for audience in audiences:
        change_text(
            community, Kind.REMINDER, audience,
            subject="{starts}", body="{student}", is_on=False, by=TESTER,
        )  # fmt: skip


def test_reminders_that_are_switched_off_are_not_looked_for(
    booking, world, mailroom, django_assert_num_queries
):
    switch_off(world.community, Audience.STUDENT, Audience.PROVIDER)
    with django_assert_num_queries(2):
        assert remind(now=START - DAY) == 0


def test_with_one_audience_off_the_other_is_reminded_once(
    world, talia, sam, mailroom, django_assert_num_queries
):
    world.format.capacity = 3
    world.format.save()
    for student in (sam, world.student("Uma")):
        world.book(talia, student, START)
    switch_off(world.community, Audience.STUDENT)
    assert look(START - DAY) == 1
    with django_assert_num_queries(4):
        assert remind(now=START - DAY + MINUTE) == 0


def test_whoever_is_not_active_any_more_is_written_down_once(
    booking, world, sam, talia, mailroom, django_assert_num_queries
):
    for user in (sam, talia.user):
        user.is_active = False
        user.save()
    assert look(START - DAY) == 0
    assert set(Message.objects.values_list("state", "last_error")) == {
        (MessageState.SUPPRESSED, "Whom it is for is not active any more.")
    }
    with django_assert_num_queries(4):
        assert remind(now=START - DAY + MINUTE) == 0
    assert mailroom.received == []
