"""Questions, whoever asks them: what can be changed of one, what fits, and their order."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from visavis.catalogue.enums import CHOICE_KINDS
from visavis.catalogue.errors import InvalidQuestion
from visavis.catalogue.models import AppointmentFormat, FormatQuestion, LogQuestion, Question

Row = TypeVar("Row", AppointmentFormat, FormatQuestion, LogQuestion)
MOST_CHOICES = 50
CHOICE_LENGTH = 200
QUESTION_COLUMNS = ("label", "hint", "kind", "choices", "is_required")


def question_values(question: Question) -> dict[str, Any]:
    """What can be changed of a question, by column."""
    return {column: getattr(question, column) for column in QUESTION_COLUMNS}


def fill(question: Question, values: Mapping[str, Any]) -> None:
    """Set columns of a question that is not saved yet. Raises InvalidQuestion, by column."""
    for column in QUESTION_COLUMNS:
        if column in values:
            setattr(question, column, values[column])
    asks_choice = question.kind in CHOICE_KINDS
    question.choices = _choices(question.choices) if asks_choice else []
    try:
        question.full_clean(exclude=["format", "community"])
    except ValidationError as error:
        raise InvalidQuestion(" ".join(error.messages), data=error.message_dict) from error


def next_position(row: QuerySet[Row]) -> int:
    """The place after the last of the row, archived ones among them."""
    last = row.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def swap(row: list[Row], moved: Row, *, up: bool) -> bool:
    """Write the places of the row anew with `moved` one further up or down; False at its ends."""
    here = next((number for number, one in enumerate(row) if one.pk == moved.pk), None)
    there = None if here is None else here + (-1 if up else 1)
    if here is None or there is None or not 0 <= there < len(row):
        return False
    row[here], row[there] = row[there], row[here]
    for position, one in enumerate(row):
        one.position = position
    type(moved).objects.bulk_update(row, ["position"])
    return True


def _choices(texts: Iterable[str]) -> list[str]:
    """Each choice once, in its order. Raises InvalidQuestion where there are too few or many."""
    choices = list(dict.fromkeys(text.strip() for text in texts if text.strip()))
    wrong = ""
    if len(choices) < 2:  # noqa: PLR2004
        wrong = _("Name at least two choices, each on a line of its own.")
    elif len(choices) > MOST_CHOICES:
        wrong = _("At most %(most)d choices fit.") % {"most": MOST_CHOICES}
    elif any(len(choice) > CHOICE_LENGTH for choice in choices):
        wrong = _("A choice has at most %(most)d characters.") % {"most": CHOICE_LENGTH}
    if wrong:
        raise InvalidQuestion(wrong, data={"choices": [wrong]})
    return choices
