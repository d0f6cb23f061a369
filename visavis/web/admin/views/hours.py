"""Everybody's hours in one week."""

from datetime import date, timedelta

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from visavis.core import clock
from visavis.people.times import week_of
from visavis.web.admin.doors import hours_page, show
from visavis.web.admin.forms.filters import TextFilter
from visavis.web.admin.queries.people import listed_providers
from visavis.web.hours.day_forms import WeekForm
from visavis.web.hours.everybody import WEEK_DAYS, Everybody
from visavis.web.ui.context import cycle_of
from visavis.web.ui.doors import CommunityRequest
from visavis.web.ui.listing import page_of

WEEK = timedelta(days=WEEK_DAYS)


@hours_page
@require_safe
def all_hours(request: CommunityRequest) -> HttpResponse:
    """The week that the address asks for, else this one; people page by page."""
    community, text = request.community, TextFilter.read(request.GET)["text"]
    today = clock.now().astimezone(community.zone).date()
    first = week_of(WeekForm.day_of(request.GET) or today, community.zone)
    page_obj = page_of(request, listed_providers(community, text=text))
    reader = Everybody(community, first, today, cycle_of(request))
    days, rows = reader.week(list(page_obj))
    page = {
        "text": text,
        "page_obj": page_obj,
        "days": days,
        "rows": rows,
        "first": first,
        "weeks": {
            "earlier": _url(request, first - WEEK),
            "this": _url(request, None),
            "later": _url(request, first + WEEK),
        },
    }
    return show(request, "admin/all_hours.html", page, active="hours")


def _url(request: CommunityRequest, first: date | None) -> str:
    """The same page of the list, in another week."""
    query = request.GET.copy()
    query.pop("week", None)
    if first is not None:
        query["week"] = first.isoformat()
    return f"?{query.urlencode()}"
