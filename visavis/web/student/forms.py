"""What students send: searches, filters, answers, confirmations."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from visavis.availability.models import Location
from visavis.people.models import Provider
from visavis.web.student.instants import read_instant

Row = TypeVar("Row", Provider, Location)


class SearchForm(forms.Form):
    """One line of search; longer than any name is cut."""

    q = forms.CharField(required=False, strip=True)

    @classmethod
    def text_of(cls, data: Mapping[str, Any]) -> str:
        form = cls(data)
        return form.cleaned_data["q"][:200] if form.is_valid() else ""


class TimesForm(forms.Form):
    """What the calendar is asked for. Nothing in it is required; what is not understood is told."""

    provider = forms.ChoiceField(required=False)
    place = forms.ChoiceField(required=False, label=_("Place"))
    view = forms.ChoiceField(
        required=False, choices=[("", ""), ("list", ""), ("week", "")], widget=forms.HiddenInput
    )
    day = forms.DateField(required=False, input_formats=["%Y-%m-%d"], widget=forms.HiddenInput)
    since = forms.DateField(required=False, input_formats=["%Y-%m-%d"], widget=forms.HiddenInput)
    at = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any],
        *,
        providers: Sequence[Provider],
        places: Sequence[Location],
        noun: str,
    ) -> None:
        super().__init__(data)
        self.providers, self.places = list(providers), list(places)
        self.fields["provider"].label = noun
        self._offer("provider", str(_("Anybody")), providers)
        self._offer("place", str(_("Anywhere")), places)
        self.full_clean()

    def _offer(self, name: str, everything: str, rows: Sequence[Provider | Location]) -> None:
        field = cast("forms.ChoiceField", self.fields[name])
        field.choices = [("", everything), *((str(row.pk), str(row)) for row in rows)]
        field.widget.attrs["class"] = "select"

    @property
    def only_provider(self) -> Provider | None:
        return _find(self.providers, self.cleaned_data.get("provider"))

    @property
    def only_place(self) -> Location | None:
        return _find(self.places, self.cleaned_data.get("place"))

    @property
    def is_week(self) -> bool:
        return bool(self.cleaned_data.get("view") == "week")

    def date_of(self, name: str) -> date | None:
        found: date | None = self.cleaned_data.get(name)
        return found

    @property
    def instant(self) -> datetime | None:
        return read_instant(self.cleaned_data.get("at") or "")


def _find(rows: Iterable[Row], pk: str | None) -> Row | None:
    return next((row for row in rows if str(row.pk) == pk), None)


class ConfirmForm(forms.Form):
    """What the review page sends: the choices again, and the key of this one intention."""

    format = forms.IntegerField(widget=forms.HiddenInput)
    service = forms.IntegerField(widget=forms.HiddenInput)
    start = forms.CharField(widget=forms.HiddenInput)
    provider = forms.IntegerField(widget=forms.HiddenInput)
    place = forms.IntegerField(widget=forms.HiddenInput)
    key = forms.UUIDField(widget=forms.HiddenInput)


class CancelForm(forms.Form):
    reason = forms.CharField(
        required=False,
        max_length=1000,
        label=_("Reason"),
        help_text=_("The person you were to meet can read it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class MyServiceForm(forms.Form):
    """One service to put on the list, or to take off it."""

    add = forms.IntegerField(required=False, min_value=1)
    remove = forms.IntegerField(required=False, min_value=1)
