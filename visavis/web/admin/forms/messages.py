"""What is typed about mails: their texts, when to remind, where the centre reads its mail."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from visavis.communities.models import Community, validate_reminder_hours
from visavis.notifications.enums import Kind
from visavis.notifications.errors import InvalidText
from visavis.notifications.texts import MOST, Text, check_text
from visavis.web.ui.inputs import MailField, WordsField


class MailTextForm(forms.Form):
    """One text: whether it is sent, its subject and its body."""

    is_on = forms.BooleanField(label=_("Send this mail"), required=False)
    subject = WordsField(label=_("Subject"), max_length=MOST["subject"])
    body = WordsField(
        label=_("Text"), max_length=MOST["body"], widget=forms.Textarea(attrs={"rows": 9})
    )

    def __init__(self, data: Any, *, text: Text) -> None:
        self.kind = Kind(text.kind)
        super().__init__(
            data, initial={"is_on": text.is_on, "subject": text.subject, "body": text.body}
        )

    def clean_subject(self) -> str:
        return self._checked("subject")

    def clean_body(self) -> str:
        return self._checked("body")

    def _checked(self, field: str) -> str:
        try:
            return check_text(field, self.cleaned_data[field], self.kind)
        except InvalidText as error:
            raise ValidationError(error.message) from error


class MailSettingsForm(forms.Form):
    """Field names are the community's columns."""

    reminder_hours = forms.CharField(
        label=_("Hours before a meeting at which its people are reminded"),
        required=False,
        max_length=100,
        help_text=_("Whole hours with commas between them, such as 24, 1. Empty: no reminder."),
    )
    centre_email = MailField(
        label=_("Where the centre reads its mail"),
        required=False,
        max_length=254,
        help_text=_("Answers go there, and the mails to the centre. Empty: there are none."),
    )

    @classmethod
    def shown(cls, community: Community) -> dict[str, Any]:
        hours = ", ".join(str(hour) for hour in community.reminder_hours)
        return {"reminder_hours": hours, "centre_email": community.centre_email}

    def clean_reminder_hours(self) -> list[int]:
        parts = [part.strip() for part in self.cleaned_data["reminder_hours"].split(",")]
        try:
            hours = sorted({int(part) for part in parts if part}, reverse=True)
        except ValueError:
            raise ValidationError(
                _("Write whole hours with commas between them, such as 24, 1.")
            ) from None
        validate_reminder_hours(hours)
        return hours
