"""Which meetings could still be where they are: the place open, of their kind, with room."""

from collections.abc import Mapping, Sequence

from visavis.availability.models import Location
from visavis.bookings.enums import ACTIVE, CommitmentPart
from visavis.bookings.models import Appointment, Booking
from visavis.changes.hours import Upheld
from visavis.communities.models import Community
from visavis.engine.masks import Mask
from visavis.engine.wallclock import Weekly, weekly_mask
from visavis.engine.window import Window


def bookings_placed(community: Community, bookings: Sequence[Booking]) -> Upheld:
    """Those whose place is still there, open then, of a kind that they admit, and has room.

    Of more than fit at a time those are in it that were booked first.
    """
    if not bookings:
        return Upheld()
    meetings = {booking.appointment_id: booking.appointment for booking in bookings}
    window = Window.around(
        min(meeting.start for meeting in meetings.values()),
        max(meeting.end for meeting in meetings.values()),
    )
    ids = {meeting.location_id for meeting in meetings.values()}
    places = {place.pk: place for place in Location.objects.filter(pk__in=ids, archived_at=None)}
    standing = {
        pk
        for pk, meeting in meetings.items()
        if meeting.location_id in places
        and _is_open(places[meeting.location_id], meeting, community, window)
    }
    fitting = {pk for place in places.values() for pk in _fitting(place, meetings, window)}
    whole = standing & fitting
    return Upheld(frozenset(row.pk for row in bookings if row.appointment_id in whole))


def _is_open(place: Location, meeting: Appointment, community: Community, window: Window) -> bool:
    """Whether the place is open for the meeting, and of a kind that its format admits."""
    if place.kind not in meeting.format.meeting_kinds:
        return False
    wanted = window.covering(meeting.start, meeting.end)
    return not place.hours or not wanted & ~_opening(place, community, window)


def _opening(place: Location, community: Community, window: Window) -> Mask:
    return weekly_mask([Weekly(*row) for row in place.hours], community.zone, window)


def _fitting(place: Location, meetings: Mapping[int, Appointment], window: Window) -> list[int]:
    """Which of these meetings at the place have room, by id, the first to be booked first."""
    here = [meeting for _pk, meeting in sorted(meetings.items()) if meeting.location_id == place.pk]
    if place.capacity is None:
        return [meeting.pk for meeting in here]
    parts = [*_under_way(place, meetings, window), *here]
    # On level n are the ticks at which more than n of them meet.
    levels: list[Mask] = [0] * min(place.capacity, len(parts))
    fitting = []
    for part in parts:
        wanted = window.covering(part.start, part.end)
        if levels[-1] & wanted:
            continue
        for level in range(len(levels) - 1, 0, -1):
            levels[level] |= levels[level - 1] & wanted
        levels[0] |= wanted
        fitting.append(part.pk)
    return [pk for pk in fitting if pk in meetings]


def _under_way(
    place: Location, meetings: Mapping[int, Appointment], window: Window
) -> list[Appointment]:
    """What else is settled to be there in the window: meetings that have begun."""
    found = Appointment.objects.filter(
        location=place,
        start__lt=window.end,
        end__gt=window.start,
        commitments__part=CommitmentPart.PROVIDER,
        commitments__status__in=ACTIVE,
        commitments__expires_at=None,
    )
    return list(found.exclude(pk__in=meetings))
