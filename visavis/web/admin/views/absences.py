"""Missed meetings: the rule, who is paused by it, and which absences count."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from visavis.bookings.absences import absences_of, counts_as_absence
from visavis.bookings.actions import excuse
from visavis.bookings.deadlines import can_mark
from visavis.bookings.enums import BookingState
from visavis.bookings.errors import NotOpen
from visavis.bookings.models import Booking
from visavis.bookings.queries import WITH_ALL
from visavis.communities.absence_texts import PLACEHOLDERS
from visavis.communities.actions import change_settings
from visavis.communities.errors import InvalidSetting
from visavis.communities.models import Community
from visavis.core import clock
from visavis.core.errors import NotFound
from visavis.core.ids import read_id
from visavis.notifications.enums import Audience, Kind
from visavis.notifications.samples import sample_letter
from visavis.people.models import Pause
from visavis.people.queries import pauses_at
from visavis.web.admin.doors import METHODS, people_page, show, status_of
from visavis.web.admin.forms.absences import AbsenceRuleForm, ExcuseForm
from visavis.web.ui.doors import CommunityRequest, actor_of
from visavis.web.ui.listing import page_of


@people_page
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
    listed = page_of(request, counted.order_by("-appointment__start", "-pk"))
    page = {
        "form": form,
        "told": form.told(_sample_words(community, now)),
        "placeholders": [(f"{{{name}}}", meaning) for name, meaning in PLACEHOLDERS.items()],
        "paused": page_of(request, pauses_at(community, now), name="paused"),
        "absences": listed,
        "rows": [(booking, _can_correct(booking, now)) for booking in listed],
        "ended": _just_ended(request),
    }
    return show(request, "admin/absences.html", page, active="absences", status=status_of(form))


def _sample_words(community: Community, now: datetime) -> dict[str, str]:
    return sample_letter(community, Kind.NO_SHOW, Audience.STUDENT, now=now).words


def _can_correct(booking: Booking, now: datetime) -> bool:
    """Whether it may be noted that the student came after all."""
    return booking.state == BookingState.NO_SHOW and can_mark(booking, now)


def _just_ended(request: CommunityRequest) -> Pause | None:
    """The pause that was ended on the page before, and could be made again."""
    number = read_id(request.GET.get("ended", ""))
    if number is None:
        return None
    ended = Pause.objects.filter(community=request.community, ended_at__isnull=False)
    return ended.select_related("user").filter(pk=number).first()


@people_page
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
