"""What cannot be told: tried again with pauses, given up with its reason, in nobody's way."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from tests.factories.world import MONDAY
from tests.notifications.conftest import TEN
from visavis.bookings.models import BookingEvent
from visavis.core import clock
from visavis.notifications import outbox
from visavis.notifications.bookings import event_rows
from visavis.notifications.letters import Source
from visavis.notifications.meetings import meeting_at
from visavis.notifications.models import FailedTelling, Message, Progress

MINUTE = timedelta(minutes=1)


@pytest.fixture
def broken(monkeypatch):
    """Let the telling of one booking fail with this error."""

    def break_it(booking, error):
        whole = outbox.register.sources["bookings"]

        def write(events):
            if events[0].booking_id == booking.pk:
                raise error
            return whole.write(events)

        source = Source(whole.name, whole.rows, write)
        monkeypatch.setitem(outbox.register.sources, "bookings", source)

    return break_it


def test_what_failed_waits_for_its_pause(world, talia, sam, broken):
    broken(world.book(talia, sam, TEN), ValueError("unreadable"))
    outbox.tell_all(now=MONDAY)
    assert not outbox.has_news()
    with clock.frozen_at(MONDAY + MINUTE):
        assert outbox.has_news()
    failure = FailedTelling.objects.get()
    assert (failure.tries, failure.error) == (1, "ValueError: unreadable")


def test_after_the_last_try_it_is_given_up_and_the_mark_passes_it(
    world, talia, sam, broken, caplog
):
    broken(world.book(talia, sam, TEN), ValueError("unreadable"))
    days = [MONDAY + timedelta(days=day) for day in range(outbox.MOST_TRIES + 2)]
    for day in days:
        outbox.tell_all(now=day)
    failure = FailedTelling.objects.get()
    assert (failure.tries, failure.next_at) == (outbox.MOST_TRIES, None)
    assert caplog.text.count("given up") == 1
    outbox.settle(now=days[-1])
    event = BookingEvent.objects.get()
    assert Progress.objects.get().settled == event.pk
    assert FailedTelling.objects.filter(number=event.pk, next_at=None).exists()


def test_many_that_fail_keep_back_no_other(world, talia, sam, broken, monkeypatch):
    monkeypatch.setattr(outbox, "MOST_AT_ONCE", 1)
    broken(world.book(talia, sam, TEN), ValueError("unreadable"))
    world.book(talia, sam, TEN + timedelta(hours=1))
    assert [outbox.tell_all(now=MONDAY) for _look in range(2)] == [0, 1]
    assert Message.objects.count() == 2


def test_a_broken_rule_of_the_database_is_not_taken_for_another_worker(
    world, talia, sam, broken, caplog
):
    broken(world.book(talia, sam, TEN), IntegrityError("value missing"))
    outbox.tell_all(now=MONDAY)
    assert "value missing" in caplog.text
    assert FailedTelling.objects.get().tries == 1


def test_the_events_of_a_whole_batch_are_read_at_once(world, talia, sam, django_assert_num_queries):
    for hour in range(3):
        world.book(talia, sam, TEN + timedelta(hours=hour))
    with django_assert_num_queries(2):
        meetings = [meeting_at(event) for event in event_rows().order_by("pk")]
    assert [meeting.start for meeting in meetings] == [
        TEN + timedelta(hours=hour) for hour in range(3)
    ]
