"""Handing an appointment over: somebody else gives it, at the same time."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from visavis.bookings.actions import hand_over
from visavis.bookings.errors import NotOpen, Refused
from visavis.bookings.models import Booking
from visavis.changes.heirs import find_heirs
from visavis.core import clock
from visavis.notifications.enums import Kind
from visavis.web.admin.doors import METHODS, meetings_page, show
from visavis.web.admin.forms.appointments import HandingOverForm
from visavis.web.admin.queries.appointments import find_booking
from visavis.web.admin.views.appointment_changes import able_to_give, not_fixed, url_of
from visavis.web.ui.doors import CommunityRequest, actor_of
from visavis.web.ui.telling import is_told


@meetings_page
@require_http_methods(METHODS)
@not_fixed
def appointment_handing_over(request: CommunityRequest, public_id: UUID) -> HttpResponse:
    """GET names who could give it at its time, and who could at another; POST hands it over."""
    booking, now = find_booking(request.community, public_id), clock.now()
    heirs = find_heirs(request.community, [booking], now=now).of(booking)
    sent = request.POST if request.method == "POST" else None
    form = HandingOverForm(sent, heirs=heirs, booking=booking)
    if not form.is_valid():
        return _ask(request, booking, form)
    heir = form.cleaned_data["heir"]
    try:
        hand_over(
            booking, heir, by=actor_of(request), reason=form.cleaned_data["reason"].strip(), now=now
        )
    except NotOpen as error:
        messages.error(request, error.message)
    except Refused as error:
        form.add_error("heir", error.message)
        return _ask(request, booking, form)
    else:
        said = _("Handed over to %(name)s. Whoever it concerns is told.")
        messages.success(request, said % {"name": heir.provider})
    return redirect(url_of(request, public_id))


def _ask(request: CommunityRequest, booking: Booking, form: HandingOverForm) -> HttpResponse:
    away = {booking.appointment.provider_id, *(heir.provider.pk for heir in form.heirs)}
    page = {
        "booking": booking,
        "meeting": booking.appointment,
        "form": form,
        "busy": [one for one in able_to_give(booking) if one.pk not in away],
        "is_told": is_told(request.community, Kind.CHANGED),
        "back_url": url_of(request, booking.public_id),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    template = "admin/appointment_handing_over.html"
    return show(request, template, page, active="appointments", status=status)
