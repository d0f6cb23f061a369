"""Reads of hours, dated changes, closures, places and outside calendars."""

from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from visavis.availability.models import (
    Closure,
    DatedChange,
    Location,
    OutsideBusy,
    OutsideCalendar,
    WeeklyBlock,
)
from visavis.communities.models import Community
from visavis.core.errors import NotFound
from visavis.core.prepared import Blank, prepared
from visavis.core.text import fold
from visavis.people.models import Provider, User


def locations_of(community: Community) -> QuerySet[Location]:
    """The community's active places in the order in which they were made."""
    return community.locations.filter(archived_at=None)


def read_locations(community: Community) -> list[Location]:
    """The same, read."""
    asked = prepared("locations", lambda: _active_locations(Blank("community")))
    found: list[Location] = asked.objects(community=community.pk)
    for place in found:
        place.community = community
    return found


def _active_locations(community: int | Blank) -> QuerySet[Location]:
    return Location.objects.filter(community_id=community, archived_at=None)


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


def coming_closures(community: Community, today: date) -> QuerySet[Closure]:
    """Those of the community's closures that are not over on its local date `today`."""
    return closures_of(community).filter(last__gte=today)


def outside_calendars_of(person: User) -> QuerySet[OutsideCalendar]:
    """The person's calendars of other programs, the oldest first."""
    return OutsideCalendar.objects.filter(person=person)


def get_outside_calendar(person: User, public_id: UUID) -> OutsideCalendar:
    """The person's own calendar with this id. Raises NotFound, for others' too."""
    found = outside_calendars_of(person).filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such calendar, or not of yours."))
    return found


def outside_busy_of(person: User, *, start: datetime, end: datetime) -> QuerySet[OutsideBusy]:
    """When the person's calendars say that they are busy in [start, end), aware instants."""
    return OutsideBusy.objects.filter(person=person, start__lt=end, end__gt=start)
