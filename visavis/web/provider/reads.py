"""What a provider's profile lacks."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Model, Q

from visavis.availability.enums import ChangeKind
from visavis.availability.models import Admission
from visavis.availability.queries import dated_changes_of, locations_of, weekly_blocks_of
from visavis.catalogue.enums import MeetingKind
from visavis.catalogue.queries import formats_of
from visavis.people.models import Provider
from visavis.web.ui.links import has_link


def lacks_meeting_link(provider: Provider, *, now: datetime) -> bool:
    """Whether students can book this person online and would find no link to the meeting."""
    if provider.meeting_link:
        return False
    places = {
        place.pk
        for place in locations_of(provider.community)
        if place.kind == MeetingKind.ONLINE and not has_link(place.details)
    }
    formats = {
        format_.pk
        for format_ in formats_of(provider.community)
        if MeetingKind.ONLINE in format_.meeting_kinds
    }
    if not places or not formats:
        return False
    today = now.astimezone(provider.community.zone).date()
    return any(
        _admits(row.any_location, row.locations.all(), places)
        and _admits(row.any_format, row.formats.all(), formats)
        for row in _hours_from(provider, today)
    )


def _hours_from(provider: Provider, today: date) -> list[Admission]:
    """Weekly and extra hours that are not over on `today`."""
    is_going_on = Q(valid_until=None) | Q(valid_until__gte=today)
    coming = Q(kind=ChangeKind.EXTRA, last__gte=today)
    return [
        *weekly_blocks_of(provider).filter(is_going_on),
        *dated_changes_of(provider).filter(coming),
    ]


def _admits(is_any: bool, named: Iterable[Model], wanted: set[int]) -> bool:  # noqa: FBT001  (private)
    return is_any or any(thing.pk in wanted for thing in named)
