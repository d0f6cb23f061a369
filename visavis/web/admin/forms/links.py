"""What is typed about a link."""

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _


class LinkForm(forms.Form):
    label = forms.CharField(
        label=_("What it says"),
        max_length=80,
        error_messages={"required": _("Say what students should read.")},
    )
    url = forms.URLField(
        label=_("Where it leads"),
        max_length=500,
        assume_scheme="https",
        validators=[URLValidator(schemes=["https", "http"])],
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
        error_messages={
            "required": _("Enter the address of the page."),
            "invalid": _("This is no web address. It begins with https://"),
        },
    )
