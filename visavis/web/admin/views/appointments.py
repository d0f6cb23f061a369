"""Appointments: the list, the same rows as a file, and each by itself."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from visavis.bookings.deadlines import can_mark
from visavis.bookings.enums import BookingState
from visavis.bookings.models import Booking, SessionLog
from visavis.bookings.proposals import find_open_proposal
from visavis.bookings.record import Part, may_read
from visavis.bookings.teaching import get_meeting
from visavis.core import clock
from visavis.people.rules import can_manage
from visavis.web.admin.doors import desk_page, files_page, show
from visavis.web.admin.forms.appointment_filters import AppointmentFilter
from visavis.web.admin.history_values import HistoryReader
from visavis.web.admin.history_words import in_words
from visavis.web.admin.queries.appointments import (
    export_bookings,
    find_booking,
    history_of_booking,
    listed_bookings,
    shown_state,
    why_fixed,
)
from visavis.web.admin.views.downloads import as_file
from visavis.web.ui.context import cycle_of
from visavis.web.ui.doors import CommunityRequest
from visavis.web.ui.listing import page_of
from visavis.web.ui.replicas import from_replica, lines_from_replica

HISTORY_SHOWN = 50
# The filters that stand folded until one of them counts.
MORE = {"service", "location", "first", "last", "sort"}
MARKED = (BookingState.CONFIRMED, BookingState.ATTENDED, BookingState.NO_SHOW)


@desk_page
@require_safe
@from_replica
def appointments(request: CommunityRequest) -> HttpResponse:
    """Who meets whom: coming ones, or what the address asks for."""
    now, asked = clock.now(), AppointmentFilter(request.GET, community=request.community)
    wanted = asked.wanted
    found = listed_bookings(request.community, now=now, **wanted)
    page_obj = page_of(request, found)
    page = {
        "form": asked.shown,
        "wanted": wanted,
        "is_narrowed": wanted != AppointmentFilter.defaults,
        "more_is_asked": not MORE.isdisjoint(wanted),
        "page_obj": page_obj,
        "rows": [(booking, shown_state(booking, now)) for booking in page_obj],
        "asked": request.GET.urlencode(),
    }
    return show(request, "admin/appointments.html", page, active="appointments")


@files_page
@require_safe
def appointments_export(request: CommunityRequest) -> HttpResponseBase:
    """The same rows, all of them, line by line."""
    now, community = clock.now(), request.community
    wanted = AppointmentFilter(request.GET, community=community).wanted
    found = listed_bookings(community, now=now, **wanted)
    return StreamingHttpResponse(
        lines_from_replica(request, export_bookings(community, found, now=now)),
        headers=as_file(f"{community.slug}-appointments.csv"),
    )


@desk_page
@require_safe
def appointment(request: CommunityRequest, public_id: UUID) -> HttpResponse:
    """One student's meeting: who, when, where, about what, what became of it and what can be done.

    What the student wrote, its log, the reason why it ended and the history are not for the desk.
    """
    booking, now = find_booking(request.community, public_id), clock.now()
    meeting = get_meeting(booking, now=now)
    page = {
        "booking": booking,
        "meeting": meeting,
        "state": shown_state(booking, now),
        "answers": list(booking.answers.all()) if _reads(request, Part.ANSWERS) else [],
        "reason": booking.cancel_reason if _reads(request, Part.REASON) else "",
        "others": [row for row in meeting.bookings.all() if row.pk != booking.pk],
        "proposal": find_open_proposal(booking, now),
        "can_mark": can_mark(booking, now) and booking.state in MARKED,
        "can_change": not why_fixed(booking, now),
        **(_for_admins(request, booking) if can_manage(request.standing) else {}),
    }
    return show(request, "admin/appointment.html", page, active="appointments")


def _reads(request: CommunityRequest, part: Part) -> bool:
    return may_read(request.standing, part)


def _for_admins(request: CommunityRequest, booking: Booking) -> dict[str, Any]:
    reader = HistoryReader(request.community.zone, cycle_of(request))
    rows = history_of_booking(booking)[:HISTORY_SHOWN]
    return {
        "history": [in_words(row, reader) for row in rows],
        "has_log": SessionLog.objects.filter(booking=booking, is_draft=False).exists(),
        "history_title": _("What was done with it"),
    }
