"""Whose short address is made."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from visavis.catalogue.models import Service


class WhoseForm(forms.Form):
    """A service's; without one the community's; with `everything` each that has none."""

    service = forms.ModelChoiceField(queryset=Service.objects.none(), required=False)
    everything = forms.BooleanField(required=False)

    def __init__(self, data: Any, *, services: QuerySet[Service]) -> None:
        super().__init__(data)
        self.fields["service"].queryset = services  # type: ignore[attr-defined]
