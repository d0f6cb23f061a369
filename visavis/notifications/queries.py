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


def messages_in(community: Community | None, state: MessageState) -> QuerySet[Message]:
    """The messages of a community, or of all, that have come so far; the latest first."""
    found = Message.objects.filter(state=state).defer("mail").select_related("community")
    if community is not None:
        found = found.filter(community=community)
    return found.order_by("-created_at", "-pk")


def require_message(community: Community, pk: int) -> Message:
    """The community's message. Raises NotFound."""
    message = Message.objects.filter(community=community, pk=pk).first()
    if message is None:
        raise NotFound(_("There is no such message here."))
    return message
