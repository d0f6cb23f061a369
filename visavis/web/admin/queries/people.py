"""What the pages of people and places show."""

from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from visavis.availability.models import Location, WeeklyBlock
from visavis.communities.models import Community
from visavis.core.text import fold
from visavis.people.enums import Role
from visavis.people.models import Membership, Provider
from visavis.people.queries import pauses_at
from visavis.web.ui.listing import ordering

MOST_VALUES = 100
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
    community: Community, *, now: datetime, text: str = "", sort: str = "", known: str | None = ""
) -> QuerySet[Membership]:
    """The community's students whose name, e-mail or student ID holds every word.

    `known` narrows to those of whom that is known (`known_values`), None to nobody.
    """
    pauses = pauses_at(community, now).filter(user=OuterRef("user"))
    found = (
        Membership.objects.filter(community=community, role=Role.STUDENT)
        .select_related("user")
        .annotate(is_paused=Exists(pauses))
    )
    for word in fold(text).split():
        found = found.filter(Q(user__search_key__contains=word) | Q(student_id__icontains=word))
    if known is None:
        return found.none()
    name, colon, value = known.partition(":")
    if colon:
        # Compared as text: as JSON it would have to be quoted, on SQLite alone.
        told = Cast(KeyTextTransform(name, "attributes"), TextField())
        found = found.annotate(told=told).filter(told=value)
    return found.order_by(*ordering(STUDENT_ORDER, sort))


def known_values(community: Community) -> list[tuple[str, list[tuple[str, str]]]]:
    """What students can be narrowed by: each attribute with its values, as (written, shown).

    Left out are attributes of which nearly everybody has a value of their own, and those whose
    names the database would take for a place in a list.
    """
    rows = Membership.objects.filter(community=community, role=Role.STUDENT).exclude(attributes={})
    found: dict[str, set[str]] = {}
    for attributes in rows.order_by().values_list("attributes", flat=True).distinct().iterator():
        for name, value in attributes.items():
            values = found.setdefault(name, set())
            if len(values) <= MOST_VALUES:
                values.add(str(value))
    return [
        (name, [(f"{name}:{value}", value) for value in sorted(values, key=fold)])
        for name, values in sorted(found.items(), key=lambda pair: fold(pair[0]))
        if len(values) <= MOST_VALUES and ":" not in name and not name.lstrip("-").isdigit()
    ]


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
