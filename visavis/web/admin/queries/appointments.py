"""What the pages of appointments show: the list, one meeting with its history, whom to choose."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from visavis.availability.models import Location
from visavis.bookings.enums import OPEN, BookingState
from visavis.bookings.models import Booking
from visavis.bookings.proposals import open_proposals
from visavis.bookings.queries import WITH_ALL
from visavis.bookings.states import has_expired, unexpired
from visavis.catalogue.models import AppointmentFormat, Service
from visavis.communities.models import Community
from visavis.communities.wording import wording_of
from visavis.core.errors import NotFound
from visavis.core.models import HistoryEntry
from visavis.core.text import fold
from visavis.engine.zones import midnight
from visavis.imports.exporting import csv_line
from visavis.people.models import Provider

DAY = timedelta(days=1)
CHUNK = 500
SORTS: dict[str, tuple[str, ...]] = {
    "soonest": ("appointment__start", "pk"),
    "latest": ("-appointment__start", "-pk"),
    "student": ("student__last_name", "student__first_name", "appointment__start", "pk"),
    "provider": (
        "appointment__provider__user__last_name",
        "appointment__provider__user__first_name",
        "appointment__start",
        "pk",
    ),
    "booked": ("-created_at", "-pk"),
}


def listed_bookings(
    community: Community,
    *,
    now: datetime,
    text: str = "",
    span: str = "coming",
    state: str = "",
    sort: str = "",
    first: date | None = None,
    last: date | None = None,
    **named: Any,
) -> QuerySet[Booking]:
    """The community's bookings, narrowed; dates are local ones, both inclusive.

    `has_offer`: other times are proposed to the student, who has not answered yet.
    `span` is coming, past or all; dates go before it. `named`: provider, service, location, format.
    Every word of `text` stands in the name or e-mail of the student or the provider.
    """
    found = Booking.objects.filter(appointment__community=community)
    found = found.select_related("student", *WITH_ALL)
    proposed = open_proposals(now).select_related(None).filter(booking=OuterRef("pk"))
    found = found.annotate(has_offer=Exists(proposed.prefetch_related(None)))
    if first or last:
        span = "all"
    if span == "coming":
        found = found.filter(appointment__end__gt=now)
    elif span == "past":
        found = found.filter(appointment__end__lte=now)
    if first:
        found = found.filter(appointment__start__gte=midnight(first, community.zone))
    if last:
        found = found.filter(appointment__start__lt=midnight(last + DAY, community.zone))
    if state:
        found = found.filter(_in_state(state, now))
    for name, row in named.items():
        if row is not None:
            found = found.filter(**{f"appointment__{name}": row})
    for word in fold(text).split():
        found = found.filter(
            Q(student__search_key__contains=word)
            | Q(appointment__provider__user__search_key__contains=word)
        )
    usual = "latest" if span == "past" else "soonest"
    return found.order_by(*SORTS[sort or usual])


def _in_state(state: str, now: datetime) -> Q:
    """A request that has run out has expired, whether that is written down or not."""
    if state == BookingState.REQUESTED:
        return Q(state=state) & unexpired(now)
    if state == BookingState.EXPIRED:
        return Q(state=state) | Q(state=BookingState.REQUESTED, expires_at__lte=now)
    return Q(state=state)


def shown_state(booking: Booking, now: datetime) -> str:
    """The state as it counts at `now`."""
    if booking.state == BookingState.REQUESTED and has_expired(booking, now):
        return BookingState.EXPIRED.value
    return str(booking.state)


def why_fixed(booking: Booking, now: datetime) -> str:
    """Why nothing can be changed of it any more; blank while something can."""
    state = shown_state(booking, now)
    if state not in OPEN:
        said = _("This appointment is %(state)s, so nothing can be changed of it any more.")
        return said % {"state": str(BookingState(state).label).lower()}
    if booking.appointment.start <= now:
        return _("This appointment has begun, so nothing can be changed of it any more.")
    return ""


def export_bookings(
    community: Community, bookings: QuerySet[Booking], *, now: datetime
) -> Iterator[str]:
    """The lines of a CSV file of these bookings, header first; times are the community's."""
    words = wording_of(community)
    yield csv_line(
        [
            _("Date"),
            _("Start"),
            _("End"),
            _("Time zone"),
            _("Student"),
            _("Student e-mail"),
            words.provider,
            _("%(provider)s e-mail") % {"provider": words.provider},
            # As the menu does: a person and a topic may share their noun.
            words.services_menu if words.service == words.provider else words.service,
            _("Format"),
            _("Place"),
            _("State"),
            _("Booked"),
            _("Reason"),
        ]
    )
    for booking in bookings.iterator(chunk_size=CHUNK):
        yield csv_line(_export_row(community, booking, now))


def _export_row(community: Community, booking: Booking, now: datetime) -> list[str]:
    meeting, zone = booking.appointment, community.zone
    start, end = meeting.start.astimezone(zone), meeting.end.astimezone(zone)
    return [
        f"{start:%Y-%m-%d}",
        f"{start:%H:%M}",
        f"{end:%H:%M}",
        community.timezone,
        booking.student.full_name,
        booking.student.email,
        meeting.provider.user.full_name,
        meeting.provider.user.email,
        meeting.service.label,
        meeting.format.name,
        meeting.location.name,
        str(BookingState(shown_state(booking, now)).label),
        f"{booking.created_at.astimezone(zone):%Y-%m-%d %H:%M}",
        booking.cancel_reason,
    ]


def find_booking(community: Community, public_id: UUID) -> Booking:
    """The community's booking. Raises NotFound."""
    found = Booking.objects.filter(public_id=public_id, appointment__community=community)
    booking = found.select_related("student", *WITH_ALL).first()
    if booking is None:
        raise NotFound(_("There is no such meeting here."))
    booking.appointment.community = community
    return booking


def history_of_booking(booking: Booking) -> QuerySet[HistoryEntry]:
    """What was done with the booking, newest first."""
    return HistoryEntry.objects.filter(subject_type="booking", subject_id=str(booking.pk)).order_by(
        "-at", "-pk"
    )


def all_providers(community: Community) -> QuerySet[Provider]:
    """Everybody who gives support here, or did, by name."""
    return (
        Provider.objects.filter(community=community)
        .select_related("user")
        .order_by("user__last_name", "user__first_name", "pk")
    )


def all_services(community: Community) -> QuerySet[Service]:
    return Service.objects.filter(community=community).order_by("code_key")


def all_places(community: Community) -> QuerySet[Location]:
    return Location.objects.filter(community=community)


def single_formats(community: Community) -> QuerySet[AppointmentFormat]:
    """The active formats that are met once; a weekly one is booked as a series."""
    return AppointmentFormat.objects.filter(community=community, archived_at=None, repeats="single")
