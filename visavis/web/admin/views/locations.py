"""The places of the community."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from visavis.availability.enums import Weekday
from visavis.availability.models import Location
from visavis.people.enums import HourCycle
from visavis.web.admin.doors import manage_page, show
from visavis.web.admin.forms.filters import LocationFilter, sort_options
from visavis.web.admin.queries.people import listed_locations
from visavis.web.hours.words import clock_in_words
from visavis.web.ui.context import cycle_of
from visavis.web.ui.doors import CommunityRequest
from visavis.web.ui.listing import page_of


@manage_page
@require_safe
def locations(request: CommunityRequest) -> HttpResponse:
    wanted = LocationFilter.read(request.GET)
    page_obj = page_of(request, listed_locations(request.community, **wanted))
    cycle = cycle_of(request)
    page = {
        "rows": [(place, _hours(place, cycle)) for place in page_obj],
        "page_obj": page_obj,
        "wanted": wanted,
        "archived": wanted["archived"],
        "sorts": sort_options({"name": _("Name"), "kind": _("Kind")}),
    }
    return show(request, "admin/locations.html", page, active="locations")


def _hours(place: Location, cycle: HourCycle) -> list[tuple[str, str]]:
    """When it is open: days, of which those in a row with the same times stand together."""
    runs: list[tuple[int, int, list[str]]] = []
    times: dict[int, list[str]] = {}
    for day, start, end in place.hours:
        times.setdefault(day, []).append(clock_in_words(start, end, cycle=cycle))
    for day, clocks in sorted(times.items()):
        if runs and runs[-1][1] == day - 1 and runs[-1][2] == clocks:
            runs[-1] = (runs[-1][0], day, clocks)
        else:
            runs.append((day, day, clocks))
    return [(_days(first, last), ", ".join(clocks)) for first, last, clocks in runs]


def _days(first: int, last: int) -> str:
    labels = [str(Weekday(day).label) for day in dict.fromkeys((first, last))]
    return "–".join(labels)
