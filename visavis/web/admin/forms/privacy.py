"""What is typed about one person's data."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from visavis.core.text import fold
from visavis.people.models import User
from visavis.web.ui.inputs import WordsField


class ExportForm(forms.Form):
    with_notes = forms.BooleanField(
        label=gettext_lazy("With the notes of staff"),
        required=False,
        help_text=gettext_lazy(
            "For somebody who has asked to see everything that is written about them. The person "
            "sees that you have opened all of their notes."
        ),
    )


class RefusalForm(forms.Form):
    answer = WordsField(
        label=gettext_lazy("Why not"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("The person reads this on their page."),
        error_messages={"required": gettext_lazy("Say why: the person has a right to know.")},
    )


class ErasingForm(forms.Form):
    """The person's address, typed, so that nobody erases somebody by a slip."""

    email = forms.CharField(
        label=gettext_lazy("The person’s e-mail address"),
        max_length=300,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}
        ),
        error_messages={"required": gettext_lazy("Type the address of whom you erase.")},
    )

    def __init__(self, data: Any, *, person: User) -> None:
        super().__init__(data)
        self.person = person
        self.fields["email"].help_text = _("Type %(email)s to go on.") % {"email": person.email}

    def clean_email(self) -> str:
        typed: str = self.cleaned_data["email"]
        if fold(typed) != self.person.email_key:
            raise ValidationError(_("This is not the person’s address."))
        return typed
