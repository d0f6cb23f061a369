"""What is typed about a closure."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from visavis.web.hours.forms import DAY, TimeOfDayField


class ClosureForm(forms.Form):
    first = forms.DateField(
        label=_("First day"),
        widget=forms.DateInput,
        error_messages={"required": _("Say on which day the community closes.")},
    )
    last = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput,
        required=False,
        help_text=_("Empty: that day only."),
    )
    start = TimeOfDayField(label=_("From"), required=False, help_text=_("Empty: all day."))
    end = TimeOfDayField(label=_("To"), required=False, help_text=_("Empty: until midnight."))
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day is before the first."))
        start, end = data.get("start"), data.get("end")
        if start is not None and end and end < start:
            self.add_error("end", _("The end is before the start."))
        return data

    @property
    def values(self) -> dict[str, Any]:
        """Ready for the action."""
        data = self.cleaned_data
        return {
            "first": data["first"],
            "last": data["last"] or data["first"],
            "start_minute": data["start"] or 0,
            "end_minute": data["end"] or DAY,
            "reason": data["reason"],
        }
