"""Delivery: tried again, given up with a reason, taken up again; and what a kill leaves behind."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from tests.factories.world import MONDAY, TESTER
from tests.notifications.conftest import TEN
from visavis.core import clock, jobs
from visavis.core.mail import UNTIL_DELIVERED
from visavis.core.worker import drain
from visavis.notifications import delivery, outbox
from visavis.notifications.actions import try_again
from visavis.notifications.enums import MessageState
from visavis.notifications.errors import NotUndelivered
from visavis.notifications.models import FailedTelling, Message, Telling

# The queue itself goes by the real clock.
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
SAMS = {"recipient__email": "sam@students.test"}


@pytest.fixture
def booking(world, talia, sam):
    return world.book(talia, sam, TEN)


def next_try():
    DBTaskResult.objects.filter(status="READY").update(run_after=LONG_AGO)
    drain()


def test_a_server_that_is_down_gets_the_message_later(booking, mailroom, told):
    mailroom.is_shut = True
    told()
    message = Message.objects.get(**SAMS)
    assert (message.state, message.attempts) == (MessageState.FAILED, 1)
    assert "Try again later" in message.last_error
    mailroom.is_shut = False
    next_try()
    assert len(mailroom.received) == 2
    message.refresh_from_db()
    assert (message.state, message.last_error, message.attempts) == (MessageState.SENT, "", 2)


def test_an_address_that_does_not_exist_is_given_up_at_once(booking, mailroom, told):
    mailroom.unknown.add("sam@students.test")
    told()
    message = Message.objects.get(**SAMS)
    assert (message.state, message.attempts) == (MessageState.GIVEN_UP, 1)
    assert "No such person here" in message.last_error


def test_after_its_last_try_a_message_is_given_up(booking, mailroom, told):
    mailroom.is_shut = True
    told()
    for _ in range(UNTIL_DELIVERED.attempts):
        next_try()
    message = Message.objects.get(**SAMS)
    assert (message.state, message.attempts) == (MessageState.GIVEN_UP, UNTIL_DELIVERED.attempts)


def test_a_message_that_was_given_up_can_be_tried_again(booking, mailroom, told):
    mailroom.unknown.add("sam@students.test")
    told()
    message = Message.objects.get(**SAMS)
    mailroom.unknown.clear()
    try_again(message, by=TESTER)
    drain()
    assert [mail["To"] for mail in mailroom.received][-1] == "Sam Example <sam@students.test>"
    with pytest.raises(NotUndelivered):
        try_again(message, by=TESTER)


def test_news_of_a_meeting_that_has_begun_is_not_sent(booking, mailroom):
    outbox.tell_all(now=MONDAY)
    with clock.frozen_at(TEN + timedelta(minutes=1)):
        drain()
    assert mailroom.received == []
    assert set(Message.objects.values_list("state", flat=True)) == {MessageState.SUPPRESSED}


def test_a_kill_after_the_servers_yes_repeats_the_mail_under_the_same_id(
    booking, mailroom, monkeypatch
):
    outbox.tell_all(now=MONDAY)
    message = Message.objects.get(**SAMS)
    job = DBTaskResult.objects.get(id=message.job_id)
    with monkeypatch.context() as killed:
        killed.setattr(delivery, "deliver_now", kill_after(delivery.deliver_now))
        with pytest.raises(Killed):
            delivery.deliver.call(message.pk)
    # Killed: the row says what it said while the server took the mail.
    Message.objects.filter(pk=message.pk).update(state=MessageState.QUEUED)
    DBTaskResult.objects.filter(pk=job.pk).update(
        status="RUNNING", started_at=MONDAY, worker_ids=["gone"]
    )
    jobs.reap_all(now=LONG_AGO)
    drain()
    twice = mailroom.to("sam@students.test")
    assert len(twice) == 2
    assert len({mail["Message-ID"] for mail in twice}) == 1
    assert Message.objects.get(pk=message.pk).state == MessageState.SENT


def test_a_message_whose_job_is_gone_gets_another(booking, mailroom):
    outbox.tell_all(now=MONDAY)
    # A worker failed, and was killed before it wrote down the next try.
    DBTaskResult.objects.update(status="FAILED", finished_at=MONDAY)
    Message.objects.update(state=MessageState.FAILED, attempts=1)
    assert delivery.send_off_stranded() == 2
    assert delivery.send_off_stranded() == 0
    drain()
    assert len(mailroom.received) == 2


def test_a_stranded_message_that_had_all_its_tries_is_given_up(booking, mailroom):
    outbox.tell_all(now=MONDAY)
    DBTaskResult.objects.update(status="FAILED", finished_at=MONDAY)
    Message.objects.update(attempts=UNTIL_DELIVERED.attempts)
    assert delivery.send_off_stranded() == 0
    assert set(Message.objects.values_list("state", flat=True)) == {MessageState.GIVEN_UP}


def test_telling_that_is_cut_off_leaves_nothing_half_done(booking, mailroom):
    with transaction.atomic():
        outbox.tell_all(now=MONDAY)
        transaction.set_rollback(True)
    assert (Message.objects.count(), Telling.objects.count()) == (0, 0)
    assert DBTaskResult.objects.count() == 0
    assert outbox.has_news()


def test_of_two_workers_that_saw_the_same_event_one_tells_it(booking, mailroom, monkeypatch):
    source = outbox.register.sources["bookings"]
    batch = booking.events.get().batch
    rows = list(outbox._untold(source))
    assert outbox._tell_batch(source, batch, MONDAY) == 1
    monkeypatch.setattr(outbox, "_due", lambda _source, _now: StaleRows(rows))
    assert outbox._tell_batch(source, batch, MONDAY) == 0
    assert not FailedTelling.objects.exists()
    assert Message.objects.count() == 2


class StaleRows:
    """What a worker read a moment too early."""

    def __init__(self, rows):
        self.rows = rows

    def filter(self, **_conditions):
        return self

    def order_by(self, *_columns):
        return self.rows


class Killed(BaseException):
    pass


def kill_after(function):
    def call(*arguments):
        function(*arguments)
        raise Killed

    return call
