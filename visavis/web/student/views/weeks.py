"""The step of a weekly format: how many weeks, and each of them with what stands against it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from visavis.people.rules import Standing
from visavis.web.student.doors import student_page
from visavis.web.student.forms import WeeksForm
from visavis.web.student.keeping import showing_what_was_written
from visavis.web.student.loading import (
    load_way,
    with_place,
    with_provider,
    with_start,
    with_weeks,
)
from visavis.web.student.offers import openings_at, require_offered
from visavis.web.student.pages import show_step
from visavis.web.student.reader import reader_for
from visavis.web.student.skipping import skipped_before
from visavis.web.student.way import Stage, Way, chosen
from visavis.web.student.weekly import suggested_weeks, week_choices, week_lines


@require_safe
@student_page
def weeks(
    request: HttpRequest,
    standing: Standing,
    *,
    format_id: int,
    service_id: int,
    start: str,
    provider_id: int,
    place_id: int,
) -> HttpResponse:
    """Ticks and number travel in the address, so Back and a reload show the same weeks."""
    with showing_what_was_written(standing, format_id):
        way = load_way(standing, format_id, service_id)
        way = with_place(with_provider(with_start(way, start), provider_id), place_id)
        if not way.format.is_weekly:
            return redirect(way.following(Stage.PLACES))
        return _weeks(request, with_weeks(way, request.GET))


def _weeks(request: HttpRequest, way: Way) -> HttpResponse:
    reader = reader_for(request, way.community, [chosen(way.place).kind])
    openings = openings_at(way)
    require_offered(way, openings, reader, Stage.WEEKS)
    if way.weeks is None:
        way = way.choosing(weeks=suggested_weeks(way))
    labels = week_choices(way)
    form = WeeksForm(None, counts=labels, labels=labels)
    form.initial = {"weeks": str(way.weeks)}
    lines = week_lines(way, reader)
    bare = way.choosing(weeks=None, skipping=frozenset())
    way = bare.choosing(skipped=skipped_before(Stage.WEEKS, way, openings))
    return show_step(
        request,
        way,
        Stage.WEEKS,
        reader,
        form=form,
        lines=lines,
        booked=sum(1 for line in lines if not line.is_taken_out),
        again_url=bare.url(Stage.WEEKS),
        onward_url=bare.following(Stage.WEEKS),
        zone=reader.zone_words,
    )
