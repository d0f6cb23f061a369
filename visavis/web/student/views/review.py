"""Step 6: the meeting as a sentence, and one button."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from visavis.bookings.answers import check_answers
from visavis.bookings.drafts import find_draft, given_answers
from visavis.bookings.errors import InvalidAnswer
from visavis.core.instants import write_instant
from visavis.people.rules import Standing
from visavis.web.student.doors import student_page
from visavis.web.student.forms import ConfirmForm, SeriesForm
from visavis.web.student.groups import begins_group
from visavis.web.student.keeping import showing_what_was_written
from visavis.web.student.loading import (
    load_way,
    moving_in,
    narrowed,
    with_place,
    with_provider,
    with_start,
    with_weeks,
)
from visavis.web.student.meetings import shown_draft
from visavis.web.student.moving import show_move
from visavis.web.student.offers import openings_at, require_offered
from visavis.web.student.pages import show_step
from visavis.web.student.places import place_in_sentence
from visavis.web.student.reader import reader_for
from visavis.web.student.skipping import skipped_before
from visavis.web.student.way import Stage, Way, chosen
from visavis.web.student.weekly import week_lines


@require_safe
@student_page
def review(
    request: HttpRequest,
    standing: Standing,
    *,
    format_id: int,
    service_id: int,
    start: str,
    provider_id: int,
    place_id: int,
) -> HttpResponse:
    """Everything once more. Answers that are missing lead back to the topic."""
    with showing_what_was_written(standing, format_id):
        way = load_way(standing, format_id, service_id, moving=moving_in(request))
        way = with_place(with_provider(with_start(way, start), provider_id), place_id)
        way = with_weeks(way, request.GET)
        if way.moving is not None:
            way, _understood = narrowed(
                way, provider=request.GET.get("provider", ""), place=request.GET.get("place", "")
            )
        return redirect(way.url(Stage.WEEKS)) if way.lacks_weeks else _review(request, way)


def _review(request: HttpRequest, way: Way) -> HttpResponse:
    reader = reader_for(request, way.community, [chosen(way.place).kind])
    openings = openings_at(way)
    require_offered(way, openings, reader, Stage.REVIEW)
    if way.moving is not None:
        return show_move(request, way, reader, openings)
    draft = find_draft(way.student, way.format)
    try:
        answers = check_answers(way.format, given_answers(draft, way.format))
    except InvalidAnswer as error:
        messages.warning(request, error.message.replace("?: ", "? "))
        return redirect(way.url(Stage.TOPIC))
    lines = week_lines(way, reader) if way.format.is_weekly else []
    lost = next((line for line in lines if line.reason and line.week.is_wanted), None)
    if lost is not None:
        messages.warning(request, f"{lost.day}: {lost.reason}")
        return redirect(way.url(Stage.WEEKS))
    way = way.choosing(skipped=skipped_before(Stage.REVIEW, way, openings))
    key = draft.idempotency_key if draft else uuid.uuid4()
    return show_step(
        request,
        way,
        Stage.REVIEW,
        reader,
        answers=shown_draft(answers),
        topic_url=way.url(Stage.TOPIC) if way.questions else "",
        form=(SeriesForm if lines else ConfirmForm)(initial=confirmation(way, key)),
        is_new_group=begins_group(openings, chosen(way.provider).pk, chosen(way.start)),
        lines=lines,
        booked=sum(1 for line in lines if not line.is_taken_out),
        weeks_url=way.url(Stage.WEEKS) if lines else "",
        moment=reader.day_and_time(chosen(way.start), way.end),
        short_moment=reader.weekday_and_time(chosen(way.start)),
        zone=reader.zone_note(chosen(way.start)),
        where=place_in_sentence(chosen(way.place)),
    )


def confirmation(way: Way, key: uuid.UUID) -> dict[str, object]:
    """What the button sends."""
    weeks = {
        "weeks": way.weeks,
        "skip": " ".join(day.isoformat() for day in sorted(way.skipping)),
    }
    return {
        "format": way.format.pk,
        "service": way.service and way.service.pk,
        "start": way.start and write_instant(way.start),
        "provider": way.provider and way.provider.pk,
        "place": way.place and way.place.pk,
        "key": key,
        **(weeks if way.weeks else {}),
    }
