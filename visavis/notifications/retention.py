"""How long it is kept what became of a message."""

from datetime import datetime, timedelta

from django.db.models import OuterRef, Q, QuerySet, Subquery

from visavis.notifications.enums import MessageState
from visavis.notifications.models import FailedTelling, Message, Progress

KEPT_FOR = timedelta(days=180)
MOST_AT_ONCE = 1000


def old_messages(*, before: datetime, now: datetime) -> QuerySet[Message]:
    """What was sent, or not sent for a reason, before the first of these instants.

    Kept are those that wait or could not be delivered, and those whose meeting is still to come:
    the key of a reminder keeps it from being sent twice.
    """
    return Message.objects.filter(
        Q(useless_after=None) | Q(useless_after__lte=now),
        state__in=(MessageState.SENT, MessageState.SUPPRESSED),
        created_at__lte=before,
    ).order_by("pk")


def forget_failures(*, before: datetime) -> None:
    """Delete events that were given up before this instant, once the mark has passed them."""
    mark = Progress.objects.filter(source=OuterRef("source")).values("settled")
    FailedTelling.objects.filter(
        next_at=None, last_at__lte=before, number__lte=Subquery(mark)
    ).delete()


def forget_old(*, now: datetime, kept: timedelta = KEPT_FOR) -> int:
    """Delete what became of messages that long ago, and events given up then; how many."""
    number = 0
    # In parts, so that no transaction lasts long.
    old = old_messages(before=now - kept, now=now)
    while keys := list(old.values_list("pk", flat=True)[:MOST_AT_ONCE]):
        number += Message.objects.filter(pk__in=keys).delete()[0]
    forget_failures(before=now - kept)
    return number
