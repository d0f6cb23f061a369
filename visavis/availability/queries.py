"""Reads of hours, dated changes, closures and places."""

from django.db.models import QuerySet

from visavis.availability.models import Closure, DatedChange, Location, WeeklyBlock
from visavis.communities.models import Community
from visavis.core.errors import NotFound
from visavis.core.text import fold
from visavis.people.models import Provider


def locations_of(community: Community) -> QuerySet[Location]:
    """The community's active places in the order in which they were made."""
    return community.locations.filter(archived_at=None)


def get_location(community: Community, name: str) -> Location:
    """The active place with this name. Raises NotFound, naming those there are."""
    location = locations_of(community).filter(name_key=fold(name)).first()
    if location is None:
        known = ", ".join(f"“{place.name}”" for place in locations_of(community)[:20]) or "none yet"
        raise NotFound(
            f"{community.name} has no place “{name}”. There are: {known}.", code="unknown_location"
        )
    return location


def weekly_blocks_of(provider: Provider) -> QuerySet[WeeklyBlock]:
    """The provider's weekly hours from Monday on, with what each block admits."""
    return WeeklyBlock.objects.filter(provider=provider).prefetch_related(
        "services", "formats", "locations"
    )


def dated_changes_of(provider: Provider) -> QuerySet[DatedChange]:
    """The provider's extra hours and absences by date."""
    return DatedChange.objects.filter(provider=provider).prefetch_related(
        "services", "formats", "locations"
    )


def closures_of(community: Community) -> QuerySet[Closure]:
    """The community's closures by date."""
    return Closure.objects.filter(community=community)
