"""What the pages of people and places show."""

from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from visavis.availability.models import Location, WeeklyBlock
from visavis.communities.models import Community
from visavis.core.text import fold
from visavis.people.enums import Role
from visavis.people.models import Membership, Provider
from visavis.people.queries import pauses_at
from visavis.web.ui.listing import ordering

NAMES = ("user__last_name", "user__first_name", "pk")
PROVIDER_ORDER = {"": NAMES, "name": NAMES, "email": ("user__email_key",)}
STUDENT_ORDER = {"": NAMES, "name": NAMES, "id": ("student_id", *NAMES)}
LOCATION_ORDER = {"": ("pk",), "name": ("name_key",), "kind": ("kind", "name_key")}


def listed_providers(
    community: Community, *, text: str = "", retired: bool = False, sort: str = ""
) -> QuerySet[Provider]:
    """The community's providers whose name or e-mail holds every word; with what each has."""
    hours = WeeklyBlock.objects.filter(provider=OuterRef("pk"))
    found = (
        Provider.objects.filter(community=community, retired_at__isnull=not retired)
        .select_related("user")
        .annotate(entries=Count("certifications"), has_hours=Exists(hours))
        .order_by(*ordering(PROVIDER_ORDER, sort))
    )
    for word in fold(text).split():
        found = found.filter(user__search_key__contains=word)
    return found


def listed_students(
    community: Community, *, now: datetime, text: str = "", sort: str = ""
) -> QuerySet[Membership]:
    """The community's students whose name, e-mail or student ID holds every word."""
    pauses = pauses_at(community, now).filter(user=OuterRef("user"))
    found = (
        Membership.objects.filter(community=community, role=Role.STUDENT)
        .select_related("user")
        .annotate(is_paused=Exists(pauses))
    )
    for word in fold(text).split():
        found = found.filter(Q(user__search_key__contains=word) | Q(student_id__icontains=word))
    return found.order_by(*ordering(STUDENT_ORDER, sort))


def listed_staff(community: Community, *, text: str = "") -> QuerySet[Membership]:
    """Administrators, then the front desk, whose name or e-mail holds every word."""
    found = Membership.objects.filter(
        community=community, role__in=[Role.ADMIN, Role.FRONT_DESK]
    ).select_related("user")
    for word in fold(text).split():
        found = found.filter(user__search_key__contains=word)
    return found.order_by("role", "user__last_name", "user__first_name", "pk")


def listed_locations(
    community: Community, *, text: str = "", archived: bool = False, sort: str = ""
) -> QuerySet[Location]:
    """The community's places whose name or details hold every word."""
    found = Location.objects.filter(community=community, archived_at__isnull=not archived)
    for word in fold(text).split():
        found = found.filter(Q(name_key__contains=word) | Q(details__icontains=word))
    return found.order_by(*ordering(LOCATION_ORDER, sort))
