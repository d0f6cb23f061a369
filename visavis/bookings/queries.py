"""Reads of bookings, and the door to one."""

import uuid
from collections.abc import Callable, Iterable
from datetime import datetime, time
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Value
from django.utils.translation import gettext as _

from visavis.bookings.enums import OPEN, SEATED, AppointmentState, BookingState
from visavis.bookings.models import Appointment, Booking, Series
from visavis.bookings.rules import is_own_booking, is_own_series
from visavis.bookings.states import unexpired
from visavis.communities.models import Community
from visavis.core.errors import NotFound
from visavis.core.prepared import Blank
from visavis.people.models import Provider, User
from visavis.people.queries import SeenCommunities

WITH_ALL = (
    "series",
    "appointment__provider__user",
    "appointment__service",
    "appointment__format",
    "appointment__location",
    "appointment__community",
)


class LearnedCommunities(SeenCommunities):
    """With those in which the person has a booking: these are their own, seen or not."""

    @property
    def _ties(self) -> list[QuerySet[Any, Any]]:
        booked = Booking.objects.filter(student_id=Blank("person")).order_by()
        return [*super()._ties, booked.values_list("appointment__community_id", Value("booked"))]

    @property
    def _belongs(self) -> Q:
        return super()._belongs | Q(Exists(self._bookings))

    @property
    def _seen(self) -> QuerySet[Community]:
        if not self.user.is_authenticated:
            return super()._seen
        booked = Community.objects.filter(Exists(self._bookings))
        return super()._seen | booked

    @property
    def _bookings(self) -> QuerySet[Booking]:
        return Booking.objects.filter(
            student_id=self.user.pk or 0, appointment__community=OuterRef("pk")
        )


def communities_open_to(user: User | AnonymousUser) -> LearnedCommunities:
    """What `can_learn` admits, by name; nothing for a stranger."""
    return LearnedCommunities(user)


def bookings_of(student: User, community: Community) -> QuerySet[Booking]:
    """The student's bookings here, with whom, what and where: one query however many."""
    return Booking.objects.filter(student=student, appointment__community=community).select_related(
        *WITH_ALL
    )


def coming_bookings(student: User, community: Community, *, now: datetime) -> QuerySet[Booking]:
    """The student's bookings that still stand at `now`, the next one first."""
    return (
        bookings_of(student, community).filter(_standing(now)).order_by("appointment__start", "pk")
    )


def past_bookings(student: User, community: Community, *, now: datetime) -> QuerySet[Booking]:
    """The student's bookings that are over, or were ended, at `now`; the latest first."""
    return (
        bookings_of(student, community)
        .exclude(_standing(now))
        .order_by("-appointment__start", "-pk")
    )


def ended_ahead(student: User, community: Community, *, now: datetime) -> QuerySet[Booking]:
    """The student's meetings that were cancelled or declined, until their local date is over."""
    midnight = datetime.combine(now.astimezone(community.zone).date(), time(), community.zone)
    return (
        bookings_of(student, community)
        .filter(
            state__in=(BookingState.CANCELLED, BookingState.DECLINED),
            appointment__start__gte=midnight,
        )
        .order_by("appointment__start", "pk")
    )


def _standing(now: datetime) -> Q:
    return Q(state__in=OPEN, appointment__end__gt=now) & unexpired(now)


def find_booking_by_key(student: User, key: str) -> Booking | None:
    """The booking that this student made under this idempotency key."""
    return (
        Booking.objects.filter(idempotency_key=key, student=student)
        .select_related(*WITH_ALL)
        .first()
    )


def require_booking(
    user: User | AnonymousUser,
    community: Community,
    public_id: uuid.UUID,
    *,
    may: Callable[[User | AnonymousUser, Booking], bool] = is_own_booking,
) -> Booking:
    """The booking of this community, if the rule `may` admits the person. Raises NotFound."""
    booking = (
        Booking.objects.filter(public_id=public_id, appointment__community=community)
        .select_related("student", *WITH_ALL)
        .first()
    )
    if booking is None or not may(user, booking):
        raise NotFound(_("There is no such meeting, or not for you."))
    return booking


