"""A community's formats and the questions that they ask: reads, and one function per verb.

Meetings that are booked keep their length, their seats and the answers that were given, whatever
changes here. What is archived is offered and asked no more, and can come back.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from visavis.catalogue.errors import InvalidFormat
from visavis.catalogue.models import AppointmentFormat, FormatQuestion
from visavis.catalogue.questions import (
    QUESTION_COLUMNS,
    fill,
    next_position,
    question_values,
    swap,
)
from visavis.communities import actions as community_actions
from visavis.communities.models import Community
from visavis.core import history
from visavis.core.errors import NotFound
from visavis.core.history import Actor
from visavis.core.seen import check_seen
from visavis.core.troubles import again_on_conflict

FORMAT_COLUMNS = (
    "name",
    "description",
    "minutes",
    "capacity",
    "meeting_kinds",
    "auto_confirm",
    "repeats",
    "most_weeks",
    "buffer_before_minutes",
    "buffer_after_minutes",
)


# --- Reads ----------------------------------------------------------------------------------------


def all_formats(community: Community, *, archived: bool = False) -> QuerySet[AppointmentFormat]:
    """The formats that are offered, or those that are no more, with the questions they ask now."""
    asked = FormatQuestion.objects.filter(archived_at=None)
    return AppointmentFormat.objects.filter(
        community=community, archived_at__isnull=not archived
    ).prefetch_related(Prefetch("questions", asked))


def format_values(format_: AppointmentFormat) -> dict[str, Any]:
    """What can be changed of a format, by column."""
    return {column: getattr(format_, column) for column in FORMAT_COLUMNS}


# --- Formats --------------------------------------------------------------------------------------


@again_on_conflict
def change_format(
    format_: AppointmentFormat, values: Mapping[str, Any], *, by: Actor, seen: str | None = None
) -> AppointmentFormat:
    """Set columns of a format (FORMAT_COLUMNS). Meetings that are booked stay as they are.

    `seen`: the values that whoever changes it saw, by `core.seen`. Raises InvalidFormat, which
    names the columns, ChangedMeanwhile, and NotFound when the format is gone; then nothing is
    written.
    """
    with transaction.atomic():
        locked = _lock(format_)
        before = format_values(locked)
        check_seen(seen, before)
        for column in FORMAT_COLUMNS:
            setattr(locked, column, values.get(column, before[column]))
        _refuse_invalid(locked)
        after = format_values(locked)
        if after == before:
            return locked
        locked.save(update_fields=FORMAT_COLUMNS)
        before, after = history.differing(before, after)
        community_actions.touch(locked.community)
        history.record(
            by,
            "changed format",
            locked,
            community_id=locked.community_id,
            before=before,
            after=after,
        )
    return locked


def archive_format(format_: AppointmentFormat, *, by: Actor, now: datetime) -> bool:
    """Offer the format no more; False when somebody archived it before. Meetings stay."""
    return _set_archived(format_, now, by=by)


def restore_format(format_: AppointmentFormat, *, by: Actor) -> bool:
    """Offer the format again, after the others; False when it is offered already."""
    return _set_archived(format_, None, by=by)


@again_on_conflict
def _set_archived(format_: AppointmentFormat, at: datetime | None, *, by: Actor) -> bool:
    with transaction.atomic():
        locked = _lock(format_)
        if (locked.archived_at is None) == (at is None):
            return False
        if at is None:
            offered = AppointmentFormat.objects.filter(community=locked.community)
            locked.position = next_position(offered)
        locked.archived_at = at
        locked.save(update_fields=["archived_at", "position"])
        community_actions.touch(locked.community)
        verb = "restored format" if at is None else "archived format"
        history.record(by, verb, locked, community_id=locked.community_id)
    return True


@again_on_conflict
def move_format(format_: AppointmentFormat, *, up: bool, by: Actor) -> bool:
    """Change places with the format before it or after it; False at the end of the row."""
    with transaction.atomic():
        locked = _lock(format_)
        row = list(all_formats(locked.community))
        if not swap(row, locked, up=up):
            return False
        history.record(by, "moved format", locked, community_id=locked.community_id)
    return True


# --- Questions ------------------------------------------------------------------------------------


@again_on_conflict
def add_question(
    format_: AppointmentFormat, values: Mapping[str, Any], *, by: Actor
) -> FormatQuestion:
    """Ask one more question, after the others. Raises InvalidQuestion, which names the columns."""
    with transaction.atomic():
        locked = _lock(format_)
        question = FormatQuestion(format=locked, position=next_position(locked.questions.all()))
        fill(question, values)
        question.save()
        history.record(
            by,
            "added question",
            locked,
            community_id=locked.community_id,
            after=question_values(question),
        )
    return question


@again_on_conflict
def change_question(
    question: FormatQuestion, values: Mapping[str, Any], *, by: Actor, seen: str | None = None
) -> FormatQuestion:
    """Ask it in other words or ways. Answers that were given keep the words they answered.

    `seen`: the values that whoever changes it saw, by `core.seen`. Raises InvalidQuestion,
    ChangedMeanwhile, and NotFound when the question is gone; then nothing is written.
    """
    with transaction.atomic():
        locked = _lock_question(question)
        before = question_values(locked)
        check_seen(seen, before)
        fill(locked, values)
        after = question_values(locked)
        if after == before:
            return locked
        locked.save(update_fields=QUESTION_COLUMNS)
        before, after = history.differing(before, after)
        history.record(
            by,
            "changed question",
            locked.format,
            community_id=locked.format.community_id,
            before=before,
            after=after,
        )
    return locked


def archive_question(question: FormatQuestion, *, by: Actor, now: datetime) -> bool:
    """Ask it no more; False when somebody archived it before. Answers that were given stay."""
    return _set_question_archived(question, now, by=by)


def restore_question(question: FormatQuestion, *, by: Actor) -> bool:
    """Ask it again; False when it is asked already."""
    return _set_question_archived(question, None, by=by)


@again_on_conflict
def _set_question_archived(question: FormatQuestion, at: datetime | None, *, by: Actor) -> bool:
    with transaction.atomic():
        locked = _lock_question(question)
        if (locked.archived_at is None) == (at is None):
            return False
        locked.archived_at = at
        locked.save(update_fields=["archived_at"])
        verb = "restored question" if at is None else "archived question"
        label = {"label": locked.label}
        history.record(
            by,
            verb,
            locked.format,
            community_id=locked.format.community_id,
            before=None if at is None else label,
            after=label if at is None else None,
        )
    return True


@again_on_conflict
def move_question(question: FormatQuestion, *, up: bool, by: Actor) -> bool:
    """Change places with the question before it or after it; False at the end of the row."""
    with transaction.atomic():
        locked = _lock_question(question)
        row = list(locked.format.questions.filter(archived_at=None))
        if not swap(row, locked, up=up):
            return False
        history.record(
            by,
            "moved question",
            locked.format,
            community_id=locked.format.community_id,
            after={"label": locked.label},
        )
    return True


# --- What they share ------------------------------------------------------------------------------


def _lock(format_: AppointmentFormat) -> AppointmentFormat:
    """The format as it stands now; its community's row orders whoever changes its formats."""
    Community.objects.select_for_update(no_key=True).get(pk=format_.community_id)
    found = AppointmentFormat.objects.select_related("community").filter(pk=format_.pk).first()
    if found is None:
        raise NotFound(_("This kind of meeting is not there any more."))
    return found


def _lock_question(question: FormatQuestion) -> FormatQuestion:
    format_ = _lock(question.format)
    found = FormatQuestion.objects.filter(pk=question.pk).first()
    if found is None:
        raise NotFound(_("This question is not there any more."))
    found.format = format_
    return found


def _refuse_invalid(format_: AppointmentFormat) -> None:
    try:
        format_.full_clean(exclude=["community"])
    except ValidationError as error:
        raise InvalidFormat(" ".join(error.messages), data=error.message_dict) from error
