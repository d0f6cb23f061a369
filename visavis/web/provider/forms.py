"""What those who give support type."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _

from visavis.people.errors import InvalidPhoto
from visavis.people.photos import make_portrait
from visavis.web.ui.inputs import WebAddressField


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The student reads this."),
        error_messages={"required": _("Say in a few words why, so that the student knows.")},
    )


class OptionalReasonForm(ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False


class AttendanceForm(forms.Form):
    """Which of the buttons was pressed."""

    came = forms.ChoiceField(choices=[("yes", ""), ("no", ""), ("undo", "")])


class ProfileForm(forms.Form):
    bio = forms.CharField(
        label=_("About you"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "Students see the first line beside your name, and all of it when they open it."
        ),
    )
    meeting_link = WebAddressField(
        label=_("Link for online meetings"),
        required=False,
        help_text=_("Given to students whose meeting with you is online."),
    )
    photo = forms.FileField(
        label=_("Photo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text=_("JPEG, PNG or WebP, at most 10 MB. It is cut square around its middle."),
    )

    def clean_photo(self) -> ContentFile[bytes] | None:
        """The photo, small and without what else the file held."""
        upload = self.cleaned_data["photo"]
        if not upload:
            return None
        try:
            return make_portrait(upload.file, size=upload.size)
        except InvalidPhoto as error:
            raise ValidationError(error.message) from error
