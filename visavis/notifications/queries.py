"""Reads of messages."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from visavis.communities.models import Community
from visavis.core.errors import NotFound
from visavis.notifications.enums import MessageState
from visavis.notifications.models import Message


def undelivered_messages(community: Community) -> QuerySet[Message]:
    """What could not be delivered and waits for somebody to look at it, the latest first."""
    return (
        Message.objects.filter(community=community, state=MessageState.GIVEN_UP)
        .defer("mail")
        .select_related("recipient")
        .order_by("-created_at", "-pk")
    )


def require_message(community: Community, pk: int) -> Message:
    """The community's message. Raises NotFound."""
    message = Message.objects.filter(community=community, pk=pk).first()
    if message is None:
        raise NotFound(_("There is no such message here."))
    return message
