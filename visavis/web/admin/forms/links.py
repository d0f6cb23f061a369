"""What is typed about a link."""

from django import forms
from django.utils.translation import gettext_lazy as _

from visavis.web.ui.inputs import WebAddressField


class LinkForm(forms.Form):
    label = forms.CharField(
        label=_("What it says"),
        max_length=80,
        error_messages={"required": _("Say what students should read.")},
    )
    url = WebAddressField(
        label=_("Where it leads"),
        error_messages={"required": _("Enter the address of the page.")},
    )
