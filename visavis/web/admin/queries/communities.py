"""What the page of the school's communities shows."""

from datetime import datetime

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from visavis.bookings.enums import AppointmentState
from visavis.bookings.models import Appointment
from visavis.communities.models import Community
from visavis.people.enums import Role
from visavis.people.models import Membership, Provider


def listed_communities(*, text: str = "", now: datetime) -> QuerySet[Community]:
    """Communities whose name or short name holds every word, by name: one query.

    Each with `admins`, `people` (who give support) and `coming` (planned meetings from `now` on).
    """
    admins = Membership.objects.filter(role=Role.ADMIN, user__is_active=True)
    people = Provider.objects.filter(retired_at=None)
    coming = Appointment.objects.filter(state=AppointmentState.PLANNED, start__gte=now)
    found = Community.objects.annotate(
        admins=_number_of(admins), people=_number_of(people), coming=_number_of(coming)
    )
    for word in text.split():
        found = found.filter(Q(name__icontains=word) | Q(slug__icontains=word))
    return found.order_by("name", "pk")


def _number_of(rows: QuerySet[Membership] | QuerySet[Provider] | QuerySet[Appointment]) -> Coalesce:
    counted = (
        rows.filter(community=OuterRef("pk"))
        .order_by()
        .values("community")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return Coalesce(Subquery(counted), 0)
