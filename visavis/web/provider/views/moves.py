"""Moving a meeting without asking: pick a free time, say why, and the student is told."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from visavis.bookings.actions import Target, reschedule
from visavis.bookings.enums import BookingState
from visavis.bookings.errors import NotOpen, Refused
from visavis.bookings.models import Booking
from visavis.core import clock
from visavis.notifications.enums import Kind
from visavis.web.provider.back import meeting_url
from visavis.web.provider.doors import mine, teach_page
from visavis.web.provider.forms import DayForm, MoveForm
from visavis.web.provider.menu import teach_menu
from visavis.web.ui.context import cycle_of
from visavis.web.ui.doors import CommunityRequest, actor_of
from visavis.web.ui.free import Elsewhere
from visavis.web.ui.telling import is_told


@teach_page
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: CommunityRequest, public_id: UUID) -> HttpResponse:
    """GET shows the free times, and with `start` old and new; POST moves, with a reason."""
    booking, now = mine(request, public_id), clock.now()
    if booking.state != BookingState.CONFIRMED or booking.appointment.start <= now:
        messages.error(request, _("Only a confirmed meeting that is still to come can be moved."))
        return redirect(meeting_url(booking))
    elsewhere = Elsewhere(booking, now, cycle_of(request))
    if request.method != "POST" and "start" not in request.GET:
        return _show_times(request, booking, elsewhere)
    form = _form(request, booking, elsewhere)
    if not form.is_valid():
        return _show_question(request, booking, form)
    return _move(request, booking, form)


def _form(request: CommunityRequest, booking: Booking, elsewhere: Elsewhere) -> MoveForm:
    sent = request.POST if request.method == "POST" else None
    first = {"start": request.GET.get("start", ""), "seen": booking.appointment_id}
    return MoveForm(sent, initial=first, places=elsewhere.places)


def _show_times(request: CommunityRequest, booking: Booking, elsewhere: Elsewhere) -> HttpResponse:
    form = DayForm(request.GET)
    first = form.cleaned_data["from"] if form.is_valid() else None
    page = {
        "booking": booking,
        "meeting": booking.appointment,
        "span": elsewhere.span(first, path=request.path),
        "back_url": meeting_url(booking),
        **teach_menu(request, "meetings"),
    }
    return render(request, "provider/move_times.html", page)


def _show_question(request: CommunityRequest, booking: Booking, form: MoveForm) -> HttpResponse:
    if form.chosen_start is None:
        messages.error(request, form.why_not)
        return redirect(request.path)
    page = {
        "booking": booking,
        "meeting": booking.appointment,
        "form": form,
        "start": form.chosen_start,
        "end": form.chosen_start + (booking.appointment.end - booking.appointment.start),
        "is_told": is_told(request.community, Kind.CHANGED),
        "back_url": meeting_url(booking),
        **teach_menu(request, "meetings"),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "provider/move.html", page, status=status)


def _move(request: CommunityRequest, booking: Booking, form: MoveForm) -> HttpResponse:
    typed = form.cleaned_data
    target = Target(form.wanted, booking.appointment.provider, typed["place"], typed["seen"])
    try:
        reschedule(booking, target, by=actor_of(request), reason=typed["reason"], now=clock.now())
    except (NotOpen, Refused) as refusal:
        messages.error(request, refusal.message)
        return redirect(request.path)
    messages.success(request, _("The meeting is moved. The old time is free again."))
    return redirect(meeting_url(booking))
