"""What the pages of people and places show."""

from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from visavis.availability.models import Location, WeeklyBlock
from visavis.communities.models import Community
from visavis.core.models import HistoryEntry
from visavis.core.text import fold
from visavis.people.enums import Role
from visavis.people.models import Membership, Provider
from visavis.people.queries import pauses_at
from visavis.web.admin.history_verbs import verbs_with


def listed_providers(
    community: Community, *, text: str = "", retired: bool = False
) -> QuerySet[Provider]:
    """The community's providers whose name or e-mail holds every word; with what each has."""
    hours = WeeklyBlock.objects.filter(provider=OuterRef("pk"))
    found = (
        Provider.objects.filter(community=community, retired_at__isnull=not retired)
        .select_related("user")
        .annotate(entries=Count("certifications"), has_hours=Exists(hours))
        .order_by("user__last_name", "user__first_name", "pk")
    )
    for word in fold(text).split():
        found = found.filter(user__search_key__contains=word)
    return found


def listed_students(community: Community, *, now: datetime, text: str = "") -> QuerySet[Membership]:
    """The community's students whose name, e-mail or student ID holds every word."""
    pauses = pauses_at(community, now).filter(user=OuterRef("user"))
    found = (
        Membership.objects.filter(community=community, role=Role.STUDENT)
        .select_related("user")
        .annotate(is_paused=Exists(pauses))
    )
    for word in fold(text).split():
        found = found.filter(Q(user__search_key__contains=word) | Q(student_id__icontains=word))
    return found.order_by("user__last_name", "user__first_name", "user_id")


def listed_locations(community: Community, *, archived: bool = False) -> QuerySet[Location]:
    """The community's places in their order."""
    return Location.objects.filter(community=community, archived_at__isnull=not archived)


def history_of(community: Community, *, text: str = "") -> QuerySet[HistoryEntry]:
    """What was done in the community, newest first, narrowed to what holds every word."""
    found = HistoryEntry.objects.filter(community_id=community.pk).order_by("-at", "-pk")
    for word in text.split():
        found = found.filter(
            Q(actor_label__icontains=word)
            | Q(verb__in=verbs_with(word))
            | Q(verb__icontains=word)
            | Q(subject_label__icontains=word)
        )
    return found