def weeks_of(series: Series) -> QuerySet[Booking]:
    """The bookings of a series, whatever became of them, by time."""
    return (
        Booking.objects.filter(series=series)
        .select_related("student", *WITH_ALL)
        .order_by("appointment__start", "pk")
    )


def booked_weeks(series_ids: Iterable[int]) -> dict[int, int]:
    """How many weeks of each series were booked, whatever became of them."""
    rows = Booking.objects.filter(series__in=set(series_ids)).order_by()
    return dict(rows.values_list("series").annotate(count=Count("pk")))


def booked_keys(series: Series) -> set[str]:
    """The keys of the weeks of a series, whatever became of them."""
    return set(series.bookings.values_list("idempotency_key", flat=True))


def open_weeks(series: Series, *, now: datetime) -> QuerySet[Booking]:
    """The bookings of a series that still stand at `now` and have not begun."""
    return weeks_of(series).filter(_standing(now), appointment__start__gt=now)


def weeks_to_end(series: Series, *, by_id: int | None, now: datetime) -> QuerySet[Booking]:
    """The open weeks that this person may end: its provider only those not moved to another."""
    rest = open_weeks(series, now=now)
    is_providers = by_id == series.provider.user_id and by_id != series.student_id
    return rest.filter(appointment__provider=series.provider_id) if is_providers else rest


def find_series_by_key(student: User, key: str) -> Series | None:
    """The series that this student made under this idempotency key."""
    return (
        Series.objects.filter(idempotency_key=key, student=student)
        .select_related("community")
        .first()
    )


def require_series(
    user: User | AnonymousUser,
    community: Community,
    public_id: uuid.UUID,
    *,
    may: Callable[[User | AnonymousUser, Series], bool] = is_own_series,
) -> Series:
    """The series of this community, if the rule `may` admits the person. Raises NotFound."""
    series = (
        Series.objects.filter(public_id=public_id, community=community)
        .select_related("student", "provider__user", "service", "format", "location", "community")
        .first()
    )
    if series is None or not may(user, series):
        raise NotFound(_("There is no such series, or not for you."))
    return series


def coming_appointments(community: Community, *, now: datetime) -> QuerySet[Appointment]:
    """The community's planned meetings that are not over at `now`, the next one first."""
    return (
        Appointment.objects.filter(community=community, state=AppointmentState.PLANNED, end__gt=now)
        .select_related("provider__user", "service", "format", "location")
        .prefetch_related(_seated())
        .order_by("start", "pk")
    )


def meetings_of(provider: Provider, *, start: datetime, end: datetime) -> QuerySet[Appointment]:
    """The provider's planned or done meetings between two instants, with students and answers."""
    return (
        Appointment.objects.filter(provider=provider, start__lt=end, end__gt=start)
        .exclude(state=AppointmentState.CANCELLED)
        .select_related("service", "format", "location")
        .prefetch_related(_seated(), "bookings__answers")
        .order_by("start", "pk")
    )


def waiting_requests(provider: Provider, *, now: datetime) -> QuerySet[Booking]:
    """The requests that wait for this provider's answer at `now`, the first to expire first."""
    return (
        Booking.objects.filter(
            appointment__provider=provider,
            state=BookingState.REQUESTED,
            appointment__start__gt=now,
        )
        .exclude(expires_at__lte=now)
        .select_related("student", *WITH_ALL)
        .prefetch_related("answers")
        .order_by("expires_at", "appointment__start", "pk")
    )


def _seated() -> Prefetch:
    seated = (
        Booking.objects.filter(state__in=SEATED)
        .select_related("student", "series")
        .order_by("seat")
    )
    return Prefetch("bookings", queryset=seated)


def seen_attendees(booking: Booking, *, now: datetime) -> list[str]:
    """The first names of those who sit in the same group at `now`, as far as the reader may know.

    None unless the community shows them, and only to those who sit there themselves.
    """
    appointment = booking.appointment
    is_seated = booking.state in SEATED and not (
        booking.expires_at is not None and booking.expires_at <= now
    )
    if not (appointment.community.show_attendees and appointment.format.is_group and is_seated):
        return []
    others = Booking.objects.filter(
        unexpired(now), appointment=appointment, state__in=SEATED
    ).exclude(pk=booking.pk)
    return list(others.order_by("seat").values_list("student__first_name", flat=True))
