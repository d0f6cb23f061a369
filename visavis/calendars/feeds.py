"""A person's meetings as a calendar that their own program reads again and again (RFC 5545).

All of them, in every role and community, under the UIDs that invitations give them. What is
cancelled is not in it, and so leaves the program. Never in it: what a meeting is about.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _

from visavis.bookings.enums import AppointmentState, BookingState
from visavis.bookings.models import Appointment, Booking, Series
from visavis.bookings.states import unexpired
from visavis.bookings.weeks import planned_start, planned_starts
from visavis.calendars.ics import (
    STATUS,
    Entry,
    booking_entry,
    entries_calendar,
    is_agreed,
    latest_event,
    place_in_words,
    planned_entry,
    series_entries,
    summary_with,
    uid_of_appointment,
    uid_of_booking,
)
from visavis.calendars.models import CalendarFeed
from visavis.core import history
from visavis.core.address import find_address
from visavis.core.history import Actor
from visavis.core.troubles import again_on_conflict
from visavis.people.models import User
from visavis.people.queries import lock_people

# How long what is over stays, and how many meetings a calendar holds at most.
KEPT = timedelta(days=90)
MOST = 2000
TOKEN_BYTES = 32
# All that a series says of itself.
SERIES = tuple(
    f"series__{name}" for name in ("community", "format", "location", "provider__user", "student")
)
Found = tuple[Entry, Booking | None]
"""A meeting's entry, and the booking whose it is, unless several share it."""


@again_on_conflict
def open_feed(person: User, *, by: Actor, now: datetime) -> CalendarFeed:
    """Give the person an address of their own; the one they had before leads nowhere any more."""
    with transaction.atomic():
        lock_people({person.pk})
        values = {"token": secrets.token_urlsafe(TOKEN_BYTES), "created_at": now}
        feed, made = CalendarFeed.objects.update_or_create(person=person, defaults=values)
        history.record(by, "made calendar address" if made else "renewed calendar address", feed)
    return feed


@again_on_conflict
def close_feed(person: User, *, by: Actor) -> bool:
    """Take the address away; False when there was none."""
    with transaction.atomic():
        lock_people({person.pk})
        feed = CalendarFeed.objects.filter(person=person).first()
        if feed is None:
            return False
        history.record(by, "removed calendar address", feed)
        feed.delete()
    return True


def find_feed(person: User) -> CalendarFeed | None:
    """The person's address, if they have one."""
    return CalendarFeed.objects.filter(person=person).first()


def find_fed_person(token: str) -> User | None:
    """Whose address has this token; nobody's, if it was removed, renewed or never there."""
    feed = CalendarFeed.objects.filter(token=token).select_related("person").first()
    return feed.person if feed is not None and feed.person.is_active else None


def feed_calendar(person: User, *, now: datetime) -> bytes:
    """The person's meetings from 90 days ago on, as a file; the same bytes while nothing changes.

    `now` is aware. Requests that wait for an answer are in it, as tentative.
    """
    since = now - KEPT
    found = [*_learning(person, since, now), *_teaching(person, since, now)]
    entries = sorted(_with_series(person, found), key=lambda entry: (entry.start, entry.uid))
    return entries_calendar(entries, name=_("Meetings")).encode()


def _with_series(person: User, found: Iterable[Found]) -> Iterator[Entry]:
    """Single meetings as they are, and the weeks of a series as one entry that repeats."""
    series: dict[Series, dict[datetime, Entry]] = defaultdict(dict)
    for entry, booking in found:
        if booking is None or booking.series is None:
            yield entry
        else:
            planned = planned_start(booking, planned_starts(booking.series))
            series[booking.series][planned] = entry
    for one, weeks in series.items():
        learns = one.student_id == person.pk
        plan = planned_entry(
            one,
            with_whom=str(one.provider if learns else one.student),
            url=_series_url(one) if learns else max(weeks.items())[1].url,
            sequence=max(entry.sequence for entry in weeks.values()),
            stamp=max(entry.stamp for entry in weeks.values()),
            is_confirmed=is_agreed(weeks.values()),
        )
        yield from series_entries(plan, weeks)


def _series_url(series: Series) -> str:
    path = reverse("student:series", args=[series.community.slug, series.public_id])
    return f"{find_address()}{path}"


def _learning(person: User, since: datetime, now: datetime) -> Iterator[Found]:
    found = (
        Booking.objects.filter(
            unexpired(now), student=person, state__in=STATUS, appointment__end__gt=since
        )
        .select_related(
            "appointment__provider__user",
            "appointment__location",
            "appointment__community",
            *SERIES,
        )
        .prefetch_related("events")
        .order_by("-appointment__start", "-pk")[:MOST]
    )
    for booking in found:
        slug = booking.appointment.community.slug
        path = reverse("student:booking", args=[slug, booking.public_id])
        url = f"{find_address()}{path}" if booking.series is None else _series_url(booking.series)
        yield booking_entry(booking, url), booking


def _teaching(person: User, since: datetime, now: datetime) -> Iterator[Found]:
    seated = Booking.objects.filter(unexpired(now), state__in=STATUS).order_by("pk")
    found = (
        Appointment.objects.filter(provider__user=person, end__gt=since)
        .exclude(state=AppointmentState.CANCELLED)
        .select_related("provider__user", "location", "community")
        .prefetch_related(
            Prefetch(
                "bookings", seated.select_related("student", *SERIES).prefetch_related("events")
            )
        )
        .order_by("-start", "-pk")[:MOST]
    )
    for appointment in found:
        bookings = list(appointment.bookings.all())
        if bookings:
            yield _given(appointment, bookings), None if appointment.capacity > 1 else bookings[0]


def _given(appointment: Appointment, bookings: list[Booking]) -> Entry:
    """What the provider's calendar holds: of several seats one entry, as invitations have it."""
    is_shared = appointment.capacity > 1
    is_agreed = any(booking.state != BookingState.REQUESTED for booking in bookings)
    path = reverse("teach:meetings", args=[appointment.community.slug])
    return Entry(
        uid=uid_of_appointment(appointment) if is_shared else uid_of_booking(bookings[0]),
        sequence=_latest(bookings),
        stamp=max(booking.changed_at for booking in bookings),
        start=appointment.start,
        end=appointment.end,
        zone=appointment.community.zone,
        summary=summary_with(
            _("group") if is_shared else str(bookings[0].student), appointment.community
        ),
        place=place_in_words(
            appointment.location.name,
            appointment.location.kind,
            appointment.provider.meeting_link,
            is_confirmed=is_agreed,
        ),
        url=f"{find_address()}{path}",
        status="CONFIRMED" if is_agreed else "TENTATIVE",
    )


def _latest(bookings: Iterable[Booking]) -> int:
    return max((latest_event(booking) for booking in bookings), default=0)
