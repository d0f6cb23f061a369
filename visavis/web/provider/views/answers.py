"""Answers to requests: to one, or to all weeks of a weekly one."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from visavis.bookings.actions import accept, accept_series, decline, decline_series
from visavis.bookings.enums import BookingState
from visavis.bookings.errors import NotOpen, Refused
from visavis.bookings.models import Series
from visavis.bookings.teaching import weeks_to_answer
from visavis.core import clock
from visavis.notifications.enums import Kind
from visavis.web.provider.back import is_now, meeting_url, way_back
from visavis.web.provider.doors import mine, my_series, teach_page
from visavis.web.provider.forms import OptionalReasonForm, RefusalForm, WeeksSeenForm
from visavis.web.provider.menu import teach_menu
from visavis.web.provider.views.endings import show_question
from visavis.web.ui.doors import CommunityRequest, actor_of
from visavis.web.ui.meeting_seen import MOVED, MeetingSeenForm
from visavis.web.ui.methods import post_page
from visavis.web.ui.telling import is_told

METHODS = ["GET", "HEAD", "POST"]


def meetings_url(request: CommunityRequest, public_id: UUID) -> str:
    """Where the request stands, if it is theirs. Raises NotFound."""
    mine(request, public_id)
    return reverse("teach:meetings", args=[request.community.slug])


def series_url(request: CommunityRequest, public_id: UUID) -> str:
    """The page of the series, if it is theirs. Raises NotFound."""
    found = my_series(request, public_id)
    return reverse("teach:series", args=[request.community.slug, found.public_id])


@teach_page
@post_page(back=meetings_url)
def acceptance(request: CommunityRequest, public_id: UUID) -> HttpResponse:
    booking = mine(request, public_id)
    form = MeetingSeenForm(request.POST, booking=booking)
    if not form.is_valid():
        messages.warning(request, MOVED)
        return redirect(way_back(request, booking))
    try:
        accept(booking, by=actor_of(request), now=clock.now(), seen=booking.appointment_id)
    except (NotOpen, Refused) as refusal:
        if not is_now(booking, BookingState.CONFIRMED):
            messages.error(request, refusal.message)
            return redirect(way_back(request, booking))
    name = str(booking.student)
    messages.success(request, _("Accepted. %(name)s meets you then.") % {"name": name})
    return redirect(way_back(request, booking))


@teach_page
@require_http_methods(METHODS)
def refusal(request: CommunityRequest, public_id: UUID) -> HttpResponse:
    """GET asks, with a reason if one likes; POST declines."""
    booking = mine(request, public_id)
    if request.method != "POST" and booking.state != BookingState.REQUESTED:
        messages.info(request, _("This request waits for no answer any more."))
        return redirect(meeting_url(booking))
    form = RefusalForm(request.POST if request.method == "POST" else None, booking=booking)
    if not form.is_valid():
        told = is_told(request.community, Kind.DECLINED)
        return show_question(request, booking, form, "provider/refusal.html", is_told=told)
    reason, seen = form.cleaned_data["reason"], booking.appointment_id
    try:
        decline(booking, by=actor_of(request), reason=reason, now=clock.now(), seen=seen)
    except NotOpen as refused:
        if not is_now(booking, BookingState.DECLINED):
            messages.error(request, refused.message)
            return redirect("teach:meetings", request.community.slug)
    messages.success(request, _("Declined. The time is free again."))
    return redirect("teach:meetings", request.community.slug)


@teach_page
@post_page(back=series_url)
def series_acceptance(request: CommunityRequest, public_id: UUID) -> HttpResponse:
    """Accept every week that waits."""
    found, seen = my_series(request, public_id), WeeksSeenForm(request.POST).weeks
    try:
        done = accept_series(found, by=actor_of(request), now=clock.now(), seen=seen)
    except NotOpen as refused:
        messages.error(request, refused.message)
        return redirect("teach:series", request.community.slug, found.public_id)
    told = ngettext(
        "Accepted: one meeting with %(name)s.",
        "Accepted: %(count)d meetings with %(name)s.",
        len(done),
    )
    messages.success(request, told % {"count": len(done), "name": found.student})
    return redirect("teach:series", request.community.slug, found.public_id)


@teach_page
@require_http_methods(METHODS)
def series_refusal(request: CommunityRequest, public_id: UUID) -> HttpResponse:
    """GET asks and lists the weeks that wait; POST declines them all."""
    found, now = my_series(request, public_id), clock.now()
    form = OptionalReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _decline_all(request, found, form.cleaned_data["reason"])
    waiting = list(weeks_to_answer(found, by_id=actor_of(request).id, now=now))
    page = {
        "series": found,
        "waiting": [booking.appointment for booking in waiting],
        "form": form,
        "is_told": is_told(request.community, Kind.DECLINED, weeks=len(waiting)),
        **teach_menu(request, "meetings"),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "provider/series_refusal.html", page, status=status)


def _decline_all(request: CommunityRequest, found: Series, reason: str) -> HttpResponse:
    try:
        done = decline_series(found, by=actor_of(request), reason=reason, now=clock.now())
    except NotOpen as refused:
        messages.error(request, refused.message)
    else:
        told = ngettext(
            "Declined. The time is free again.",
            "Declined: %(count)d meetings. The times are free again.",
            len(done),
        )
        messages.success(request, told % {"count": len(done)})
    return redirect("teach:meetings", request.community.slug)
