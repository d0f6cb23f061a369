"""What a community has, and what it lacks before students can book."""

from dataclasses import dataclass

from django.db.models import Count

from visavis.availability.models import Location, WeeklyBlock
from visavis.catalogue.models import AppointmentFormat, Service
from visavis.communities.models import Community
from visavis.people.models import Provider


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of each there are; archived and retired ones left out."""

    services: int
    providers: int
    providers_with_hours: int
    locations: int
    formats: int


def counts_of(community: Community) -> Counts:
    """Each count is one query."""
    active = Provider.objects.filter(community=community, retired_at=None)
    with_hours = WeeklyBlock.objects.filter(provider__in=active).aggregate(
        people=Count("provider", distinct=True)
    )
    return Counts(
        services=Service.objects.filter(community=community, archived_at=None).count(),
        providers=active.count(),
        providers_with_hours=with_hours["people"],
        locations=Location.objects.filter(community=community, archived_at=None).count(),
        formats=AppointmentFormat.objects.filter(community=community, archived_at=None).count(),
    )
