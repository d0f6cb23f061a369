"""Reads of bookings, and the door to one."""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, Count, Exists, OuterRef, Prefetch, Q, QuerySet, Value, When
from django.db.models.functions import Least
from django.utils.translation import gettext as _

from visavis.bookings.enums import OPEN, SEATED, AppointmentState, BookingState, EventKind
from visavis.bookings.events import STUDENT
from visavis.bookings.models import Appointment, Booking, BookingEvent, Series, SessionLog
from visavis.bookings.rules import is_own_booking, is_own_series
from visavis.bookings.states import ENDED, has_expired, unexpired
from visavis.communities.models import Community
from visavis.core.errors import NotFound
from visavis.core.prepared import Blank
from visavis.people.enums import Role
from visavis.people.models import Provider, User
from visavis.people.queries import SeenCommunities, find_user

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


def log_for_student(booking: Booking) -> str:
    """What whoever gave the meeting wrote for its student; empty for a draft and for nothing."""
    written = SessionLog.objects.filter(booking=booking, is_draft=False)
    return written.values_list("for_student", flat=True).first() or ""


def bookings_between(community: Community, *, start: datetime, end: datetime) -> QuerySet[Booking]:
    """All bookings of meetings that begin within [start, end), whatever became of them."""
    return (
        Booking.objects.filter(
            appointment__community=community,
            appointment__start__gte=start,
            appointment__start__lt=end,
        )
        .select_related("student", *WITH_ALL)
        .order_by("appointment__start", "pk")
    )


def coming_bookings(student: User, community: Community, *, now: datetime) -> QuerySet[Booking]:
    """The student's bookings that still stand at `now`, the next one first."""
    return (
        bookings_of(student, community).filter(_standing(now)).order_by("appointment__start", "pk")
    )


def past_bookings(student: User, community: Community, *, now: datetime) -> QuerySet[Booking]:
    """The student's bookings that are over, or were ended, at `now`; what is latest first.

    A meeting was when it took place; one that was ended before counts from that instant.
    """
    ended = When(state__in=ENDED, then=Least("appointment__start", "changed_at"))
    return (
        bookings_of(student, community)
        .exclude(_standing(now))
        .order_by(Case(ended, default="appointment__start").desc(), "-appointment__start", "-pk")
    )


def ended_ahead(student: User, community: Community, *, now: datetime) -> QuerySet[Booking]:
    """The student's meetings that somebody else ended, until their local date is over."""
    midnight = datetime.combine(now.astimezone(community.zone).date(), time(), community.zone)
    return (
        bookings_of(student, community)
        .filter(
            state__in=(BookingState.CANCELLED, BookingState.DECLINED),
            appointment__start__gte=midnight,
        )
        .exclude(_ended_by_student())
        .order_by("appointment__start", "pk")
    )


def has_ended_it(booking: Booking) -> bool:
    """Whether the student of the booking has cancelled it themselves."""
    # Somebody of the same name is somebody else; of another name there is nothing to look up.
    return (
        booking.cancelled_by == str(booking.student)[:254]
        and Booking.objects.filter(_ended_by_student(), pk=booking.pk).exists()
    )


@dataclass(frozen=True, slots=True)
class MovedByOthers:
    """From when (aware UTC) and from whom somebody moved a student's meeting, and why."""

    start: datetime
    provider: str
    reason: str


def last_move_by_others(booking: Booking) -> MovedByOthers | None:
    """How the meeting came to where it is, if not by the student: moved, or handed over."""
    event = booking.events.filter(kind=EventKind.MOVED).order_by("-pk").first()
    if event is None or event.data["by"] == STUDENT:
        return None
    start = datetime.fromisoformat(event.data["from_start"])
    return MovedByOthers(start, event.data["from_provider"], event.data["reason"])


def _ended_by_student() -> Exists:
    told = BookingEvent.objects.filter(kind=EventKind.CANCELLED, data__by=STUDENT)
    return Exists(told.filter(booking=OuterRef("pk")))


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


def meeting_then(provider: Provider, *, start: datetime, end: datetime) -> Booking | None:
    """A booking of a meeting that this provider gives here between these instants, if any."""
    return (
        Booking.objects.filter(
            appointment__provider=provider,
            appointment__start__lt=end,
            appointment__end__gt=start,
            state__in=SEATED,
        )
        .order_by("appointment__start", "seat")
        .first()
    )


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


def find_series(public_id: uuid.UUID) -> Series | None:
    """The series with this id, in any community."""
    return _whole_series().filter(public_id=public_id).first()


def coming_series(community: Community, *, now: datetime) -> QuerySet[Any]:
    """The community's series that have weeks to come, each with their number as `left`."""
    coming = Q(bookings__state__in=OPEN, bookings__appointment__start__gt=now)
    left = Count("bookings", filter=coming & unexpired(now, of="bookings__"))
    return _whole_series().filter(community=community).annotate(left=left).filter(left__gt=0)


def _whole_series() -> QuerySet[Series]:
    return Series.objects.select_related(
        "student", "provider__user", "service", "format", "location", "community"
    ).order_by("first_start", "pk")


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
    series = _whole_series().filter(public_id=public_id, community=community).first()
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


def find_guest(community: Community, email: str) -> User | None:
    """The person with this e-mail who is a student here: listed as one, or with a booking.

    Of others nothing is told: a community does not learn who else has an account at the school.
    """
    found = find_user(email) if email else None
    if found is None:
        return None
    is_listed = found.memberships.filter(community=community, role=Role.STUDENT).exists()
    if is_listed or found.bookings.filter(appointment__community=community).exists():
        return found
    return None


def begun_seats(
    community: Community, *, start: datetime, end: datetime, now: datetime
) -> QuerySet[Booking]:
    """The seats of meetings that begin between two instants and have begun at `now`, in order.

    Confirmed ones and those about which it is noted who came: what attendance is noted of.
    """
    return (
        Booking.objects.filter(
            appointment__community=community,
            appointment__start__gte=start,
            appointment__start__lt=end,
            appointment__start__lte=now,
            state__in=(BookingState.CONFIRMED, BookingState.ATTENDED, BookingState.NO_SHOW),
        )
        .select_related("student", *WITH_ALL)
        .order_by("appointment__start", "appointment__provider", "seat", "pk")
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
    is_seated = booking.state in SEATED and not has_expired(booking, now)
    if not (appointment.community.show_attendees and appointment.format.is_group and is_seated):
        return []
    others = Booking.objects.filter(
        unexpired(now), appointment=appointment, state__in=SEATED
    ).exclude(pk=booking.pk)
    return list(others.order_by("seat").values_list("student__first_name", flat=True))
