"""Nothing typed is lost: it is kept before anything can refuse it, and shown where the way ends."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import HttpRequest

from visavis.bookings.answers import questions_of
from visavis.bookings.drafts import find_draft, given_answers, save_draft
from visavis.catalogue.models import AppointmentFormat
from visavis.core import clock
from visavis.people.rules import Standing
from visavis.web.student.answer_form import AnswersForm
from visavis.web.student.dead_ends import DeadEnd
from visavis.web.student.doors import person_of
from visavis.web.student.meetings import shown_draft


def keep_typed(request: HttpRequest, standing: Standing, format_id: int) -> None:
    """Keep what the topic page sent, right or wrong.

    Whoever was paused meanwhile, or reached a limit, or whose meeting is no longer offered, is
    told so afterwards; the answers are there when it can be booked again.
    """
    format_ = _find_format(standing, format_id)
    questions = questions_of(format_) if format_ else []
    if format_ is None or not questions:
        return
    user = person_of(standing)
    form = AnswersForm(questions, find_draft(user, format_), request.POST, request.FILES)
    form.full_clean()
    save_draft(user, format_, values=form.typed(), files=form.sent_files(), now=clock.now())


@contextmanager
def showing_what_was_written(standing: Standing, format_id: int) -> Iterator[None]:
    """Have a dead end within the block show the answers that are kept for this format."""
    try:
        yield
    except DeadEnd as end:
        format_ = _find_format(standing, format_id)
        draft = find_draft(person_of(standing), format_) if format_ else None
        if format_ is not None and draft is not None:
            given = given_answers(draft, format_)
            end.answers = shown_draft(answer for answer in given if not answer.is_empty)
        raise


def _find_format(standing: Standing, format_id: int) -> AppointmentFormat | None:
    """The community's format, archived or not: it may have been put away while somebody typed."""
    return AppointmentFormat.objects.filter(community=standing.community, pk=format_id).first()
