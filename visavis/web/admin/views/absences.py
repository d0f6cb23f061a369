"""Missed meetings: the rule, who is paused by it, and which absences count."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from visavis.bookings.absences import absences_of, counts_as_absence
from visavis.bookings.actions import excuse
from visavis.bookings.errors import NotOpen
from visavis.bookings.models import Booking
from visavis.bookings.queries import WITH_ALL
from visavis.communities.actions import change_settings
from visavis.communities.errors import InvalidSetting
from visavis.core import clock
from visavis.core.errors import NotFound
from visavis.people.actions import end_pause
from visavis.people.queries import pauses_at
from visavis.web.admin.doors import METHODS, manage_page, show, status_of
from visavis.web.admin.forms.absences import AbsenceRuleForm, ExcuseForm
from visavis.web.ui.doors import CommunityRequest, actor_of
from visavis.web.ui.listing import page_of


@manage_page
@require_http_methods(METHODS)
def absences(request: CommunityRequest) -> HttpResponse:
    community, now = request.community, clock.now()
    form = AbsenceRuleForm(request.POST if request.method == "POST" else None, community=community)
    if form.is_valid():
        try:
            change_settings(community, form.columns, by=actor_of(request))
        except InvalidSetting as error:
            form.refuse(error)
        else:
            messages.success(request, _("The rule is saved. It counts from the next absence on."))
            return redirect("manage:absences", community.slug)
    counted = absences_of(community, now).select_related("student", *WITH_ALL)
    page = {
        "form": form,
        "paused": page_of(request, pauses_at(community, now), name="paused"),
        "absences": page_of(request, counted.order_by("-appointment__start", "-pk")),
    }
    return show(request, "admin/absences.html", page, active="absences", status=status_of(form))


@manage_page
@require_http_methods(METHODS)
def pause_end(request: CommunityRequest, pk: int) -> HttpResponse:
    community, now = request.community, clock.now()
    pause = pauses_at(community, now).filter(pk=pk).first()
    if pause is None:
        raise NotFound(_("This pause is over, or was ended before."))
    name = {"name": str(pause.user)}
    if request.method == "POST":
        end_pause(pause, by=actor_of(request), now=now)
        messages.success(request, _("%(name)s can book again.") % name)
        return redirect("manage:absences", community.slug)
    page = {
        "title": _("End the pause of %(name)s?") % name,
        "consequence": _("%(name)s can book again at once. What was missed still counts.") % name,
        "verb": _("End the pause now"),
        "back_url": reverse("manage:absences", args=[community.slug]),
    }
    return show(request, "admin/removal.html", page, active="absences")


@manage_page
@require_http_methods(METHODS)
def excusing(request: CommunityRequest, public_id: UUID) -> HttpResponse:
    community = request.community
    booking = _absence(request, public_id)
    form = ExcuseForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            excuse(booking, by=actor_of(request), reason=reason, now=clock.now())
        except NotOpen as error:
            messages.error(request, error.message)
        else:
            name = {"name": str(booking.student)}
            messages.success(request, _("Excused. It counts no more for %(name)s.") % name)
        return redirect("manage:absences", community.slug)
    page = {
        "form": form,
        "title": _("Excuse %(name)s?") % {"name": booking.student},
        "consequence": _(
            "This absence counts no more. If it led to a pause, that is lifted at once."
        ),
        "verb": _("Excuse this absence"),
        "back_url": reverse("manage:absences", args=[community.slug]),
    }
    return show(request, "admin/excuse.html", page, active="absences", status=status_of(form))


def _absence(request: CommunityRequest, public_id: UUID) -> Booking:
    booking = (
        Booking.objects.filter(public_id=public_id, appointment__community=request.community)
        .select_related("student", *WITH_ALL)
        .first()
    )
    if booking is None or not counts_as_absence(booking):
        raise NotFound(_("This is no absence that counts, or it was excused already."))
    return booking
