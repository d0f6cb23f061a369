"""Ending what is left of a weekly series, as the one who gives it."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from visavis.bookings.actions import end_series
from visavis.bookings.errors import NotOpen
from visavis.bookings.models import Series
from visavis.bookings.queries import require_series, weeks_to_end
from visavis.bookings.rules import is_own_weekly_meeting
from visavis.core import clock
from visavis.web.provider.doors import teach_page
from visavis.web.provider.forms import ReasonForm
from visavis.web.provider.menu import teach_menu
from visavis.web.ui.doors import CommunityRequest, actor_of


@teach_page
@require_http_methods(["GET", "HEAD", "POST"])
def series_ending(request: CommunityRequest, public_id: UUID) -> HttpResponse:
    """GET asks, with every week that would go; POST cancels them with a reason."""
    found = require_series(request.user, request.community, public_id, may=is_own_weekly_meeting)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _end(request, found, form)
    left = list(weeks_to_end(found, by_id=actor_of(request).id, now=clock.now()))
    page = {
        "series": found,
        "left": [booking.appointment for booking in left],
        "form": form,
        **teach_menu(request, "meetings"),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "provider/series_ending.html", page, status=status)


def _end(request: CommunityRequest, found: Series, form: ReasonForm) -> HttpResponse:
    reason = form.cleaned_data["reason"]
    try:
        ended = end_series(found, by=actor_of(request), reason=reason, now=clock.now())
    except NotOpen as refused:
        messages.error(request, refused.message)
    else:
        told = ngettext(
            "One meeting is cancelled. The time is free again.",
            "%(count)d meetings are cancelled. The times are free again.",
            len(ended),
        )
        messages.success(request, told % {"count": len(ended)})
    return redirect("teach:meetings", request.community.slug)
