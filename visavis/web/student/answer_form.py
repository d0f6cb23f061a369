"""The topic page's form: the format's questions as fields, filled from the student's draft."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from visavis.bookings.answers import GivenAnswer, check_answer
from visavis.bookings.drafts import Typed, files_of
from visavis.bookings.errors import InvalidAnswer
from visavis.bookings.models import AnswerDraft
from visavis.catalogue.enums import QuestionKind
from visavis.catalogue.models import FormatQuestion
from visavis.web.ui.questions import MEGABYTE, question_field


class AnswersForm(forms.Form):
    """One field a question. What is too long is refused, not cut, and comes back as typed."""

    def __init__(
        self,
        questions: Sequence[FormatQuestion],
        draft: AnswerDraft | None,
        data: Mapping[str, Any] | None = None,
        files: MultiValueDict[str, UploadedFile[Any]] | None = None,
    ) -> None:
        super().__init__(data, files)
        self.questions = questions
        self.kept_files = files_of(draft)
        for question in questions:
            name = field_name(question)
            kept = self.kept_files.get(question.pk)
            self.fields[name] = question_field(question, kept_file=kept.file_name if kept else "")
            self.initial[name] = (draft.values if draft else {}).get(str(question.pk), "")
            if kept is not None:
                self.fields[f"{name}_remove"] = forms.BooleanField(
                    required=False, label=_("Take “%(name)s” away") % {"name": kept.file_name}
                )

    def clean(self) -> dict[str, Any]:
        for question in self.questions:
            name = field_name(question)
            if name not in self.errors:
                self._check(question, name)
        return self.cleaned_data

    def _check(self, question: FormatQuestion, name: str) -> None:
        if question.kind == QuestionKind.FILE:
            self._check_file(question, name)
            return
        try:
            check_answer(GivenAnswer(question, value=self.cleaned_data.get(name) or ""))
        except InvalidAnswer as error:
            self.add_error(name, error.message.removeprefix(f"{question.label}: "))

    def _check_file(self, question: FormatQuestion, name: str) -> None:
        file = self.cleaned_data.get(name)
        limit = settings.UPLOAD_LIMIT_BYTES
        if isinstance(file, UploadedFile) and (file.size or 0) > limit:
            sizes = {"size": f"{(file.size or 0) / MEGABYTE:.1f}", "limit": limit // MEGABYTE}
            self.add_error(
                name,
                _("The file has %(size)s MB; at most %(limit)s MB fit. Take a smaller one.")
                % sizes,
            )
        removed = self.cleaned_data.get(f"{name}_remove")
        if removed and not file and question.is_required:
            self.add_error(name, _("A file is needed here."))

    def typed(self) -> dict[FormatQuestion, Typed]:
        """Everything that was typed, right or wrong."""
        found: dict[FormatQuestion, Typed] = {}
        for question in self.questions:
            if question.kind == QuestionKind.FILE:
                continue
            field = self.fields[field_name(question)]
            value = field.widget.value_from_datadict(self.data, self.files, field_name(question))
            several = question.kind == QuestionKind.SEVERAL_CHOICES
            found[question] = (
                [_without_nul(one) for one in value or []] if several else _storable(value)
            )
        return found

    def sent_files(self) -> dict[FormatQuestion, File[Any] | None]:
        """Files that came and are fine, and None for those to be taken away."""
        found: dict[FormatQuestion, File[Any] | None] = {}
        for question in self.questions:
            name = field_name(question)
            if question.kind != QuestionKind.FILE or name in self.errors:
                continue
            if self.cleaned_data.get(name):
                found[question] = self.cleaned_data[name]
            elif self.cleaned_data.get(f"{name}_remove"):
                found[question] = None
        return found


def field_name(question: FormatQuestion) -> str:
    return f"q{question.pk}"


def _storable(value: Any) -> str:
    return _without_nul(value or "").strip()


def _without_nul(value: Any) -> str:
    # PostgreSQL's JSON cannot hold a NUL; nobody types one.
    return str(value).replace("\x00", "")
