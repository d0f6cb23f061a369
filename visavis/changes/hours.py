"""Which meetings still lie in their providers' hours, read from the rows as they are now.

The same masks as a search: weekly hours that admit the meeting and extra ones, minus time away,
minus closures. It keeps nothing, so it may be asked within a change
that is taken back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from visavis.bookings.hours import NO_HOURS, HoursReader, OpenHours, closed_mask
from visavis.bookings.models import Appointment, Booking
from visavis.communities.models import Community
from visavis.engine.masks import Mask, first_tick
from visavis.engine.window import Window
from visavis.people.models import Provider


@dataclass(frozen=True, slots=True)
class Upheld:
    """Of some bookings, by id: which have all that they need; which meet an absence."""

    whole: frozenset[int] = frozenset()
    in_absence: frozenset[int] = frozenset()

    def lost(self, before: "Upheld") -> frozenset[int]:
        """Those that have not all that they had, or meet an absence only now.

        What was booked outside of all hours has none to lose, and nobody comes to it all the same
        when they are away.
        """
        return (before.whole - self.whole) | (self.in_absence - before.in_absence)

    def regained(self, before: "Upheld") -> frozenset[int]:
        """Those that got back what they had lost: their hours, or a day without absence."""
        back = self.whole - before.whole
        return back | (before.in_absence - self.in_absence)


def bookings_in_hours(community: Community, bookings: Sequence[Booking]) -> Upheld:
    """How these lie in hours that admit them, and in time away or closures: four queries at most.

    Read are the hours of their providers, between the first and the last of the meetings.
    """
    if not bookings:
        return Upheld()
    meetings = [booking.appointment for booking in bookings]
    window = Window.around(
        min(meeting.start for meeting in meetings), max(meeting.end for meeting in meetings)
    )
    providers = {meeting.provider_id for meeting in meetings}
    (hours,) = HoursReader(None, sorted(providers), community.zone, [window]).read()
    closed = closed_mask(community, window)
    lost = {pk: hours.get(pk, NO_HOURS).away | closed for pk in providers}
    fitting, absent = set(), set()
    for booking in bookings:
        meeting = booking.appointment
        wanted, pk = window.covering(meeting.start, meeting.end), meeting.provider_id
        if wanted & lost[pk]:
            absent.add(booking.pk)
        elif not wanted & ~_admitting(meeting, hours.get(pk, NO_HOURS)):
            fitting.add(booking.pk)
    return Upheld(frozenset(fitting), frozenset(absent))


def has_hours(provider: Provider, start: datetime, end: datetime) -> bool:
    """Whether the provider is open for anything between two instants (aware)."""
    return next_hours(provider, start, end) is not None


def next_hours(provider: Provider, start: datetime, end: datetime) -> datetime | None:
    """The first instant (aware UTC) at which the provider is open for anything; all are aware."""
    window = Window.around(start, end)
    zone = provider.community.zone
    (read,) = HoursReader(None, [provider.pk], zone, [window]).read()
    hours = read.get(provider.pk, NO_HOURS)
    is_open = 0
    for _admission, mask in hours.open:
        is_open |= mask
    left = is_open & ~hours.away & ~closed_mask(provider.community, window)
    left &= window.covering(start, end)
    return window.instant(first_tick(left)) if left else None


def _admitting(meeting: Appointment, hours: OpenHours) -> Mask:
    place = meeting.location_id
    admitting = hours.admitting(meeting.service_id, meeting.format_id)
    return hours.at(admitting, [place])[place]
