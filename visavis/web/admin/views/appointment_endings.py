"""Ending an appointment: declined, cancelled, or a group's whole meeting called off."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from visavis.bookings.actions import cancel, cancel_meeting, decline
from visavis.bookings.errors import NotOpen
from visavis.bookings.models import Booking
from visavis.bookings.teaching import get_meeting
from visavis.core import clock
from visavis.notifications.enums import Kind
from visavis.web.admin.doors import METHODS, meetings_page, show
from visavis.web.admin.forms.appointments import EndingForm
from visavis.web.admin.queries.appointments import find_booking
from visavis.web.admin.views.appointment_changes import not_fixed, url_of
from visavis.web.ui.doors import CommunityRequest, actor_of
from visavis.web.ui.telling import is_told


@dataclass(frozen=True, slots=True)
class Ending:
    """What the page asks before something ends, and the kind of mail that tells of it."""

    title: str
    lead: str
    verb: str
    kind: Kind


@meetings_page
@require_http_methods(METHODS)
@not_fixed
def appointment_refusal(request: CommunityRequest, public_id: UUID) -> HttpResponse:
    """GET asks for a message; POST declines the request."""
    booking = find_booking(request.community, public_id)

    def act(reason: str) -> str:
        seen = booking.appointment_id
        decline(booking, by=actor_of(request), reason=reason, now=clock.now(), seen=seen)
        return _("Declined. The time is free again.")

    ending = Ending(
        _("Decline the request of %(name)s?") % {"name": booking.student},
        _("The time becomes free, and somebody else can book it."),
        _("Decline the request"),
        Kind.DECLINED,
    )
    return _end(request, booking, ending, act)


@meetings_page
@require_http_methods(METHODS)
@not_fixed
def appointment_cancellation(request: CommunityRequest, public_id: UUID) -> HttpResponse:
    """GET asks for a message; POST cancels this student's seat."""
    booking = find_booking(request.community, public_id)

    def act(reason: str) -> str:
        seen = booking.appointment_id
        cancel(booking, by=actor_of(request), reason=reason, now=clock.now(), seen=seen)
        return _("Cancelled. The time is free again.")

    lead = _("The time becomes free, and somebody else can book it.")
    if booking.appointment.capacity > 1:
        lead = _("The seat becomes free. Whoever else comes still meets.")
    title = _("Cancel the appointment of %(name)s?") % {"name": booking.student}
    return _end(
        request, booking, Ending(title, lead, _("Cancel this appointment"), Kind.CANCELLED), act
    )


@meetings_page
@require_http_methods(METHODS)
@not_fixed
def appointment_group_cancellation(request: CommunityRequest, public_id: UUID) -> HttpResponse:
    """GET names who comes and asks for a message; POST calls the whole meeting off."""
    booking, now = find_booking(request.community, public_id), clock.now()

    def act(reason: str) -> str:
        gone = cancel_meeting(booking.appointment, by=actor_of(request), reason=reason, now=now)
        said = ngettext(
            "The meeting is cancelled for %(count)d student.",
            "The meeting is cancelled for %(count)d students.",
            gone,
        )
        return said % {"count": gone}

    seated = get_meeting(booking, now=now).bookings.all()
    names = ", ".join(str(row.student) for row in seated) or "–"
    lead = _("It is cancelled for everybody who comes: %(names)s.") % {"names": names}
    verb = _("Cancel the whole meeting")
    ending = Ending(_("Cancel the whole meeting?"), lead, verb, Kind.CANCELLED)
    return _end(request, booking, ending, act)


def _end(
    request: CommunityRequest, booking: Booking, ending: Ending, act: Callable[[str], str]
) -> HttpResponse:
    """GET asks; POST lets `act` end it, which takes the message and says what was done."""
    form = EndingForm(request.POST if request.method == "POST" else None, booking=booking)
    if not form.is_valid():
        return _ask(request, booking, ending, form)
    try:
        said = act(form.cleaned_data["reason"].strip())
    except NotOpen as error:
        messages.error(request, error.message)
    else:
        messages.success(request, said)
    return redirect(url_of(request, booking.public_id))


def _ask(
    request: CommunityRequest, booking: Booking, ending: Ending, form: EndingForm
) -> HttpResponse:
    page = {
        "form": form,
        "booking": booking,
        "meeting": booking.appointment,
        "ending": ending,
        "is_told": is_told(request.community, ending.kind),
        "back_url": url_of(request, booking.public_id),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    template = "admin/appointment_ending.html"
    return show(request, template, page, active="appointments", status=status)
