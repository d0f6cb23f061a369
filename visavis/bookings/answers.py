"""Answers to a format's questions: what may be given, and what is kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from visavis.bookings.errors import InvalidAnswer
from visavis.bookings.models import Answer, Booking
from visavis.catalogue.enums import CHOICE_KINDS
from visavis.catalogue.models import AppointmentFormat, FormatQuestion, Question
from visavis.core.inserting import insert
from visavis.core.prepared import Blank, prepared


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """What was answered: a text, the choices taken, or a file by its stored name."""

    question: Question
    value: str | list[str] = ""
    file: str = ""
    file_name: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.value and not self.file


def questions_of(format_: AppointmentFormat) -> list[FormatQuestion]:
    """The questions that the format asks now, in order."""
    asked = prepared(
        "questions",
        lambda: FormatQuestion.objects.filter(format_id=Blank("format"), archived_at=None),
    )
    found: list[FormatQuestion] = asked.objects(format=format_.pk)
    for question in found:
        question.format = format_
    return found


def check_answers(format_: AppointmentFormat, given: Iterable[GivenAnswer]) -> list[GivenAnswer]:
    """The answers in the order of the questions.

    Raises InvalidAnswer, with the question's label, when one is missing where required, too long,
    or none of the choices.
    """
    return check_given(questions_of(format_), given)


def check_given(questions: Iterable[Question], given: Iterable[GivenAnswer]) -> list[GivenAnswer]:
    """`check_answers` of these questions, whoever asks them."""
    by_question = {answer.question.pk: answer for answer in given}
    checked = []
    for question in questions:
        answer = by_question.get(question.pk, GivenAnswer(question))
        _check_needed(answer)
        if not answer.is_empty:
            checked.append(answer)
    return checked


def check_answer(answer: GivenAnswer) -> None:
    """Raises InvalidAnswer when a given answer is too long or none of the choices."""
    question = answer.question
    if question.kind in CHOICE_KINDS:
        chosen = answer.value if isinstance(answer.value, list) else [answer.value]
        for choice in filter(None, chosen):
            if choice not in question.choices:
                told = _("“%(choice)s” is none of the choices.") % {"choice": choice[:60]}
                raise _invalid(question, told)
    elif len(answer.value) > question.max_length:
        said = _("The answer has %(there)d characters; at most %(most)d fit.")
        told = said % {"there": len(answer.value), "most": question.max_length}
        raise _invalid(question, told)


def _check_needed(answer: GivenAnswer) -> None:
    if answer.question.is_required and answer.is_empty:
        raise _invalid(answer.question, _("An answer is needed here."))
    check_answer(answer)


def _invalid(question: Question, message: str) -> InvalidAnswer:
    return InvalidAnswer(f"{question.label}: {message}", data={"question": question.pk})


def keep_answers(bookings: Iterable[Booking], given: Sequence[GivenAnswer]) -> None:
    """Write the same answers for each of these bookings, with each question as it was asked."""
    insert(
        *(
            Answer(
                booking=booking,
                question_id=answer.question.pk,
                label=answer.question.label,
                value=answer.value,
                file=answer.file,
                file_name=answer.file_name,
                position=answer.question.position,
            )
            for booking in bookings
            for answer in given
        )
    )
