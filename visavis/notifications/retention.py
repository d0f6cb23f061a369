"""How long it is kept what became of a message."""

from datetime import datetime, timedelta

from django.db.models import OuterRef, Q, Subquery

from visavis.notifications.enums import MessageState
from visavis.notifications.models import FailedTelling, Message, Progress

KEPT_FOR = timedelta(days=180)
MOST_AT_ONCE = 1000


def forget_old(*, now: datetime) -> int:
    """Delete messages that were sent, or not sent for a reason, `KEPT_FOR` ago; how many.

    Kept are those that wait or could not be delivered, and those whose meeting is still to come:
    the key of a reminder keeps it from being sent twice. Events that were given up as long ago go
    with them, once the mark has passed them.
    """
    old = Message.objects.filter(
        Q(useless_after=None) | Q(useless_after__lte=now),
        state__in=(MessageState.SENT, MessageState.SUPPRESSED),
        created_at__lte=now - KEPT_FOR,
    ).order_by("pk")
    number = 0
    # In parts, so that no transaction lasts long.
    while keys := list(old.values_list("pk", flat=True)[:MOST_AT_ONCE]):
        number += Message.objects.filter(pk__in=keys).delete()[0]
    mark = Progress.objects.filter(source=OuterRef("source")).values("settled")
    FailedTelling.objects.filter(
        next_at=None, last_at__lte=now - KEPT_FOR, number__lte=Subquery(mark)
    ).delete()
    return number
