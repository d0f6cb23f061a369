"""The places of the community."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from visavis.availability.enums import Weekday
from visavis.web.admin.doors import manage_page, show
from visavis.web.admin.queries.people import listed_locations
from visavis.web.hours.words import clock_in_words
from visavis.web.ui.context import cycle_of
from visavis.web.ui.doors import CommunityRequest
from visavis.web.ui.listing import page_of


@manage_page
@require_safe
def locations(request: CommunityRequest) -> HttpResponse:
    archived = request.GET.get("archived") == "1"
    page_obj = page_of(request, listed_locations(request.community, archived=archived))
    cycle = cycle_of(request)
    rows = [
        (
            place,
            [
                f"{Weekday(day).label}, {clock_in_words(start, end, cycle=cycle)}"
                for day, start, end in place.hours
            ],
        )
        for place in page_obj
    ]
    page = {"rows": rows, "page_obj": page_obj, "archived": archived}
    return show(request, "admin/locations.html", page, active="locations")
