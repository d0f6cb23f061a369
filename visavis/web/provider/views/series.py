"""A weekly series as the one who gives it sees it, and the end of what is left of one."""

from datetime import date
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from visavis.bookings.actions import end_series
from visavis.bookings.errors import NotOpen
from visavis.bookings.models import Series
from visavis.bookings.queries import weeks_of, weeks_to_end
from visavis.core import clock
from visavis.notifications.enums import Kind
from visavis.web.provider.doors import me, my_series, teach_page
from visavis.web.provider.forms import ReasonForm
from visavis.web.provider.menu import teach_menu
from visavis.web.provider.weekly import week_lines
from visavis.web.ui.context import cycle_of
from visavis.web.ui.doors import CommunityRequest, actor_of
from visavis.web.ui.telling import is_told
from visavis.web.ui.times import rhythm_in_words


@teach_page
@require_safe
def series(request: CommunityRequest, public_id: UUID) -> HttpResponse:
    """Week by week: what stands, what waits for an answer, and what can be done with all of it."""
    found, now = my_series(request, public_id), clock.now()
    weeks = list(weeks_of(found).filter(appointment__provider=found.provider_id))
    lines = week_lines(weeks, now=now)
    zone = request.community.zone
    page = {
        "series": found,
        "rhythm": rhythm_in_words(found.first_start, zone=zone, cycle=cycle_of(request)),
        "weeks": lines,
        "left_out": [date.fromisoformat(week["day"]) for week in found.skipped],
        "waiting": [line for line in lines if line.is_waiting],
        "left": [line for line in lines if line.is_ahead],
        "booking": weeks[0] if weeks else None,
        "provider": me(request),
        **teach_menu(request, "meetings"),
    }
    return render(request, "provider/series.html", page)


@teach_page
@require_http_methods(["GET", "HEAD", "POST"])
def series_ending(request: CommunityRequest, public_id: UUID) -> HttpResponse:
    """GET asks, with every week that would go; POST cancels them with a reason."""
    found = my_series(request, public_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _end(request, found, form)
    left = list(weeks_to_end(found, by_id=actor_of(request).id, now=clock.now()))
    page = {
        "series": found,
        "is_told": is_told(request.community, Kind.CANCELLED, weeks=len(left)),
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
