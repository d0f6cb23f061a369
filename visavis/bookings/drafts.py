"""Drafts: what a student has typed, kept until the meeting is booked or a day has passed."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePath
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from visavis.bookings.answers import GivenAnswer, questions_of
from visavis.bookings.models import Answer, AnswerDraft, DraftFile
from visavis.catalogue.enums import QuestionKind
from visavis.catalogue.models import AppointmentFormat, FormatQuestion
from visavis.core.troubles import again_on_conflict
from visavis.people.models import User

NAME_LENGTH = 200

Typed = str | list[str]


def find_draft(user: User, format_: AppointmentFormat) -> AnswerDraft | None:
    """What this student has typed for this format and not booked yet."""
    return AnswerDraft.objects.filter(user=user, format=format_).first()


@again_on_conflict
def save_draft(
    user: User,
    format_: AppointmentFormat,
    *,
    values: Mapping[FormatQuestion, Typed],
    files: Mapping[FormatQuestion, File[Any] | None],
    now: datetime,
) -> AnswerDraft:
    """Keep the answers as they are typed, right or wrong. A file of None is taken away.

    Raises FileTooLarge; then nothing is changed.
    """
    with transaction.atomic():
        draft = _lock_draft(user, format_, now)
        draft.values = {str(question.pk): value for question, value in values.items()}
        draft.changed_at = now
        draft.save(update_fields=["values", "changed_at"])
        for question, file in files.items():
            _replace_file(draft, question, file)
    return draft


@again_on_conflict
def _lock_draft(user: User, format_: AppointmentFormat, now: datetime) -> AnswerDraft:
    try:
        with transaction.atomic():
            AnswerDraft.objects.get_or_create(
                user=user, format=format_, defaults={"changed_at": now}
            )
    except IntegrityError:
        pass  # the other tab made it in the same moment
    return AnswerDraft.objects.select_for_update().get(user=user, format=format_)


def _replace_file(draft: AnswerDraft, question: FormatQuestion, file: File[Any] | None) -> None:
    for old in DraftFile.objects.filter(draft=draft, question=question):
        _delete_stored(old.file.name)
        old.delete()
    if file is None:
        return
    name = short_name(file.name or "")
    row = DraftFile(draft=draft, question=question, file_name=name)
    # The storage door names files itself; of the student's name it needs the ending.
    row.file.save(f"answer{PurePath(name).suffix}", file, save=True)


def short_name(name: str) -> str:
    """The file's own name, cut to what a row can hold with its ending kept."""
    path = PurePath(name.replace("\\", "/")).name
    suffix = PurePath(path).suffix[:20]
    stem = path.removesuffix(suffix)
    return stem[: NAME_LENGTH - len(suffix)] + suffix


def files_of(draft: AnswerDraft | None) -> dict[int, DraftFile]:
    """The draft's files by question id."""
    return {row.question_id: row for row in draft.files.all()} if draft else {}


def given_answers(draft: AnswerDraft | None, format_: AppointmentFormat) -> list[GivenAnswer]:
    """The draft's answers to the questions that the format asks now, unchecked."""
    if draft is None:
        return []
    files = files_of(draft)
    return [_given(question, draft.values, files) for question in questions_of(format_)]


def _given(
    question: FormatQuestion, values: Mapping[str, Any], files: Mapping[int, DraftFile]
) -> GivenAnswer:
    if question.kind == QuestionKind.FILE:
        row = files.get(question.pk)
        if row is None:
            return GivenAnswer(question)
        return GivenAnswer(question, file=row.file.name or "", file_name=row.file_name)
    return GivenAnswer(question, value=values.get(str(question.pk), ""))


def finish_draft(draft: AnswerDraft) -> None:
    """Forget a draft whose answers are booked; its files belong to the booking now."""
    draft.delete()


def renew_key(draft: AnswerDraft) -> None:
    """Make what the draft holds a new intention: its old key has had its booking."""
    draft.idempotency_key = uuid.uuid4()
    draft.save(update_fields=["idempotency_key"])


def old_drafts(*, before: datetime) -> QuerySet[AnswerDraft]:
    """The drafts that nobody has changed since this instant."""
    return AnswerDraft.objects.filter(changed_at__lt=before)


def forget_draft(draft: AnswerDraft) -> None:
    """Delete a draft, which the caller has locked, with its files."""
    for row in draft.files.all():
        _delete_stored(row.file.name)
    draft.delete()


def _delete_stored(name: str | None) -> None:
    # A booking that was made but whose draft outlived it shares the file.
    if name and not Answer.objects.filter(file=name).exists():
        default_storage.delete(name)
