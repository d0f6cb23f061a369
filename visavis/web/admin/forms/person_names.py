"""What somebody who has not signed in yet is called."""

from django import forms
from django.utils.translation import gettext_lazy as _


class PersonNameForm(forms.Form):
    first_name = forms.CharField(
        label=_("First name"),
        max_length=200,
        error_messages={"required": _("Write what others call them.")},
    )
    last_name = forms.CharField(label=_("Last name"), required=False, max_length=200)
