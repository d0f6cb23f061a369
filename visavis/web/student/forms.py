"""What students send: searches, filters, answers, confirmations."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from functools import cached_property
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from visavis.availability.models import Location
from visavis.core.instants import read_instant
from visavis.people.models import Provider
from visavis.web.student.crowd import Crowd
from visavis.web.ui.inputs import SearchField, WordsField
from visavis.web.ui.meeting_seen import MeetingSeenForm

LONGEST_SEARCH = 200


class SearchForm(forms.Form):
    """One line of search; longer than any name is cut."""

    q = SearchField(max_length=LONGEST_SEARCH)

    @classmethod
    def text_of(cls, data: Mapping[str, Any]) -> str:
        form = cls(data)
        return form.cleaned_data["q"] if form.is_valid() else ""


class LearnForm(forms.Form):
    """Whether the learn screen shows all that was, or the latest few of it."""

    past = forms.ChoiceField(required=False, choices=[("", ""), ("all", "")])

    @property
    def shows_all(self) -> bool:
        return self.is_valid() and bool(self.cleaned_data["past"])


class FreeTimesForm(forms.Form):
    """What the calendar is asked for. Nothing in it is required; what is not understood is told.

    A few people are a list to choose from; among many, a name is typed (`who`).
    """

    provider = forms.ChoiceField(required=False)
    who = SearchField(max_length=LONGEST_SEARCH)
    place = forms.ChoiceField(required=False, label=_("Place"))
    view = forms.ChoiceField(
        required=False, choices=[("", ""), ("list", ""), ("week", "")], widget=forms.HiddenInput
    )
    day = forms.DateField(required=False, input_formats=["%Y-%m-%d"], widget=forms.HiddenInput)
    since = forms.DateField(required=False, input_formats=["%Y-%m-%d"], widget=forms.HiddenInput)
    at = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Mapping[str, Any], *, crowd: Crowd, places: Sequence[Location], noun: str
    ) -> None:
        super().__init__(data)
        self.crowd, self.places = crowd, list(places)
        if crowd.is_large:
            self.fields["provider"] = forms.CharField(required=False, widget=forms.HiddenInput)
        else:
            self._offer("provider", str(_("Anybody")), crowd.listed)
        self.fields["who"].label = self.fields["provider"].label = noun
        self._offer("place", str(_("Anywhere")), places)
        self.full_clean()

    def _offer(self, name: str, everything: str, rows: Sequence[Provider | Location]) -> None:
        field = cast("forms.ChoiceField", self.fields[name])
        field.choices = [("", everything), *((str(row.pk), str(row)) for row in rows)]
        field.widget.attrs["class"] = "select"

    @cached_property
    def only_provider(self) -> Provider | None:
        """The person chosen, or the only one of the name that was typed since."""
        chosen = self.crowd.find(self.cleaned_data.get("provider") or "")
        if not self.crowd.is_large or "who" not in self.data:
            return chosen
        if chosen is not None and self.cleaned_data.get("who") == str(chosen):
            return chosen
        return self.named[0] if len(self.named) == 1 else None

    @property
    def named(self) -> list[Provider]:
        """Those whose name holds every word that was typed."""
        return self._named[0]

    @property
    def unnamed(self) -> int:
        """How many more people have such a name than are `named`."""
        return self._named[1]

    @cached_property
    def _named(self) -> tuple[list[Provider], int]:
        who = self.cleaned_data.get("who") or ""
        return self.crowd.named(who) if who and self.crowd.is_large else ([], 0)

    @property
    def is_unknown(self) -> bool:
        """Whether a name was typed that nobody has."""
        return bool(self.crowd.is_large and self.cleaned_data.get("who") and not self.named)

    @property
    def only_place(self) -> Location | None:
        return next((p for p in self.places if str(p.pk) == self.cleaned_data.get("place")), None)

    @property
    def is_week(self) -> bool:
        return bool(self.cleaned_data.get("view") == "week")

    def date_of(self, name: str) -> date | None:
        found: date | None = self.cleaned_data.get(name)
        return found

    @property
    def instant(self) -> datetime | None:
        return read_instant(self.cleaned_data.get("at") or "")


class ConfirmForm(forms.Form):
    """What the review page sends: the choices again, and the key of this one intention."""

    format = forms.IntegerField(widget=forms.HiddenInput)
    service = forms.IntegerField(widget=forms.HiddenInput)
    start = forms.CharField(widget=forms.HiddenInput)
    provider = forms.IntegerField(widget=forms.HiddenInput)
    place = forms.IntegerField(widget=forms.HiddenInput)
    key = forms.UUIDField(widget=forms.HiddenInput)


class MoveForm(forms.Form):
    """What the review of a move sends: where to, and the appointment that was looked at."""

    start = forms.CharField(widget=forms.HiddenInput)
    provider = forms.IntegerField(widget=forms.HiddenInput)
    place = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput)


class WeeksForm(forms.Form):
    """How many weeks a series shall have, and the dates on which it pauses."""

    weeks = forms.ChoiceField(label=_("How many weeks"))

    def __init__(
        self, data: QueryDict | None, *, counts: Iterable[int], labels: Mapping[int, str] = {}
    ) -> None:
        super().__init__(data)
        field = cast("forms.ChoiceField", self.fields["weeks"])
        field.choices = [(str(count), labels.get(count, str(count))) for count in counts]
        self._skipped = data.getlist("skip") if data is not None else []

    @property
    def days(self) -> list[date]:
        """The dates that shall be skipped; what is no date is none of them."""
        return read_days(self._skipped)


def read_days(texts: Iterable[str]) -> list[date]:
    """The dates among these texts, written like 2027-03-15."""
    found = []
    for text in texts:
        with suppress(ValueError):
            found.append(date.fromisoformat(text))
    return found


class SeriesForm(ConfirmForm):
    """What the review of a series sends: the weeks as well, just as they were shown."""

    weeks = forms.IntegerField(widget=forms.HiddenInput)
    skip = forms.CharField(required=False, widget=forms.HiddenInput, max_length=400)

    @property
    def days(self) -> frozenset[date]:
        return frozenset(read_days(self.cleaned_data["skip"].split()))


class TakeForm(forms.Form):
    """Which of the held times is taken."""

    hold = forms.UUIDField(widget=forms.HiddenInput)


class CancelForm(forms.Form):
    reason = WordsField(
        required=False,
        max_length=1000,
        label=_("Reason"),
        help_text=_("The person you were to meet can read it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class EndingForm(MeetingSeenForm, CancelForm):
    """Before a meeting is cancelled: the reason, for the meeting that was looked at."""


class MyServiceForm(forms.Form):
    """One service to put on the list, or to take off it."""

    add = forms.IntegerField(required=False, min_value=1)
    remove = forms.IntegerField(required=False, min_value=1)
