"""What is taken away from meetings so that they count and tell of nobody any more.

Each function takes ids of bookings, and is called under the locks of their people.
"""

from collections.abc import Collection
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast, Concat

from visavis.bookings.models import (
    Answer,
    Booking,
    BookingEvent,
    DraftFile,
    LogAnswer,
    Proposal,
    SessionLog,
)
from visavis.bookings.models import Series as BookedSeries
from visavis.core.models import HistoryEntry
from visavis.notifications.models import Message
from visavis.privacy.models import Inspection

# What of an event's data was written in words; the rest says what happened, and counts.
WORDS = frozenset({"reason", "text", "message"})
AT_ONCE = 200
NOTHING_WRITTEN: dict[str, Any] = {"notes": "", "for_student": ""}


def forget_answers(bookings: Collection[int]) -> int:
    """Delete what students answered, and the files that nobody else has answered with."""
    answers = Answer.objects.filter(booking__in=bookings)
    files = set(answers.exclude(file="").values_list("file", flat=True))
    number = answers.count()
    answers.delete()
    delete_unused_files(files)
    return number


def delete_unused_files(names: Collection[str]) -> None:
    """Delete stored answer files unless a booking or a draft still has them."""
    used = set(Answer.objects.filter(file__in=names).values_list("file", flat=True))
    used |= set(DraftFile.objects.filter(file__in=names).values_list("file", flat=True))
    for name in set(names) - used:
        default_storage.delete(name)


def forget_logs(bookings: Collection[int]) -> int:
    """Delete what was written of these meetings; how long they took and who came late stays."""
    logs = SessionLog.objects.filter(booking__in=bookings)
    LogAnswer.objects.filter(log__in=logs).delete()
    logs.filter(is_draft=True).delete()
    return logs.update(**NOTHING_WRITTEN)


def forget_talk(bookings: Collection[int]) -> None:
    """Delete what was said around these bookings: reasons, messages, proposals, mails, looks.

    What counts stays: that they were moved, missed or cancelled, when, and by whom of the two.
    """
    Proposal.objects.filter(booking__in=bookings).delete()
    Message.objects.filter(booking__in=bookings).delete()
    Inspection.objects.filter(booking__in=bookings).delete()
    # Browsers choose the keys: nobody knows what is in them.
    key = Concat(Value("gone "), Cast("pk", CharField()))
    nothing_said = {"cancel_reason": "", "cancelled_by": "", "idempotency_key": key}
    Booking.objects.filter(pk__in=bookings).update(**nothing_said)
    series = Booking.objects.filter(pk__in=bookings).exclude(series=None).values("series")
    BookedSeries.objects.filter(pk__in=series).update(idempotency_key=key)
    events = list(BookingEvent.objects.filter(booking__in=bookings).only("pk", "data"))
    for event in events:
        event.actor_label = ""
        event.data = {key: value for key, value in event.data.items() if key not in WORDS}
    BookingEvent.objects.bulk_update(events, ["actor_label", "data"], batch_size=AT_ONCE)


def scrub_history(subject_type: str, ids: Collection[int], *, label: str) -> None:
    """Leave of the history of these things when, by whom of the staff, and what was done."""
    about = Q(subject_type=subject_type, subject_id__in=[str(pk) for pk in ids])
    HistoryEntry.objects.filter(about).update(subject_label=label, before={}, after={}, reason="")
