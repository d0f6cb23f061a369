"""What is typed about the school."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from visavis.communities.errors import InvalidSetting
from visavis.communities.models import School
from visavis.communities.school import clean_domains


class SchoolForm(forms.Form):
    """Field names are the school's columns; each domain has a line of its own."""

    name = forms.CharField(
        label=_("Name of the school"),
        max_length=200,
        help_text=_("Stands on the first page, for everybody."),
        error_messages={"required": _("Enter the name of your school.")},
    )
    allowed_domains = forms.CharField(
        label=_("E-mail domains of the school"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4, "autocapitalize": "off", "spellcheck": "false"}),
        help_text=_(
            "One a line, such as university.edu. Whoever reads mail at one of them may sign in, "
            "on a list or not. Empty: only people on a list."
        ),
    )

    @classmethod
    def shown(cls, school: School) -> dict[str, Any]:
        """The school's columns as the form's first values."""
        return {"name": school.name, "allowed_domains": "\n".join(school.allowed_domains)}

    def clean_allowed_domains(self) -> list[str]:
        try:
            return clean_domains(self.cleaned_data["allowed_domains"].splitlines())
        except InvalidSetting as error:
            raise ValidationError(error.message) from error
