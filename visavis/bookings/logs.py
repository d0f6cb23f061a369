"""Reads of the logs that were written, for those who may see notes: administrators."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from visavis.bookings.models import SessionLog
from visavis.communities.models import Community
from visavis.core.errors import NotFound
from visavis.core.text import fold

WITH_MEETING = (
    "booking__student",
    "booking__appointment__provider__user",
    "booking__appointment__service",
    "booking__appointment__format",
    "booking__appointment__location",
)


def written_logs(community: Community, *, text: str = "") -> QuerySet[SessionLog]:
    """The community's finished logs, the latest meeting first.

    Narrowed to those whose student or provider has every word in name or e-mail address.
    """
    found = SessionLog.objects.filter(
        booking__appointment__community=community, is_draft=False
    ).select_related(*WITH_MEETING)
    for word in fold(text).split():
        found = found.filter(
            Q(booking__student__search_key__contains=word)
            | Q(booking__appointment__provider__user__search_key__contains=word)
        )
    return found.order_by("-booking__appointment__start", "-pk")


def get_log(community: Community, booking_id: UUID) -> SessionLog:
    """The finished log of the booking with this public id. Raises NotFound."""
    found = written_logs(community).filter(booking__public_id=booking_id)
    log = found.select_related(*WITH_MEETING, "written_by").prefetch_related("answers").first()
    if log is None:
        raise NotFound(_("There is no such log here."))
    return log
