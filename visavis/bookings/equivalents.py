"""Equivalent times: the same service and format at another time, with this person or another."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from visavis.availability.models import Location
from visavis.bookings.models import Booking
from visavis.bookings.openings import Openings, Question, ask
from visavis.people.models import Provider

# So far ahead is looked, beyond the meeting's own date.
DAYS_AHEAD = 21
# What cannot be held as long as this is no offer.
LEAST = timedelta(minutes=15)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class OtherTime:
    """A start (aware UTC) with a provider and a place, and until when it could be taken."""

    start: datetime
    provider: Provider
    location: Location | None
    until: datetime


def question_of(booking: Booking, now: datetime, *, provider: Provider | None = None) -> Question:
    """The booking's own wish, asked anew: its time counts as free for its student."""
    appointment = booking.appointment
    community = appointment.community
    today = now.astimezone(community.zone).date()
    own = appointment.start.astimezone(community.zone).date()
    return Question(
        community=community,
        service=appointment.service,
        format=appointment.format,
        first=today,
        days=max((own - today).days, 0) + DAYS_AHEAD + 1,
        now=now,
        student=booking.student,
        provider=provider,
        moving=booking,
    )


def last_call(booking: Booking, start: datetime) -> datetime:
    """The last instant at which a student can still book this start."""
    return start - booking.appointment.community.lead_time_minutes * MINUTE


def other_times(booking: Booking, *, until: datetime, now: datetime) -> Iterator[OtherTime]:
    """What could be offered instead of the booking, best first; each start once.

    The nearest with the same provider, then the nearest with anyone, and so on in turn. What the
    student could not book, or could not take for `LEAST` from now, is left out; so is every time
    that meets the booking's own. Ask outside a transaction that changes hours: a search uses what
    this process keeps.
    """
    openings = ask(question_of(booking, now))
    appointment = booking.appointment
    starts = sorted(
        (start for start in openings.starts if _is_another(booking, openings, start)),
        key=lambda start: (abs(start - appointment.start), start),
    )
    own = [start for start in starts if appointment.provider_id in openings.free_ids(start)]
    seen = set[datetime]()
    for start in _in_turn(own, starts):
        end = min(until, last_call(booking, start))
        if start in seen or end - now < LEAST:
            continue
        seen.add(start)
        found = _with_someone(booking, openings, start, end)
        if found is not None:
            yield found


def _is_another(booking: Booking, openings: Openings, start: datetime) -> bool:
    """Whether the start is not the booking's own time, as far as its provider is concerned."""
    appointment = booking.appointment
    if start >= appointment.end or start + openings.length <= appointment.start:
        return True
    # With somebody else the very same time is the best there is.
    others = set(openings.free_ids(start)) - {appointment.provider_id}
    return bool(others)


def _in_turn(one: list[datetime], other: list[datetime]) -> Iterator[datetime]:
    for index in range(max(len(one), len(other))):
        yield from one[index : index + 1]
        yield from other[index : index + 1]


def _with_someone(
    booking: Booking, openings: Openings, start: datetime, until: datetime
) -> OtherTime | None:
    """The booking's own provider if they are free then, else the first who is; a place like its."""
    appointment = booking.appointment
    overlaps = start < appointment.end and start + openings.length > appointment.start
    free = openings.free(start)
    free.sort(key=lambda provider: provider.pk != appointment.provider_id)
    for provider in free:
        if overlaps and provider.pk == appointment.provider_id:
            continue
        places = openings.places(provider, start)
        if not places:
            continue
        alike = [place for place in places if place.kind == appointment.location.kind]
        same = [place for place in alike if place.pk == appointment.location_id]
        return OtherTime(start, provider, (same or alike or places)[0], until)
    return None
