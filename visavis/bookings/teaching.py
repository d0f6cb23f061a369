"""What those who give support read: their meetings, and what waits for their answer."""

from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from visavis.bookings.deadlines import MARK_DAYS
from visavis.bookings.enums import (
    OPEN,
    PENDING_PROPOSALS,
    SEATED,
    AppointmentState,
    BookingState,
    Otherwise,
)
from visavis.bookings.models import Appointment, Booking, Proposal, Series, SessionLog
from visavis.bookings.proposals import open_proposals, uprooting_proposals
from visavis.bookings.queries import WITH_ALL, weeks_to_end
from visavis.bookings.states import unexpired
from visavis.people.models import Provider
from visavis.people.rules import Standing, can_teach

LOG_DAYS = 60
"""For so many days after a meeting its log is asked for; it can be written later all the same."""
TO_LOG = (BookingState.CONFIRMED, BookingState.ATTENDED)


def meetings_of(
    provider: Provider, *, start: datetime, end: datetime, now: datetime
) -> QuerySet[Appointment]:
    """The provider's meetings that overlap the range, by time, with students and answers.

    Here and below a request that has run out at `now` is none, a seat `is_uprooted` whose student
    is to choose another time, and `is_asked_back` whose student may choose one.
    """
    rows = _kept(provider, now).filter(end__gt=start, start__lt=end)
    return _with_students(rows, now).order_by("start", "pk")


def later_meetings(provider: Provider, *, start: datetime, now: datetime) -> QuerySet[Appointment]:
    """The provider's meetings that begin at `start` or after it, the next one first."""
    rows = _kept(provider, now).filter(start__gte=start)
    return _with_students(rows, now).order_by("start", "pk")


def past_meetings(provider: Provider, *, now: datetime) -> QuerySet[Appointment]:
    """The provider's meetings that are over, the latest first."""
    rows = _kept(provider, now).filter(end__lte=now)
    return _with_students(rows, now).order_by("-start", "-pk")


def meetings_to_log(provider: Provider, *, now: datetime) -> QuerySet[Appointment]:
    """Meetings that are over and of which something is to be written down, oldest first.

    That is a confirmed seat of the last MARK_DAYS about which nobody has said whether the student
    came; and where the community asks for logs, one of the last LOG_DAYS whose log is not done.
    What could not take place, and whose student is still to choose another time, is none.
    """
    uprooted = Proposal.objects.filter(
        booking=OuterRef("pk"), state__in=PENDING_PROPOSALS, otherwise=Otherwise.END
    )
    unsaid = Booking.objects.filter(
        ~Exists(uprooted),
        appointment=OuterRef("pk"),
        state=BookingState.CONFIRMED,
        appointment__end__gte=now - timedelta(days=MARK_DAYS),
    )
    wanted = Q(Exists(unsaid))
    if provider.community.asks_log:
        logged = SessionLog.objects.filter(booking=OuterRef("pk"), is_draft=False)
        unlogged = Booking.objects.filter(
            ~Exists(uprooted), ~Exists(logged), appointment=OuterRef("pk"), state__in=TO_LOG
        )
        wanted |= Q(Exists(unlogged), end__gte=now - timedelta(days=LOG_DAYS))
    over = _kept(provider, now).filter(wanted, end__lte=now)
    return _with_students(over, now).order_by("start", "pk")


def has_meetings_left(provider: Provider, *, now: datetime) -> bool:
    """Whether a meeting of theirs is not over, or something is to be written down of one."""
    ahead = _kept(provider, now).filter(end__gt=now)
    return ahead.exists() or meetings_to_log(provider, now=now).exists()


def can_see_teaching(standing: Standing, *, now: datetime) -> bool:
    """Gives support here, or is retired and has meetings that were left to them."""
    if can_teach(standing):
        return True
    retired = standing.retired
    if retired is None or not standing.community.is_opened:
        return False
    retired.community = standing.community
    return has_meetings_left(retired, now=now)


def get_meeting(booking: Booking, *, now: datetime) -> Appointment:
    """The booking's whole meeting, with whoever else has a seat on it."""
    rows = Appointment.objects.filter(pk=booking.appointment_id)
    return _with_students(rows, now).select_related("provider__user", "community").get()


def waiting_requests(provider: Provider, *, now: datetime) -> QuerySet[Booking]:
    """The requests that wait for this provider's answer at `now`, the first to expire first."""
    return (
        Booking.objects.filter(
            unexpired(now),
            appointment__provider=provider,
            state=BookingState.REQUESTED,
            appointment__start__gt=now,
        )
        .select_related("student", *WITH_ALL)
        .prefetch_related("answers")
        .order_by("expires_at", "appointment__start", "pk")
    )


def weeks_to_answer(series: Series, *, by_id: int | None, now: datetime) -> QuerySet[Booking]:
    """The weeks of a series that wait for an answer, of which this person may give one."""
    return weeks_to_end(series, by_id=by_id, now=now).filter(state=BookingState.REQUESTED)


def open_series(provider: Provider, *, now: datetime) -> dict[Series, int]:
    """The provider's series of which weeks are still to come, and how many: two queries.

    A week that came here from a colleague's series is a meeting by itself.
    """
    rows = Booking.objects.filter(
        unexpired(now),
        appointment__provider=provider,
        appointment__start__gt=now,
        series__provider=provider,
        state__in=OPEN,
    )
    left = dict(rows.order_by().values_list("series").annotate(count=Count("pk")))
    found = Series.objects.filter(pk__in=left).select_related("student", "format", "location")
    return {series: left[series.pk] for series in found.order_by("first_start", "pk")}


def met_before(provider: Provider, student_id: int, *, before: datetime) -> int:
    """How often this student met this provider before an instant, as far as is known."""
    return Booking.objects.filter(
        appointment__provider=provider,
        appointment__end__lte=before,
        student_id=student_id,
        state__in=(BookingState.CONFIRMED, BookingState.ATTENDED),
    ).count()


def _kept(provider: Provider, now: datetime) -> QuerySet[Appointment]:
    taken = Booking.objects.filter(unexpired(now), appointment=OuterRef("pk"), state__in=SEATED)
    return Appointment.objects.filter(Exists(taken), provider=provider).exclude(
        state=AppointmentState.CANCELLED
    )


def _with_students(meetings: QuerySet[Appointment], now: datetime) -> QuerySet[Appointment]:
    uprooted = uprooting_proposals(now).filter(booking=OuterRef("pk"))
    asked_back = open_proposals(now).filter(booking=OuterRef("pk"))
    seated = (
        Booking.objects.filter(unexpired(now), state__in=SEATED)
        .annotate(is_uprooted=Exists(uprooted), is_asked_back=Exists(asked_back))
        .select_related("student", "series", "log")
        .order_by("seat")
    )
    return meetings.select_related("service", "format", "location").prefetch_related(
        Prefetch("bookings", queryset=seated), "bookings__answers"
    )
