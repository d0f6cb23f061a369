"""What a community asks in the log of a meeting: reads, and one function per verb.

Answers that were given keep the words they answered. What is archived is asked no more, and can
come back. A log asks for no files.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from visavis.catalogue.enums import QuestionKind
from visavis.catalogue.errors import InvalidQuestion
from visavis.catalogue.models import LogQuestion
from visavis.catalogue.questions import (
    QUESTION_COLUMNS,
    fill,
    next_position,
    question_values,
    swap,
)
from visavis.communities.models import Community
from visavis.core import history
from visavis.core.errors import NotFound
from visavis.core.history import Actor
from visavis.core.seen import check_seen
from visavis.core.troubles import again_on_conflict


def log_questions(community: Community) -> QuerySet[LogQuestion]:
    """What the community's log asks now, in order."""
    return LogQuestion.objects.filter(community=community, archived_at=None)


@again_on_conflict
def add_log_question(community: Community, values: Mapping[str, Any], *, by: Actor) -> LogQuestion:
    """Ask one more question in the log, after the others. Raises InvalidQuestion, by column."""
    with transaction.atomic():
        _lock(community)
        asked = LogQuestion.objects.filter(community=community)
        question = LogQuestion(community=community, position=next_position(asked))
        _fill(question, values)
        question.save()
        history.record(
            by,
            "added log question",
            question,
            community_id=community.pk,
            after=question_values(question),
        )
    return question


@again_on_conflict
def copy_log_questions(source: Community, target: Community, *, by: Actor) -> None:
    """Have the log of `target` ask what that of `source` asks now, in the same order."""
    with transaction.atomic():
        for question in log_questions(source):
            add_log_question(target, question_values(question), by=by)


@again_on_conflict
def change_log_question(
    question: LogQuestion, values: Mapping[str, Any], *, by: Actor, seen: str | None = None
) -> LogQuestion:
    """Ask it in other words or ways.

    `seen`: the values that whoever changes it saw, by `core.seen`. Raises InvalidQuestion,
    ChangedMeanwhile, and NotFound when the question is gone; then nothing is written.
    """
    with transaction.atomic():
        locked = _get(question)
        before = question_values(locked)
        check_seen(seen, before)
        _fill(locked, values)
        after = question_values(locked)
        if after == before:
            return locked
        locked.save(update_fields=QUESTION_COLUMNS)
        before, after = history.differing(before, after)
        history.record(
            by,
            "changed log question",
            locked,
            community_id=locked.community_id,
            before=before,
            after=after,
        )
    return locked


@again_on_conflict
def set_log_question_archived(
    question: LogQuestion, *, archived: bool, by: Actor, now: datetime
) -> bool:
    """Ask it no more, or again; False where it is so already. Answers that were given stay."""
    with transaction.atomic():
        locked = _get(question)
        if (locked.archived_at is not None) == archived:
            return False
        locked.archived_at = now if archived else None
        locked.save(update_fields=["archived_at"])
        verb = "archived log question" if archived else "restored log question"
        history.record(by, verb, locked, community_id=locked.community_id)
    return True


@again_on_conflict
def move_log_question(question: LogQuestion, *, up: bool, by: Actor) -> bool:
    """Change places with the question before it or after it; False at the end of the row."""
    with transaction.atomic():
        locked = _get(question)
        if not swap(list(log_questions(locked.community)), locked, up=up):
            return False
        history.record(by, "moved log question", locked, community_id=locked.community_id)
    return True


def _fill(question: LogQuestion, values: Mapping[str, Any]) -> None:
    if values.get("kind") == QuestionKind.FILE:
        wrong = _("A log asks for no files. Choose another way of answering.")
        raise InvalidQuestion(wrong, data={"kind": [wrong]})
    fill(question, values)


def _lock(community: Community) -> None:
    """The community's row orders whoever changes what its log asks."""
    Community.objects.select_for_update(no_key=True).get(pk=community.pk)


def _get(question: LogQuestion) -> LogQuestion:
    _lock(question.community)
    found = LogQuestion.objects.select_related("community").filter(pk=question.pk).first()
    if found is None:
        raise NotFound(_("This question is not there any more."))
    return found
