"""What is typed about a place."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from visavis.availability.locations import location_values
from visavis.availability.models import Location
from visavis.catalogue.enums import MeetingKind
from visavis.core.seen import write_seen
from visavis.imports.cells import MAX_CAPACITY, BadCell, parse_hours, show_hours
from visavis.web.ui.seen import SeenForm


class LocationForm(SeenForm):
    """Field names are the place's columns; the hours are written as in a file."""

    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        help_text=_("Such as “Library, room 204” or “Video call”."),
        error_messages={"required": _("Give it a name that students recognise.")},
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=MeetingKind.choices, widget=forms.RadioSelect)
    hours = forms.CharField(
        label=_("Opening hours"),
        max_length=1000,
        required=False,
        help_text=_("Such as Mon-Fri 09:00-17:00; Sat 10:00-14:00. Empty: always open."),
    )
    capacity = forms.IntegerField(
        label=_("Meetings at once"),
        min_value=1,
        max_value=MAX_CAPACITY,
        required=False,
        help_text=_("Empty: no limit."),
    )
    details = forms.CharField(
        label=_("Directions, or the link"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Students read it once they have booked."),
    )

    @classmethod
    def shown(cls, location: Location) -> dict[str, Any]:
        """The place's columns as the form's first values."""
        values = location_values(location)
        return _fields(values) | {"seen": write_seen(values)}

    def first_values(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return _fields(values)

    def clean_hours(self) -> list[list[int]]:
        try:
            return parse_hours(self.cleaned_data["hours"])
        except BadCell as bad:
            raise forms.ValidationError(bad.message) from bad

    @property
    def columns(self) -> dict[str, Any]:
        """What to write, by column."""
        return {name: self.cleaned_data[name] for name in self.fields if name != "seen"}


def _fields(values: Mapping[str, Any]) -> dict[str, Any]:
    return {**values, "hours": show_hours(values.get("hours", []))}
