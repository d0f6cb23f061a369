"""What is told of attendance: when a note stands, and that it was taken back.

A missed meeting is told only after `TAKEN_BACK_WITHIN`: whoever has touched the wrong button takes
it back, and nobody hears of either. Taken back later, those who were told are told so.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from visavis.bookings.enums import EventKind
from visavis.bookings.models import BookingEvent
from visavis.notifications.enums import Audience, Kind
from visavis.notifications.letters import Reader
from visavis.notifications.models import Message

TAKEN_BACK_WITHIN = timedelta(minutes=10)
# So long after it another worker has surely written down whom it told of the absence.
SETTLED_WITHIN = timedelta(minutes=1)
NOTES = (EventKind.NO_SHOW, EventKind.ATTENDED, EventKind.UNMARKED)
# After these there is no absence to tell of any more.
ENDS_OF_ABSENCE = (EventKind.ATTENDED, EventKind.UNMARKED, EventKind.EXCUSED)


def resting_at(now: datetime) -> Q:
    """Which events are not told yet at `now`, though they have happened."""
    missed = Q(kind=EventKind.NO_SHOW, at__gt=now - TAKEN_BACK_WITHIN)
    noted = Q(kind__in=(EventKind.ATTENDED, EventKind.UNMARKED), at__gt=now - SETTLED_WITHIN)
    return missed | noted


def kind_of_note(event: BookingEvent) -> Kind | None:
    """What an event of attendance is told as; None where it is no news."""
    events = sorted(event.booking.events.all(), key=lambda each: each.pk)
    if event.kind == EventKind.NO_SHOW:
        later = [each for each in events if each.pk > event.pk]
        return None if any(each.kind in ENDS_OF_ABSENCE for each in later) else Kind.NO_SHOW
    if event.kind == EventKind.EXCUSED:
        return Kind.EXCUSED
    return Kind.PUT_RIGHT if find_absence(event) is not None else None


def find_absence(event: BookingEvent) -> BookingEvent | None:
    """The absence that this event takes back."""
    before = [each for each in event.booking.events.all() if each.pk < event.pk]
    notes = sorted((each for each in before if each.kind in NOTES), key=lambda each: each.pk)
    last = notes[-1] if notes else None
    return last if last is not None and last.kind == EventKind.NO_SHOW else None


def told_of(absence: BookingEvent, readers: Iterable[Reader]) -> Collection[Reader]:
    """Those who were told of it."""
    keys = {letter_key(absence, Kind.NO_SHOW, reader): reader for reader in readers}
    known = Message.objects.filter(key__in=keys).values_list("key", flat=True)
    return [keys[key] for key in known]


def letter_key(event: BookingEvent, kind: Kind, reader: Reader) -> str:
    who = reader.user.pk if reader.user else Audience.CENTRE.value
    return f"booking event {event.pk}:{kind}:{reader.audience}:{who}"
