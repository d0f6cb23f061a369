"""What became of messages, and of events that could not be told, once it is old."""

from datetime import datetime

from django.db.models import OuterRef, Q, QuerySet, Subquery

from visavis.notifications.enums import MessageState
from visavis.notifications.models import FailedTelling, Message, Progress


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
