"""Which meetings could still be offered as they are: by whom, as what and where, not when."""

from collections.abc import Sequence

from visavis.availability.models import Location
from visavis.bookings.models import Booking
from visavis.catalogue.models import Certification, Service
from visavis.catalogue.queries import covers
from visavis.changes.hours import Upheld
from visavis.communities.models import Community
from visavis.people.models import Provider


def bookings_offered(community: Community, bookings: Sequence[Booking]) -> Upheld:
    """Those whose person, service and place are still there and fit each other.

    Rows are read as they are now, whatever the bookings were read with: four queries.
    """
    if not bookings:
        return Upheld()
    meetings = [booking.appointment for booking in bookings]
    people = Provider.objects.filter(community=community, retired_at=None)
    people = people.filter(pk__in={meeting.provider_id for meeting in meetings})
    services = Service.objects.filter(pk__in={meeting.service_id for meeting in meetings})
    places = Location.objects.filter(pk__in={meeting.location_id for meeting in meetings})
    active = set(people.values_list("pk", flat=True))
    open_places = set(places.filter(archived_at=None).values_list("pk", flat=True))
    offered = {service.pk: service for service in services.filter(archived_at=None)}
    entries: dict[int, list[Certification]] = {pk: [] for pk in active}
    for entry in Certification.objects.filter(provider__in=active):
        entries[entry.provider_id].append(entry)
    return Upheld(
        frozenset(
            booking.pk
            for booking, meeting in zip(bookings, meetings, strict=True)
            if meeting.provider_id in active
            and meeting.location_id in open_places
            and meeting.service_id in offered
            and any(
                covers(entry, offered[meeting.service_id]) for entry in entries[meeting.provider_id]
            )
        )
    )
