"""Reads of the school and its communities."""

from django.db.models import Count, QuerySet

from visavis.communities.models import Community, School
from visavis.core.errors import NotFound


def get_school() -> School:
    """The school of this installation; an unsaved default before anybody named it."""
    return School.objects.first() or School()


def communities() -> QuerySet[Community]:
    """Every community, by name."""
    return Community.objects.order_by("name")


def find_usual_zone() -> str:
    """The IANA zone in which most communities are; empty before the first."""
    zones = Community.objects.order_by().values("timezone").annotate(number=Count("pk"))
    usual = zones.order_by("-number", "timezone").first()
    return usual["timezone"] if usual else ""


def get_community(slug: str) -> Community:
    """The community with this short name. Raises NotFound, naming those there are."""
    community = Community.objects.filter(slug=slug).first()
    if community is None:
        known = ", ".join(Community.objects.order_by("slug").values_list("slug", flat=True)[:20])
        raise NotFound(
            f"There is no community “{slug}”. "
            + (f"There are: {known}." if known else "None has been made yet."),
            code="unknown_community",
        )
    return community
