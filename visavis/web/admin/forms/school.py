"""What is typed about the school."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from visavis.communities.errors import InvalidSetting
from visavis.communities.models import School
from visavis.communities.school import clean_domains
from visavis.people.factors import has_second_factor
from visavis.people.models import User


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

    admins_need_second_factor = forms.BooleanField(
        label=_("Administrators need a second factor"),
        required=False,
        help_text=_(
            "Whoever looks after the school or a community sets up a passkey or an authenticator "
            "app before any of these pages opens. You need one yourself to turn this on."
        ),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        self.person = person
        super().__init__(*args, **kwargs)

    @classmethod
    def shown(cls, school: School) -> dict[str, Any]:
        """The school's columns as the form's first values."""
        return {
            "name": school.name,
            "allowed_domains": "\n".join(school.allowed_domains),
            "admins_need_second_factor": school.admins_need_second_factor,
        }

    def clean_admins_need_second_factor(self) -> bool:
        wanted: bool = self.cleaned_data["admins_need_second_factor"]
        if wanted and not has_second_factor(self.person):
            raise ValidationError(
                _("Set up a second factor of your own first, under “How you sign in”.")
            )
        return wanted

    def clean_allowed_domains(self) -> list[str]:
        try:
            return clean_domains(self.cleaned_data["allowed_domains"].splitlines())
        except InvalidSetting as error:
            raise ValidationError(error.message) from error
