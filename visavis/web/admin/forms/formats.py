"""What is typed about a kind of meeting and its questions."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from visavis.catalogue.enums import CHOICE_KINDS, MeetingKind, QuestionKind, Repeats
from visavis.catalogue.formats import format_values
from visavis.catalogue.models import AppointmentFormat, FormatQuestion, Question
from visavis.catalogue.questions import question_values
from visavis.communities.models import validate_five_minutes
from visavis.core.seen import write_seen
from visavis.web.ui.inputs import WordsField
from visavis.web.ui.questions import question_field
from visavis.web.ui.seen import SeenForm

LENGTHS = (15, 20, 30, 45, 60, 90)


class FormatForm(SeenForm):
    """Field names are the format's columns, but for `seats`, which is 1 unless it is a group."""

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("Stands on its button, such as “Schedule a Meeting”."),
        error_messages={"required": _("Give it the name that stands on its button.")},
    )
    description = WordsField(
        label=_("What it is good for"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("A line below the button."),
    )
    minutes = forms.IntegerField(
        label=_("Minutes"),
        min_value=5,
        max_value=480,
        validators=[validate_five_minutes],
        widget=forms.NumberInput(attrs={"step": 5, "list": "lengths"}),
        error_messages={"required": _("Say how many minutes it takes.")},
    )
    capacity = forms.IntegerField(
        label=_("Students at most"),
        min_value=1,
        max_value=200,
        help_text=_("1: one to one. More: a small group, which others may join."),
        error_messages={"required": _("Say for how many students it is.")},
    )
    repeats = forms.ChoiceField(
        label=_("How often"), choices=Repeats.choices, widget=forms.RadioSelect
    )
    most_weeks = forms.IntegerField(
        label=_("Weeks at most"),
        min_value=2,
        max_value=16,
        required=False,
        help_text=_("Only for weekly meetings: the longest series, skipped weeks counted."),
    )
    meeting_kinds = forms.MultipleChoiceField(
        label=_("Where it may take place"),
        choices=MeetingKind.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one: otherwise it could be held nowhere.")},
    )
    auto_confirm = forms.TypedChoiceField(
        label=_("What happens when a student books"),
        choices=[
            ("True", _("It is confirmed at once")),
            ("False", _("It is a request, which the person accepts or declines")),
        ],
        coerce=lambda text: text == "True",
        widget=forms.RadioSelect,
    )
    buffer_before_minutes = forms.IntegerField(
        label=_("Free minutes before"),
        required=False,
        min_value=0,
        max_value=240,
        validators=[validate_five_minutes],
        widget=forms.NumberInput(attrs={"step": 5}),
        help_text=_("Empty: as the settings say."),
    )
    buffer_after_minutes = forms.IntegerField(
        label=_("Free minutes after"),
        required=False,
        min_value=0,
        max_value=240,
        validators=[validate_five_minutes],
        widget=forms.NumberInput(attrs={"step": 5}),
        help_text=_("Empty: as the settings say."),
    )
    lengths = LENGTHS

    @classmethod
    def shown(cls, format_: AppointmentFormat) -> dict[str, Any]:
        """The format's columns as the form's first values."""
        values = format_values(format_)
        return _format_fields(values) | {"seen": write_seen(values)}

    def first_values(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return _format_fields(values)

    @property
    def columns(self) -> dict[str, Any]:
        """What to write, by column."""
        columns = {name: self.cleaned_data[name] for name in self.fields if name != "seen"}
        if columns["most_weeks"] is None:
            del columns["most_weeks"]
        return columns


def _format_fields(values: Mapping[str, Any]) -> dict[str, Any]:
    return {**values, "auto_confirm": str(values.get("auto_confirm", ""))}


class QuestionForm(SeenForm):
    """Field names are the question's columns; each choice has a line of its own."""

    label = WordsField(
        label=_("Question"),
        max_length=200,
        error_messages={"required": _("Write what you ask.")},
    )
    hint = WordsField(
        label=_("A word of help"),
        required=False,
        max_length=300,
        help_text=_("Stands below the question."),
    )
    kind = forms.ChoiceField(
        label=_("How it is answered"),
        choices=QuestionKind.choices,
        initial=QuestionKind.LONG_TEXT,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it is answered.")},
    )
    choices = forms.CharField(
        label=_("Choices"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One a line. Only for one choice or several choices."),
    )
    is_required = forms.BooleanField(
        label=_("An answer is needed"),
        required=False,
        help_text=_("Without it nobody can book on the pages."),
    )

    @classmethod
    def shown(cls, question: Question) -> dict[str, Any]:
        """The question's columns as the form's first values."""
        values = question_values(question)
        return _question_fields(values) | {"seen": write_seen(values)}

    def first_values(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return _question_fields(values)

    @property
    def columns(self) -> dict[str, Any]:
        """What to write, by column."""
        columns = {name: self.cleaned_data[name] for name in self.fields if name != "seen"}
        return columns | {"choices": self.cleaned_data["choices"].splitlines()}

    def sketch(self) -> FormatQuestion | None:
        """The question as it is typed so far, unsaved; None before there is anything to show."""
        self.is_valid()
        typed = self.cleaned_data
        if not typed.get("label") or not typed.get("kind"):
            return None
        choices = [line.strip() for line in typed.get("choices", "").splitlines() if line.strip()]
        asks_choice = typed["kind"] in CHOICE_KINDS
        return FormatQuestion(
            label=typed["label"],
            hint=typed.get("hint", ""),
            kind=typed["kind"],
            choices=choices[:50] if asks_choice else [],
            is_required=typed.get("is_required", False),
        )


def _question_fields(values: Mapping[str, Any]) -> dict[str, Any]:
    return {**values, "choices": "\n".join(values.get("choices", ()))}


class LogQuestionForm(QuestionForm):
    """A question of the log, which asks for no files."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"] = forms.ChoiceField(
            label=_("How it is answered"),
            choices=[pair for pair in QuestionKind.choices if pair[0] != QuestionKind.FILE],
            initial=QuestionKind.SHORT_TEXT,
            widget=forms.RadioSelect,
            error_messages={"required": _("Choose how it is answered.")},
        )
        self.fields["is_required"].help_text = _("Without it the log stays a draft.")
        self.order_fields(["seen", "label", "hint", "kind", "choices", "is_required"])


class TopicPreview(forms.Form):
    """The topic page's fields as students see them; nothing is sent from it."""

    use_required_attribute = False

    def __init__(self, questions: Iterable[Question]) -> None:
        super().__init__(auto_id="preview_%s", prefix="preview")
        for number, question in enumerate(questions):
            self.fields[f"q{number}"] = question_field(question)
