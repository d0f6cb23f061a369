"""Who came: the meetings of one day that have begun, and what is noted about each student."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from visavis.bookings.deadlines import MARK_DAYS, can_mark
from visavis.bookings.models import Booking
from visavis.bookings.queries import WITH_ALL, begun_seats
from visavis.core import clock
from visavis.core.errors import NotFound
from visavis.engine.zones import midnight
from visavis.web.admin.doors import attendance_page, show
from visavis.web.admin.forms.filters import DayFilter
from visavis.web.ui.attendance import note_attendance
from visavis.web.ui.doors import CommunityRequest
from visavis.web.ui.listing import page_of
from visavis.web.ui.methods import post_page
from visavis.web.ui.times import date_in_words

DAY = timedelta(days=1)


@attendance_page
@require_safe
def attendance_day(request: CommunityRequest) -> HttpResponse:
    """One day's meetings that have begun, with the buttons while attendance can be noted."""
    community, now = request.community, clock.now()
    today = now.astimezone(community.zone).date()
    day = _day(request, today)
    first, end = midnight(day, community.zone), midnight(day + DAY, community.zone)
    page_obj = page_of(request, begun_seats(community, start=first, end=end, now=now))
    page = {
        "day_words": date_in_words(day),
        "is_today": day == today,
        "form": DayFilter(initial={"day": day}),
        "before_iso": str(day - DAY),
        "after_iso": str(day + DAY) if day < today else "",
        "page_obj": page_obj,
        "rows": [(booking, can_mark(booking, now)) for booking in page_obj],
        "days": MARK_DAYS,
    }
    return show(request, "admin/attendance.html", page, active="attendance")


def _day(request: CommunityRequest, today: date) -> date:
    """The day asked for; nothing has begun on days to come, and calendars have a beginning."""
    asked = DayFilter.read(request.GET)["day"] or today
    return min(max(asked, date(2000, 1, 1)), today)


def _back(request: CommunityRequest, booking: Booking) -> str:
    """Where the button stood: the list of absences, the appointment, or the meeting’s day."""
    slug = request.community.slug
    if request.POST.get("from") == "absences":
        return reverse("manage:absences", args=[slug])
    if request.POST.get("from") == "appointment":
        return reverse("manage:appointment", args=[slug, booking.public_id])
    day = _local_day(booking.appointment.start, request)
    return f"{reverse('manage:attendance_day', args=[slug])}?day={day}#seat-{booking.public_id}"


def _local_day(instant: datetime, request: CommunityRequest) -> date:
    return instant.astimezone(request.community.zone).date()


def _page_of_seat(request: CommunityRequest, public_id: UUID) -> str:
    return _back(request, _require(request, public_id))


@attendance_page
@post_page(back=_page_of_seat)
def attendance(request: CommunityRequest, public_id: UUID) -> HttpResponse:
    booking = _require(request, public_id)
    note_attendance(request, booking, now=clock.now())
    return redirect(_back(request, booking))


def _require(request: CommunityRequest, public_id: UUID) -> Booking:
    found = Booking.objects.filter(public_id=public_id, appointment__community=request.community)
    booking = found.select_related("student", *WITH_ALL).first()
    if booking is None:
        raise NotFound(_("There is no such meeting here."))
    return booking
