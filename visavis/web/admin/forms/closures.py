"""What is typed about a closure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from visavis.availability.models import Closure
from visavis.availability.telling import closure_values
from visavis.core.seen import write_seen
from visavis.web.hours.times_form import DAY, Fences, TimesForm
from visavis.web.ui.inputs import WordsField
from visavis.web.ui.instants import DayField
from visavis.web.ui.seen import SeenForm


class ClosureForm(TimesForm):
    fences = Fences(start_hint=_("Empty: all day."), end_hint=_("Empty: until midnight."))

    first = DayField(
        label=_("First day"),
        widget=forms.DateInput,
        error_messages={"required": _("Say on which day the community closes.")},
    )
    last = DayField(
        label=_("Last day"),
        widget=forms.DateInput,
        required=False,
        help_text=_("Empty: that day only."),
    )
    reason = WordsField(label=_("Reason"), max_length=200, required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        """`today`: the date by the community's clock."""
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and (last or first) < self.today:
            told = _("This day is over. A closure keeps coming days free; check the year.")
            self.add_error("last" if last else "first", told)
            return data
        if first and last and last < first:
            self.add_error("last", _("The last day is before the first."))
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


class ClosureChangeForm(SeenForm, ClosureForm):
    """A closure that is there already; it may go through midnight, as one by command can."""

    fences = Fences(
        may_cross=True, start_hint=_("Empty: all day."), end_hint=_("Empty: until midnight.")
    )

    @classmethod
    def shown(cls, closure: Closure) -> dict[str, Any]:
        """The closure as the form's first values."""
        values = closure_values(closure)
        return _fields(values) | {"seen": write_seen(values)}

    def first_values(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return _fields(values)


def _fields(values: Mapping[str, Any]) -> dict[str, Any]:
    start, end = values.get("start_minute", 0), values.get("end_minute", DAY)
    return {
        "first": values.get("first"),
        "last": values.get("last"),
        "start": None if (start, end) == (0, DAY) else start,
        "end": None if end == DAY else end,
        "next_day": end > DAY,
        "reason": values.get("reason", ""),
    }
