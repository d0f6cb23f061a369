"""One message on its way to the mail server, and what became of it."""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from visavis.bookings.enums import BookingState
from visavis.core import clock, measuring
from visavis.core.jobs import GiveUp, job
from visavis.core.mail import UNTIL_DELIVERED, deliver_now, unpack
from visavis.core.troubles import again_on_conflict
from visavis.notifications.enums import PENDING, Kind, MessageState
from visavis.notifications.models import Message

logger = logging.getLogger(__name__)
LONGEST_ERROR = 500


def give_up(message_id: int) -> None:
    """No further try comes: the message goes on the list of those that were not delivered."""
    _pending(message_id).update(state=MessageState.GIVEN_UP)


@job(UNTIL_DELIVERED, priority=10, last_words=give_up)
def deliver(message_id: int) -> None:
    """Hand the message to the mail server, unless that is done or pointless by now.

    Between the server's yes and the row's the process can be killed: then the next try sends the
    mail again, under the same Message-ID. That is the one way in which a mail is sent twice.
    """
    message = _pending(message_id).select_related("booking__appointment").first()
    if message is None:
        return
    why = why_pointless(message, now=clock.now())
    if why:
        suppress(message, why)
        return
    _pending(message_id).update(attempts=F("attempts") + 1)
    try:
        deliver_now(unpack(message.mail))
    except Exception as error:
        _note_failure(message, error)
        measuring.note("mails", outcome="given_up" if isinstance(error, GiveUp) else "failed")
        raise
    measuring.note("mails", outcome="sent")
    _pending(message_id).update(
        state=MessageState.SENT, sent_at=clock.now(), mail={}, last_error=""
    )


def why_pointless(message: Message, *, now: datetime) -> str:
    """Why the message should not be sent any more; empty where it should."""
    if message.useless_after is not None and message.useless_after <= now:
        return "What it tells of was over before the message could be sent."
    booking = message.booking
    if message.kind != Kind.REMINDER or booking is None:
        return ""
    moved = booking.appointment.start != message.useless_after
    if booking.state != BookingState.CONFIRMED or moved:
        return "The meeting was cancelled or moved meanwhile."
    return ""


def suppress(message: Message, why: str) -> None:
    """Let a message that waits not be sent, with the reason; its text goes."""
    _pending(message.pk).update(state=MessageState.SUPPRESSED, last_error=why, mail={})


def send_off(message: Message) -> None:
    """Write the job that delivers a saved message. Call it in the transaction of its cause."""
    message.job_id = deliver.enqueue(message.pk).id
    message.save(update_fields=["job_id"])


def send_off_stranded() -> int:
    """Give a new job to each message whose job is gone; how many.

    A worker that is killed after a failed try, before it has written down the next, leaves such
    a message behind.
    """
    at_work = DBTaskResult.objects.filter(
        status__in=(TaskResultStatus.READY, TaskResultStatus.RUNNING)
    )
    stranded = Message.objects.filter(state__in=PENDING).exclude(job_id__in=at_work.values("id"))
    return sum(_send_off_again(message) for message in list(stranded))


@again_on_conflict
def _send_off_again(message: Message) -> bool:
    if message.attempts >= UNTIL_DELIVERED.attempts:
        give_up(message.pk)
        return False
    with transaction.atomic():
        # Compare and set: of two that found it, one sends it off.
        fresh = deliver.enqueue(message.pk)
        if not _pending(message.pk).filter(job_id=message.job_id).update(job_id=fresh.id):
            transaction.set_rollback(True)
            return False
    return True


def _pending(message_id: int) -> QuerySet[Message]:
    return Message.objects.filter(pk=message_id, state__in=PENDING)


def _note_failure(message: Message, error: Exception) -> None:
    state = MessageState.GIVEN_UP if isinstance(error, GiveUp) else MessageState.FAILED
    told = str(error)[:LONGEST_ERROR] or type(error).__name__
    _pending(message.pk).update(state=state, last_error=told)
