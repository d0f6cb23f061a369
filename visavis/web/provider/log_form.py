"""What is typed into the log of a meeting: how long, two texts, and what the community asks."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from visavis.bookings.actions import LogEntry
from visavis.bookings.actions.session_log import log_values
from visavis.bookings.answers import GivenAnswer
from visavis.bookings.errors import InvalidAnswer
from visavis.bookings.models import Booking, SessionLog
from visavis.catalogue.enums import QuestionKind
from visavis.catalogue.models import LogQuestion
from visavis.core.errors import VisavisError
from visavis.web.ui.inputs import WordsField
from visavis.web.ui.questions import question_field
from visavis.web.ui.seen import SeenForm


class LogForm(SeenForm):
    """One field for each question besides those of the log itself.

    A draft is taken without what is required.
    """

    minutes = forms.IntegerField(
        label=_("Minutes it took"),
        min_value=1,
        max_value=720,
        error_messages={"required": _("Say how many minutes it took.")},
    )
    late_minutes = forms.IntegerField(
        label=_("Minutes the student came late"), min_value=0, max_value=240, required=False
    )
    for_student = WordsField(
        label=_("For the student"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Sent by mail, and kept on the page of the meeting: what was agreed, links."),
    )
    notes = WordsField(
        label=_("Notes"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "You and administrators read them. The student sees who opened them, and may ask your "
            "centre for a copy: write what they could read."
        ),
    )

    def __init__(
        self, booking: Booking, log: SessionLog, questions: Sequence[LogQuestion], data: Any
    ) -> None:
        super().__init__(data)
        self.questions = list(questions)
        self.is_draft = data is not None and "draft" in data
        for question in self.questions:
            field = question_field(question, max_length=question.max_length)
            field.required = field.required and not self.is_draft
            self.fields[_name(question)] = field
        meeting = booking.appointment
        self.planned_minutes = int((meeting.end - meeting.start).total_seconds() // 60)
        self.initial.update(self.first_values(log_values(log)))

    @property
    def asked(self) -> list[BoundField]:
        """The community's questions, in order."""
        return [self[_name(question)] for question in self.questions]

    def first_values(self, values: Mapping[str, Any]) -> dict[str, Any]:
        unanswered = {_name(question): "" for question in self.questions}
        minutes = values.get("minutes") or self.planned_minutes
        late = values.get("late_minutes") or ""
        return {**unanswered, **values, "minutes": minutes, "late_minutes": late}

    def opened(self, now: Mapping[str, Any]) -> dict[str, Any]:
        """As `SeenForm` does; a question may have been answered when it was opened, or by now."""
        several = QuestionKind.SEVERAL_CHOICES
        kinds = {_name(one): [] if one.kind == several else "" for one in self.questions}
        return super().opened(kinds | dict(now))

    def refuse(self, error: VisavisError, *, now: dict[str, Any]) -> None:
        """As `SeenForm` does; an answer that was refused is told at its question."""
        asked = f"q{error.data['question']}" if isinstance(error, InvalidAnswer) else ""
        if asked in self.fields:
            self.add_error(asked, error.message)
        else:
            super().refuse(error, now=now)

    @property
    def entry(self) -> LogEntry:
        """Ready for the action."""
        typed = self.cleaned_data
        return LogEntry(
            minutes=typed["minutes"],
            late_minutes=typed["late_minutes"] or 0,
            notes=typed["notes"],
            for_student=typed["for_student"],
            answers=[GivenAnswer(one, value=typed[_name(one)]) for one in self.questions],
        )


def _name(question: LogQuestion) -> str:
    return f"q{question.pk}"
