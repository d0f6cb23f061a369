"""Step 4: where."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from visavis.availability.models import Location
from visavis.people.rules import Standing
from visavis.web.student.doors import student_page
from visavis.web.student.loading import (
    kinds_in_view,
    load_way,
    moving_in,
    narrowed,
    with_provider,
    with_start,
)
from visavis.web.student.offers import openings_at, require_offered
from visavis.web.student.pages import show_step
from visavis.web.student.places import details_before
from visavis.web.student.reader import reader_for
from visavis.web.student.skipping import skipped_before
from visavis.web.student.way import Stage, Way, chosen


@require_safe
@student_page
def places(
    request: HttpRequest,
    standing: Standing,
    *,
    format_id: int,
    service_id: int,
    start: str,
    provider_id: int,
) -> HttpResponse:
    """Where the chosen person can be met then: places they offer that are open and have room."""
    way = with_start(load_way(standing, format_id, service_id, moving=moving_in(request)), start)
    way = with_provider(way, provider_id)
    query = request.GET
    way, _understood = narrowed(
        way, provider=query.get("provider", ""), place=query.get("place", "")
    )
    reader = reader_for(request, way.community, kinds_in_view(way))
    openings = openings_at(way)
    require_offered(way, openings, reader, Stage.PLACES)
    there = _others(way, openings.places(chosen(way.provider), chosen(way.start)))
    shown = [place for place in there if place == way.only_place] or there
    if way.skips_single and len(shown) == 1:
        return redirect(way.choosing(place=shown[0]).following(Stage.PLACES))
    way = way.choosing(skipped=skipped_before(Stage.PLACES, way, openings))
    return show_step(
        request,
        way,
        Stage.PLACES,
        reader,
        places=[
            (place, details_before(place), way.choosing(place=place).following(Stage.PLACES))
            for place in shown
        ],
        hidden=len(there) - len(shown),
        all_url=way.choosing(only_place=None).url(Stage.PLACES),
    )


def _others(way: Way, places: list[Location]) -> list[Location]:
    """Without the place where a meeting that is moved takes place then already, if there are more.

    With the same person at the same time, only the place can change.
    """
    moving = way.moving
    if moving is None or not way.is_own_time(chosen(way.start)):
        return places
    if way.provider != moving.appointment.provider:
        return places
    return [place for place in places if place != moving.appointment.location] or places
