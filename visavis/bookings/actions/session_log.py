"""Write down how a meeting went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from visavis.bookings.actions.attendance import mark_attended
from visavis.bookings.answers import GivenAnswer, check_answer, check_given
from visavis.bookings.deadlines import can_mark
from visavis.bookings.enums import BookingState, EventKind
from visavis.bookings.errors import InvalidLog, NotOpen
from visavis.bookings.events import tell
from visavis.bookings.models import Booking, LogAnswer, SessionLog
from visavis.bookings.states import lock_booking
from visavis.catalogue.log_questions import log_questions
from visavis.core import history
from visavis.core.history import Actor
from visavis.core.seen import check_seen
from visavis.core.troubles import again_on_conflict

COLUMNS = ("minutes", "late_minutes", "notes", "for_student")


@dataclass(frozen=True, slots=True)
class LogEntry:
    """What is written: minutes it took and the student was late, two texts, and answers.

    `notes` are for staff alone, `for_student` goes to the student.
    """

    minutes: int
    late_minutes: int = 0
    notes: str = ""
    for_student: str = ""
    answers: Sequence[GivenAnswer] = ()


@again_on_conflict
def write_log(
    booking: Booking,
    entry: LogEntry,
    *,
    by: Actor,
    now: datetime,
    is_draft: bool = False,
    seen: str | None = None,
) -> SessionLog:
    """Write the log of one student's meeting, or write it anew; once done it is no draft again.

    The student is noted as having come, while that can still be noted; a log is never too late. A
    draft notes nothing and tells nobody. `seen`: the values that the writer saw (`log_values`), by
    `core.seen`. Raises NotOpen before the start and for who did not come, InvalidLog (with the
    columns), InvalidAnswer, ChangedMeanwhile; then nothing is written.
    """
    with transaction.atomic():
        row = lock_booking(booking)
        _check_when(row, now)
        log = SessionLog.objects.filter(booking=row).first() or SessionLog(booking=row)
        check_seen(seen, log_values(log))
        told_before = "" if log.is_draft else log.for_student
        is_draft = is_draft and log.is_draft
        _fill(log, entry, by=by, now=now, is_draft=is_draft)
        _write_answers(log, entry.answers, is_draft=is_draft)
        if is_draft:
            history.record(by, "drafted log", row, community_id=row.appointment.community_id)
            return log
        if row.state == BookingState.CONFIRMED and can_mark(row, now):
            row = mark_attended(row, by=by, now=now)
        has_news = bool(log.for_student) and log.for_student != told_before
        tell(row, EventKind.LOGGED, by=by, now=now, data={"for_student": has_news})
    return log


def log_values(log: SessionLog) -> dict[str, Any]:
    """What is compared when two write the same log: its columns, whether it is a draft, answers.

    Each answer stands under `q` and its question's id.
    """
    values = {column: getattr(log, column) for column in COLUMNS} | {"is_draft": log.is_draft}
    answers = log.answers.exclude(question=None) if log.pk else ()
    return values | {f"q{answer.question_id}": answer.value for answer in answers}


def can_log(booking: Booking, now: datetime) -> bool:
    """Whether there was a meeting, as far as is known, of which a log can be written at `now`."""
    has_come = booking.state in (BookingState.CONFIRMED, BookingState.ATTENDED)
    return has_come and booking.appointment.start <= now


def _check_when(booking: Booking, now: datetime) -> None:
    if can_log(booking, now):
        return
    if booking.appointment.start > now:
        raise NotOpen(_("This meeting has not begun yet."))
    if booking.state == BookingState.NO_SHOW:
        raise NotOpen(
            _("%(name)s is noted as not having come. Take that back first, if it is wrong.")
            % {"name": booking.student}
        )
    raise NotOpen(_("There was no meeting of which a log could be written."))


def _fill(log: SessionLog, entry: LogEntry, *, by: Actor, now: datetime, is_draft: bool) -> None:
    for column in COLUMNS:
        setattr(log, column, getattr(entry, column))
    log.is_draft, log.written_by_id, log.changed_at = is_draft, by.id, now
    try:
        log.full_clean(exclude=["booking", "written_by"], validate_unique=False)
    except ValidationError as error:
        raise InvalidLog(" ".join(error.messages), data=error.message_dict) from error
    log.save()


def _write_answers(log: SessionLog, given: Sequence[GivenAnswer], *, is_draft: bool) -> None:
    """Exactly these answers, each with its question as it is asked now; a draft may lack some."""
    asked = list(log_questions(log.booking.appointment.community))
    if is_draft:
        checked = [answer for answer in given if not answer.is_empty]
        for answer in checked:
            check_answer(answer)
    else:
        checked = check_given(asked, given)
    known = {question.pk: question for question in asked}
    # What was answered to a question that is asked no more stays.
    log.answers.filter(question__in=asked).delete()
    LogAnswer.objects.bulk_create(
        LogAnswer(
            log=log,
            question=known[answer.question.pk],
            label=answer.question.label,
            value=answer.value,
            position=answer.question.position,
        )
        for answer in checked
        if answer.question.pk in known
    )
