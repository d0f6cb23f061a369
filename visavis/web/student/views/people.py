"""Step 3: who of those free then."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from visavis.bookings.openings import admitted_places
from visavis.people.rules import Standing
from visavis.web.student.doors import student_page
from visavis.web.student.loading import load_way, narrowed, with_start
from visavis.web.student.offers import openings_at, require_offered
from visavis.web.student.pages import show_step
from visavis.web.student.people import first_line
from visavis.web.student.reader import reader_for
from visavis.web.student.way import Stage, chosen


@require_safe
@student_page
def providers(
    request: HttpRequest, standing: Standing, *, format_id: int, service_id: int, start: str
) -> HttpResponse:
    """Those who are free at the chosen start; an own service shows exactly one."""
    way = with_start(load_way(standing, format_id, service_id), start)
    query = request.GET
    way, _understood = narrowed(
        way, provider=query.get("provider", ""), place=query.get("place", "")
    )
    kinds = {place.kind for place in admitted_places(way.community, way.format)}
    reader = reader_for(request, way.community, kinds)
    openings = openings_at(way)
    require_offered(way, openings, reader, Stage.PROVIDERS)
    free = openings.free(chosen(way.start))
    shown = [who for who in free if who == way.only_provider] or free
    if way.community.skip_single_choice and len(shown) == 1:
        return redirect(way.choosing(provider=shown[0]).url(Stage.PLACES))
    people = [
        (who, first_line(who.bio), way.choosing(provider=who).url(Stage.PLACES)) for who in shown
    ]
    return show_step(
        request,
        way,
        Stage.PROVIDERS,
        reader,
        people=people,
        hidden=len(free) - len(shown),
        all_url=way.choosing(only_provider=None).url(Stage.PROVIDERS),
    )
