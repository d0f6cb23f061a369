"""A question of a format as a form field: students fill it in, administrators preview it."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _

from visavis.catalogue.enums import QuestionKind
from visavis.catalogue.models import Question
from visavis.web.ui.inputs import WordsField

MEGABYTE = 1024 * 1024


def question_field(
    question: Question, *, kept_file: str = "", max_length: int | None = None
) -> forms.Field:
    """The field of a question. `kept_file`: the name of a file that was sent for it before.

    `max_length`: of a text, where the form itself refuses what is longer; else the action does.
    """
    shared: dict[str, Any] = {
        "label": question.label,
        "help_text": question.hint,
        "required": question.is_required,
        "error_messages": {"required": _("An answer is needed here.")},
    }
    choices = [(choice, choice) for choice in question.choices]
    if question.kind == QuestionKind.ONE_CHOICE:
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **shared)
    if question.kind == QuestionKind.SEVERAL_CHOICES:
        boxes = forms.CheckboxSelectMultiple
        return forms.MultipleChoiceField(choices=choices, widget=boxes, **shared)
    if question.kind == QuestionKind.FILE:
        return _file_field(question, shared, kept_file)
    is_long = question.kind == QuestionKind.LONG_TEXT
    line = forms.Textarea(attrs={"rows": 5}) if is_long else forms.TextInput()
    return WordsField(widget=line, max_length=max_length, **shared)


def _file_field(question: Question, shared: dict[str, Any], kept_file: str) -> forms.Field:
    limit = _("Up to %(megabytes)d MB.") % {"megabytes": settings.UPLOAD_LIMIT_BYTES // MEGABYTE}
    hints = [question.hint, limit]
    if kept_file:
        hints.append(
            _("“%(name)s” is attached; another file takes its place.") % {"name": kept_file}
        )
    shared = {**shared, "help_text": " ".join(filter(None, hints))}
    shared["required"] = shared["required"] and not kept_file
    shared["error_messages"] = {
        "required": _("A file is needed here."),
        "empty": _("This file is empty. Choose another one."),
    }
    return forms.FileField(**shared)
