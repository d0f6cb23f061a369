"""What is typed about several days at once."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from visavis.availability.enums import Weekday
from visavis.web.hours.words import weekdays_from
from visavis.web.ui.instants import DayField


class CopyForm(forms.Form):
    """One day's hours for other days, besides what these have or instead of it."""

    BESIDES, INSTEAD = "besides", "instead"

    weekday = forms.TypedChoiceField(
        label=_("Copy the hours of"), choices=Weekday.choices, coerce=int
    )
    onto = forms.TypedMultipleChoiceField(
        label=_("To"),
        choices=Weekday.choices,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one day.")},
    )
    instead = forms.ChoiceField(
        label=_("What these days have already"),
        choices=[(BESIDES, _("stays as well")), (INSTEAD, _("goes"))],
        initial=BESIDES,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("weekday", "onto"):
            self.fields[name].choices = weekdays_from(zone)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("onto") == [data.get("weekday")]:
            self.add_error("onto", _("Tick another day than the one that is copied."))
        return data


class ClearForm(forms.Form):
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Clear these days"),
        choices=Weekday.choices,
        coerce=int,
        initial=[day for day, _label in Weekday.choices],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one day.")},
    )

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["weekdays"].choices = weekdays_from(zone)  # type: ignore[attr-defined]


class WeekForm(forms.Form):
    """Which week the calendar shows; what is no date is this one."""

    week = DayField(required=False, input_formats=["%Y-%m-%d"])

    @classmethod
    def day_of(cls, data: Mapping[str, Any]) -> date | None:
        form = cls(data)
        day = form.cleaned_data["week"] if form.is_valid() else None
        return day if day and FIRST <= day <= LAST else None


# Python's calendar ends; no hours lie that far off.
FIRST, LAST = date(1970, 1, 8), date(2999, 12, 1)
