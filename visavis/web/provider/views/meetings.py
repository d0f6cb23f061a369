"""Today, the coming week, and what waits for an answer."""

from collections.abc import Callable
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from visavis.availability.models import WeeklyBlock
from visavis.bookings.actions import accept, cancel, decline, mark_attended, mark_missed, unmark
from visavis.bookings.errors import NotOpen, Refused
from visavis.bookings.models import Booking
from visavis.bookings.queries import require_booking, waiting_requests
from visavis.bookings.rules import is_own_meeting
from visavis.core import clock
from visavis.web.provider.doors import me, teach_page
from visavis.web.provider.forms import AttendanceForm, OptionalReasonForm, ReasonForm
from visavis.web.provider.menu import teach_menu
from visavis.web.provider.reads import coming_days, lacks_meeting_link, past_meetings
from visavis.web.ui.doors import CommunityRequest, actor_of
from visavis.web.ui.methods import post_page

METHODS = ["GET", "HEAD", "POST"]
MARKS: dict[str, tuple[Callable[..., Booking], str | Promise]] = {
    "yes": (mark_attended, gettext_lazy("Noted: %(name)s came.")),
    "no": (mark_missed, gettext_lazy("Noted: %(name)s did not come.")),
    "undo": (unmark, gettext_lazy("Taken back: nothing is noted about %(name)s.")),
}
# `cancel` or `decline`.
End = Callable[..., Booking]


@teach_page
@require_safe
def meetings(request: CommunityRequest) -> HttpResponse:
    provider, now = me(request), clock.now()
    today, *later = coming_days(provider, now=now)
    page = {
        "provider": provider,
        "now": now,
        "today": today,
        "later": [day for day in later if day.entries],
        "past": past_meetings(provider, now=now, day_start=today.start),
        "waiting": list(waiting_requests(provider, now=now)),
        "lacks_link": lacks_meeting_link(provider, now=now),
        "has_hours": WeeklyBlock.objects.filter(provider=provider).exists(),
        **teach_menu(request, "meetings"),
    }
    return render(request, "provider/meetings.html", page)


def meetings_url(request: CommunityRequest, public_id: UUID) -> str:
    """Where the request stands, if it is theirs. Raises NotFound."""
    _mine(request, public_id)
    return reverse("teach:meetings", args=[request.community.slug])


@teach_page
@post_page(back=meetings_url)
def acceptance(request: CommunityRequest, public_id: UUID) -> HttpResponse:
    booking = _mine(request, public_id)
    try:
        accept(booking, by=actor_of(request), now=clock.now())
    except (NotOpen, Refused) as refusal:
        messages.error(request, refusal.message)
    else:
        name = str(booking.student)
        messages.success(request, _("Accepted. %(name)s meets you then.") % {"name": name})
    return redirect("teach:meetings", request.community.slug)


@teach_page
@post_page(back=meetings_url)
def attendance(request: CommunityRequest, public_id: UUID) -> HttpResponse:
    booking, now = _mine(request, public_id), clock.now()
    form = AttendanceForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Nothing was noted. Choose “Attended” or “Missed”."))
        return redirect("teach:meetings", request.community.slug)
    action, said = MARKS[form.cleaned_data["came"]]
    try:
        action(booking, by=actor_of(request), now=now)
    except NotOpen as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, str(said) % {"name": booking.student})
    return redirect("teach:meetings", request.community.slug)


@teach_page
@require_http_methods(METHODS)
def refusal(request: CommunityRequest, public_id: UUID) -> HttpResponse:
    booking = _mine(request, public_id)
    form = OptionalReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _end(request, booking, form, decline, _("Declined. The time is free again."))
    return _ask(request, booking, form, verb=_("Decline this request"), is_request=True)


@teach_page
@require_http_methods(METHODS)
def cancellation(request: CommunityRequest, public_id: UUID) -> HttpResponse:
    booking = _mine(request, public_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _end(request, booking, form, cancel, _("Cancelled. The time is free again."))
    return _ask(request, booking, form, verb=_("Cancel this meeting"), is_request=False)


def _mine(request: CommunityRequest, public_id: UUID) -> Booking:
    return require_booking(request.user, request.community, public_id, may=is_own_meeting)


def _end(
    request: CommunityRequest, booking: Booking, form: ReasonForm, action: End, said: str
) -> HttpResponse:
    try:
        action(booking, by=actor_of(request), reason=form.cleaned_data["reason"], now=clock.now())
    except NotOpen as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, said)
    return redirect("teach:meetings", request.community.slug)


def _ask(
    request: CommunityRequest, booking: Booking, form: ReasonForm, *, verb: str, is_request: bool
) -> HttpResponse:
    page = {
        "form": form,
        "booking": booking,
        "meeting": booking.appointment,
        "verb": verb,
        "is_request": is_request,
        **teach_menu(request, "meetings"),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "provider/ending.html", page, status=status)
