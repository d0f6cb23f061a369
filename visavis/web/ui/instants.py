"""Days that somebody typed into a form."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from visavis.core.instants import FIRST_YEAR, LAST_YEAR, can_be_counted


class DayField(forms.DateField):
    """A date that can be counted with; every form that asks for a day has this field."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "far": _("Choose a day in the years %(first)s to %(last)s.")
    }

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value in self.empty_values or can_be_counted(value):
            return
        years = {"first": str(FIRST_YEAR), "last": str(LAST_YEAR)}
        raise ValidationError(self.error_messages["far"], code="far", params=years)
