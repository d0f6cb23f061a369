"""Step 5: the format's questions. What is typed is kept at once, right or wrong."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from visavis.bookings.drafts import find_draft
from visavis.people.rules import Standing
from visavis.web.student.answer_form import AnswersForm
from visavis.web.student.doors import student_page
from visavis.web.student.keeping import keep_typed, showing_what_was_written
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


@require_http_methods(["GET", "HEAD", "POST"])
@student_page
def topic(
    request: HttpRequest,
    standing: Standing,
    *,
    format_id: int,
    service_id: int,
    start: str,
    provider_id: int,
    place_id: int,
) -> HttpResponse:
    """A format without questions has no such step: its address leads to the review."""
    if request.method == "POST":
        keep_typed(request, standing, format_id)
    with showing_what_was_written(standing, format_id):
        way = load_way(standing, format_id, service_id)
        way = with_place(with_provider(with_start(way, start), provider_id), place_id)
        way = with_weeks(way, request.GET)
        return redirect(way.url(Stage.WEEKS)) if way.lacks_weeks else _topic(request, way)


def _topic(request: HttpRequest, way: Way) -> HttpResponse:
    if not way.questions:
        return redirect(way.url(Stage.REVIEW))
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = AnswersForm(way.questions, find_draft(way.student, way.format), *sent)
    if form.is_valid():
        return redirect(way.url(Stage.REVIEW))
    reader = reader_for(request, way.community, [chosen(way.place).kind])
    openings = openings_at(way)
    require_offered(way, openings, reader, Stage.TOPIC)
    way = way.choosing(skipped=skipped_before(Stage.TOPIC, way, openings))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return show_step(request, way, Stage.TOPIC, reader, form=form, status=status)
