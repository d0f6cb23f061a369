"""After the meeting: how it went, and what is still to be written down."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from visavis.bookings.actions import can_log, write_log
from visavis.bookings.actions.session_log import log_values
from visavis.bookings.errors import InvalidAnswer, InvalidLog, NotOpen
from visavis.bookings.models import Booking, SessionLog
from visavis.bookings.teaching import meetings_to_log
from visavis.catalogue.log_questions import log_questions
from visavis.core import clock
from visavis.core.seen import ChangedMeanwhile, write_seen
from visavis.privacy.enums import InspectionWay
from visavis.privacy.inspections import record_inspection
from visavis.web.provider.back import meeting_url
from visavis.web.provider.days import by_days
from visavis.web.provider.doors import me, mine, teach_page
from visavis.web.provider.log_form import LogForm
from visavis.web.provider.menu import teach_menu
from visavis.web.ui.doors import CommunityRequest, actor_of

METHODS = ["GET", "HEAD", "POST"]
ON_A_PAGE = 20
REFUSED = (InvalidLog, InvalidAnswer, ChangedMeanwhile)


@teach_page
@require_safe
def to_log(request: CommunityRequest) -> HttpResponse:
    """Every meeting that lacks something, the oldest first."""
    provider, now = me(request), clock.now()
    page_obj = Paginator(meetings_to_log(provider, now=now), ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    page = {
        "provider": provider,
        "now": now,
        "days": by_days(list(page_obj), provider.community.zone),
        "page_obj": page_obj,
        **teach_menu(request, "meetings"),
    }
    return render(request, "provider/to_log.html", page)


@teach_page
@require_http_methods(METHODS)
def log(request: CommunityRequest, public_id: UUID) -> HttpResponse:
    booking, now = mine(request, public_id), clock.now()
    if not can_log(booking, now):
        messages.error(request, _("There is no log of this meeting: it was missed, or is to come."))
        return redirect(meeting_url(booking))
    found = SessionLog.objects.filter(booking=booking).first() or SessionLog(booking=booking)
    form = _form(request, booking, found)
    if found.pk is not None and not found.is_draft:
        record_inspection(booking, by=actor_of(request), way=InspectionWay.GIVEN, now=now)
    if form.is_valid():
        try:
            _write(request, booking, form)
        except NotOpen as refused:
            messages.error(request, refused.message)
            return redirect(meeting_url(booking))
        except REFUSED as refused:
            now_there = SessionLog.objects.filter(booking=booking).first() or found
            form.refuse(refused, now=log_values(now_there))
        else:
            return redirect(_after(booking, found))
    page = {
        "form": form,
        "booking": booking,
        "meeting": booking.appointment,
        "log": found,
        **teach_menu(request, "meetings"),
    }
    return render(request, "provider/log.html", page, status=422 if form.errors else 200)


def _form(request: CommunityRequest, booking: Booking, found: SessionLog) -> LogForm:
    data: Any = request.POST if request.method == "POST" else None
    form = LogForm(booking, found, list(log_questions(request.community)), data)
    form.initial["seen"] = write_seen(log_values(found))
    return form


def _after(booking: Booking, found: SessionLog) -> str:
    """To the logs that are due; whoever mends a finished one comes from the meeting's page."""
    if found.pk is not None and not found.is_draft:
        return meeting_url(booking)
    return reverse("teach:to_log", args=[booking.appointment.community.slug])


def _write(request: CommunityRequest, booking: Booking, form: LogForm) -> None:
    written = write_log(
        booking,
        form.entry,
        by=actor_of(request),
        now=clock.now(),
        is_draft=form.is_draft,
        seen=form.cleaned_data["seen"],
    )
    name = {"name": booking.student}
    if written.is_draft:
        messages.success(request, _("The draft is kept. %(name)s sees nothing of it.") % name)
    elif written.for_student:
        told = _("The log is written, and %(name)s gets what is meant for them.")
        messages.success(request, told % name)
    else:
        messages.success(request, _("The log is written."))
