"""Which lines of the history are about a person, and which are of what they did."""

from collections.abc import Iterator

from django.db.models import Model, QuerySet

from visavis.availability.models import DatedChange, OutsideCalendar, WeeklyBlock
from visavis.bookings.models import Booking, Hold, WaitlistEntry
from visavis.bookings.models import Series as BookedSeries
from visavis.calendars.models import CalendarFeed
from visavis.catalogue.models import Certification, Enrollment
from visavis.core.models import HistoryEntry
from visavis.people.models import Membership, Pause, Provider, User
from visavis.privacy.models import ErasureRequest

# Tables whose rows are about one person, and the way to that person.
OWN: tuple[tuple[type[Model], str], ...] = (
    (User, "pk"),
    (Membership, "user"),
    (Pause, "user"),
    (Provider, "user"),
    (Enrollment, "user"),
    (Certification, "provider__user"),
    (WeeklyBlock, "provider__user"),
    (DatedChange, "provider__user"),
    (OutsideCalendar, "person"),
    (CalendarFeed, "person"),
    (Booking, "student"),
    (BookedSeries, "student"),
    (Hold, "student"),
    (WaitlistEntry, "student"),
    (ErasureRequest, "person"),
)
AT_ONCE = 500


def own_ids(person: User) -> Iterator[tuple[str, list[int]]]:
    """The names of tables with ids of rows about the person, a few hundred at a time."""
    for model, way in OWN:
        rows = model._default_manager.filter(**{way: person.pk}).order_by("pk")
        ids = list(rows.values_list("pk", flat=True))
        for first in range(0, len(ids), AT_ONCE):
            yield str(model._meta.model_name), ids[first : first + AT_ONCE]


def history_about(person: User) -> Iterator[QuerySet[HistoryEntry]]:
    """The lines about the person, table by table."""
    for name, ids in own_ids(person):
        yield HistoryEntry.objects.filter(subject_type=name, subject_id__in=[str(pk) for pk in ids])


def history_by(person: User) -> QuerySet[HistoryEntry]:
    """The lines of what the person did."""
    return HistoryEntry.objects.filter(actor_id=person.pk)
