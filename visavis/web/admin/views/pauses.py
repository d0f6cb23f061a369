"""Pauses made by hand: whose booking, of what, until when and why; and their end."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from visavis.bookings.queries import find_guest
from visavis.core import clock
from visavis.core.errors import NotFound
from visavis.core.ids import read_id
from visavis.people.actions import end_pause, pause_booking
from visavis.people.models import Pause, User
from visavis.people.queries import pauses_at
from visavis.web.admin.doors import METHODS, people_page, show, status_of
from visavis.web.admin.forms.pauses import PauseForm
from visavis.web.ui.doors import CommunityRequest, actor_of


@people_page
@require_http_methods(METHODS)
def new_pause(request: CommunityRequest) -> HttpResponse:
    """Pause somebody's booking, or change the pause that they have."""
    community, now = request.community, clock.now()
    email = request.POST.get("student") or request.GET.get("student", "")
    student = find_guest(community, email)
    pause = None if student is None else _pause_of(request, student, now)
    form = PauseForm(
        request.POST if request.method == "POST" else None,
        initial={"student": email, **PauseForm.shown(community, pause or _former(request))},
        community=community,
        today=now.astimezone(community.zone).date(),
    )
    if form.is_valid() and student is None:
        form.add_error("student", _("Nobody with this e-mail is a student here."))
    if form.is_valid() and student is not None:
        pause_booking(student, community, **form.values, by=actor_of(request), now=now)
        said = _("The booking of %(name)s is paused. They see it on their pages.")
        messages.success(request, said % {"name": student})
        return redirect("manage:absences", community.slug)
    page = {"form": form, "student": student, "pause": pause, "back_url": _back(request)}
    return show(request, "admin/pause.html", page, active="absences", status=status_of(form))


def _pause_of(request: CommunityRequest, student: User, now: datetime) -> Pause | None:
    return pauses_at(request.community, now).filter(user=student).first()


def _former(request: CommunityRequest) -> Pause | None:
    """The pause that was ended a moment ago and is made again, if the address names one."""
    number = read_id(request.GET.get("like", ""))
    if number is None:
        return None
    return Pause.objects.filter(community=request.community, pk=number).first()


def _back(request: CommunityRequest) -> str:
    return reverse("manage:absences", args=[request.community.slug])


@people_page
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
        return redirect(f"{_back(request)}?ended={pause.pk}")
    page = {
        "title": _("End the pause of %(name)s?") % name,
        "consequence": _("%(name)s can book again at once. What was missed still counts.") % name,
        "verb": _("End the pause now"),
        "back_url": _back(request),
    }
    return show(request, "admin/removal.html", page, active="absences")
