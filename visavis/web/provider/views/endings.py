"""Calling meetings off: one student's, or a group's whole meeting; always with a reason."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from visavis.bookings.actions import cancel, cancel_meeting
from visavis.bookings.enums import BookingState
from visavis.bookings.errors import NotOpen
from visavis.bookings.models import Booking
from visavis.bookings.teaching import get_meeting
from visavis.core import clock
from visavis.notifications.enums import Kind
from visavis.web.provider.back import is_now, meeting_url
from visavis.web.provider.doors import mine, teach_page
from visavis.web.provider.forms import EndingForm, ReasonForm
from visavis.web.provider.menu import teach_menu
from visavis.web.ui.doors import CommunityRequest, actor_of
from visavis.web.ui.telling import is_told

METHODS = ["GET", "HEAD", "POST"]


@teach_page
@require_http_methods(METHODS)
def cancellation(request: CommunityRequest, public_id: UUID) -> HttpResponse:
    """GET asks why; POST cancels one student's seat."""
    booking = mine(request, public_id)
    form = EndingForm(request.POST if request.method == "POST" else None, booking=booking)
    if not form.is_valid():
        told = is_told(request.community, Kind.CANCELLED)
        return show_question(request, booking, form, "provider/cancellation.html", is_told=told)
    reason, seen = form.cleaned_data["reason"], booking.appointment_id
    try:
        cancel(booking, by=actor_of(request), reason=reason, now=clock.now(), seen=seen)
    except NotOpen as refused:
        if not is_now(booking, BookingState.CANCELLED):
            messages.error(request, refused.message)
            return redirect("teach:meetings", request.community.slug)
    messages.success(request, _("Cancelled. The time is free again."))
    return redirect("teach:meetings", request.community.slug)


@teach_page
@require_http_methods(METHODS)
def group_cancellation(request: CommunityRequest, public_id: UUID) -> HttpResponse:
    """GET asks why, and names who comes; POST calls the whole meeting off."""
    booking, now = mine(request, public_id), clock.now()
    form = EndingForm(request.POST if request.method == "POST" else None, booking=booking)
    if not form.is_valid():
        seated = list(get_meeting(booking, now=now).bookings.all())
        page = {"seated": seated, "is_told": is_told(request.community, Kind.CANCELLED)}
        return show_question(request, booking, form, "provider/group_cancellation.html", **page)
    return _call_off(request, booking, form.cleaned_data["reason"])


def _call_off(request: CommunityRequest, booking: Booking, reason: str) -> HttpResponse:
    by, now = actor_of(request), clock.now()
    try:
        gone = cancel_meeting(booking.appointment, by=by, reason=reason, now=now)
    except NotOpen as refused:
        messages.error(request, refused.message)
    else:
        said = ngettext(
            "The meeting is cancelled for %(count)d student.",
            "The meeting is cancelled for %(count)d students.",
            gone,
        )
        messages.success(request, said % {"count": gone})
    return redirect("teach:meetings", request.community.slug)


def show_question(
    request: CommunityRequest, booking: Booking, form: ReasonForm, template: str, **more: Any
) -> HttpResponse:
    """The page that asks before something ends."""
    page = {
        "form": form,
        "booking": booking,
        "meeting": booking.appointment,
        "back_url": meeting_url(booking),
        **more,
        **teach_menu(request, "meetings"),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, template, page, status=status)
