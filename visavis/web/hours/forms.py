"""What is typed about hours. Times become wall-clock minutes after midnight."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from visavis.availability.actions import Admits
from visavis.availability.enums import ChangeKind, Weekday
from visavis.availability.models import Admission, DatedChange, WeeklyBlock
from visavis.availability.queries import locations_of, weekly_blocks_of
from visavis.availability.telling import mark_of
from visavis.catalogue.queries import coverage, formats_of
from visavis.core import clock
from visavis.core.seen import read_seen_of, write_seen
from visavis.people.models import Provider
from visavis.web.hours.times_form import DAY, Fences, TimesForm
from visavis.web.hours.words import weekdays_from
from visavis.web.ui.inputs import WordsField
from visavis.web.ui.instants import DayField
from visavis.web.ui.seen import merge


class AdmitsFields(forms.Form):
    """What hours are for. Nothing ticked in a group means any."""

    services = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    formats = forms.MultipleChoiceField(
        label=_("Only these meetings"), required=False, widget=forms.CheckboxSelectMultiple
    )
    locations = forms.MultipleChoiceField(
        label=_("Only at these places"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, provider: Provider, words: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.provider = provider
        certifications = list(provider.certifications.all())
        self.things: dict[str, list[Any]] = {
            "services": coverage(provider.community, certifications).services(certifications),
            "formats": list(formats_of(provider.community)),
            "locations": list(locations_of(provider.community)),
        }
        self.fields["services"].label = _("Only these: %(services)s") % {"services": words.services}
        for name, things in self.things.items():
            field = self.fields[name]
            field.choices = [  # type: ignore[attr-defined]
                (str(thing.pk), getattr(thing, "label", str(thing))) for thing in things
            ]
            field.error_messages["invalid_choice"] = _("One of these is no longer there.")

    @property
    def admits(self) -> Admits:
        """The ticked ones of each group; None where nothing was ticked."""
        return Admits(**{name: self._ticked(name) for name in self.things})

    def _ticked(self, name: str) -> list[Any] | None:
        wanted = set(self.cleaned_data[name])
        return [thing for thing in self.things[name] if str(thing.pk) in wanted] or None

    @property
    def is_limited(self) -> bool:
        """Whether something is, or was, ticked: then the group stands open."""
        return any(self[name].value() for name in self.things)


class BlockForm(TimesForm, AdmitsFields):
    """One weekly block; where new ones are added, the same on every weekday that is ticked."""

    fences = Fences(
        required=True,
        may_cross=True,
        too_early=_(
            "The end is before the start. Tick “They end on the next day” if these hours go "
            "through midnight, or change one of the two times."
        ),
    )

    weekday = forms.TypedMultipleChoiceField(
        label=_("Days"),
        choices=Weekday.choices,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one day.")},
    )
    valid_from = DayField(
        label=_("First date"),
        required=False,
        widget=forms.DateInput,
        help_text=_("Empty: at once."),
    )
    valid_until = DayField(
        label=_("Last date"),
        required=False,
        widget=forms.DateInput,
        help_text=_("Empty: for good."),
    )

    # What the block was when it was looked at: whoever saves over somebody else's change is told.
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    opened = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, existing: WeeklyBlock | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.existing = existing
        self.has_newer = False
        days = weekdays_from(self.provider.community.zone)
        if existing is not None:
            self.fields["weekday"] = forms.TypedChoiceField(
                label=_("Day"), choices=days, coerce=int
            )
        else:
            self.fields["weekday"].choices = days  # type: ignore[attr-defined]

    def show_newer(self, sentence: str, now: dict[str, Any]) -> None:
        """Say that somebody was quicker; what only they changed is taken over."""
        self.has_newer = True
        take_newer(self, sentence, now)

    @property
    def weekdays(self) -> list[int]:
        chosen = self.cleaned_data["weekday"]
        return [chosen] if isinstance(chosen, int) else chosen

    @property
    def values(self) -> dict[str, Any]:
        """Ready for the actions of availability, but for the weekday."""
        data = self.cleaned_data
        return {
            "start_minute": data["start"],
            "end_minute": data["end"],
            "valid_from": data["valid_from"],
            "valid_until": data["valid_until"],
            "admits": self.admits,
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        first, last = data.get("valid_from"), data.get("valid_until")
        if first and last and last < first:
            self.add_error("valid_until", _("The last date is before the first."))
        if not self.errors:
            self._refuse_twice()
        return data

    def _refuse_twice(self) -> None:
        """The same hours for the same things on the same dates can only be meant once."""
        wanted = self.weekdays
        twice = {
            block.weekday
            for block in weekly_blocks_of(self.provider)
            if block.weekday in wanted and block != self.existing and self._is_same(block)
        }
        for day in sorted(twice):
            words = _("These hours on %(day)s are there already.")
            self.add_error("weekday", words % {"day": Weekday(day).label})

    def _is_same(self, block: WeeklyBlock) -> bool:
        start, end = self.cleaned_data["start"], self.cleaned_data["end"]
        return (
            (block.start_minute, block.end_minute) == (start, end + DAY if end < start else end)
            and (block.valid_from, block.valid_until)
            == (self.cleaned_data["valid_from"], self.cleaned_data["valid_until"])
            and ticked_of(block) == {name: sorted(self.cleaned_data[name]) for name in self.things}
            and (block.any_service, block.any_format, block.any_location)
            == tuple(not self.cleaned_data[name] for name in self.things)
        )


def take_newer(form: forms.Form, sentence: str, now: dict[str, Any]) -> None:
    """Bring into the form what is stored `now`, which are its first values (`initial_of`)."""
    marks = ("seen", "opened")
    shown = {name: value for name, value in now.items() if name not in marks}
    opened = read_seen_of(form.data.get("opened", ""), shown)
    merge(form, sentence, opened=opened, now=shown)
    for name in marks:
        form.data[name] = now[name]  # type: ignore[index]


class ChangeForm(TimesForm, AdmitsFields):
    """Time away or extra hours; the page that was opened says which of the two."""

    fences = Fences(
        together=True,
        start_hint=_("Empty: all day."),
        too_early=_("The end is before the start. Add the night as two changes."),
    )

    kind = forms.ChoiceField(
        label=_("What changes"), choices=ChangeKind.choices, widget=forms.HiddenInput
    )
    first = DayField(label=_("First day"), widget=forms.DateInput)
    last = DayField(
        label=_("Last day"), required=False, widget=forms.DateInput, help_text=_("Empty: that day.")
    )
    note = WordsField(
        label=_("Note"), max_length=200, required=False, help_text=_("Students do not see it.")
    )

    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    opened = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, existing: DatedChange | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.existing = existing
        self.has_newer = False
        if self.is_extra:
            self.fields["start"].help_text = ""
            self.require_times(required=True, **_EXTRA_TIMES)

    @property
    def is_extra(self) -> bool:
        kind = self.existing.kind if self.existing else self["kind"].value()
        return bool(kind == ChangeKind.EXTRA)

    def show_newer(self, sentence: str, now: dict[str, Any]) -> None:
        """As of weekly hours."""
        self.has_newer = True
        take_newer(self, sentence, now)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day is before the first."))
        elif first and (last or first) < self._today():
            self.add_error("last" if last else "first", _("This day is over."))
        return data

    def _today(self) -> date:
        return clock.now().astimezone(self.provider.community.zone).date()

    @property
    def values(self) -> dict[str, Any]:
        """Ready for the actions of availability."""
        data = self.cleaned_data
        whole = data["start"] is None
        return {
            "kind": ChangeKind(data["kind"]),
            "first": data["first"],
            "last": data["last"] or data["first"],
            "start_minute": 0 if whole else data["start"],
            "end_minute": DAY if whole else data["end"] or DAY,
            "note": data["note"],
            "admits": self.admits,
        }


_EXTRA_TIMES = {
    "start": _("Say from when to when the extra hours are."),
    "end": _("Say when the extra hours end."),
}


def initial_of(block: WeeklyBlock) -> dict[str, Any]:
    """The block as the form shows it."""
    shown = {
        "weekday": block.weekday,
        "start": block.start_minute,
        "end": block.end_minute,
        "next_day": block.end_minute > DAY,
        "valid_from": block.valid_from,
        "valid_until": block.valid_until,
        **ticked_of(block),
    }
    return shown | {"seen": mark_of(block), "opened": write_seen(shown)}


def initial_of_change(change: DatedChange) -> dict[str, Any]:
    """The dated change as the form shows it."""
    whole = change.start_minute == 0 and change.end_minute == DAY
    is_away = change.kind == ChangeKind.AWAY
    shown = {
        "kind": change.kind,
        "first": change.first,
        "last": change.last,
        "start": None if whole and is_away else change.start_minute,
        "end": None if whole and is_away else change.end_minute,
        "note": change.note,
        **ticked_of(change),
    }
    return shown | {"seen": mark_of(change), "opened": write_seen(shown)}


def ticked_of(row: Admission) -> dict[str, list[str]]:
    """What the row admits, as the values of the groups of ticks."""
    return {
        "services": sorted(str(thing.pk) for thing in row.services.all()),
        "formats": sorted(str(thing.pk) for thing in row.formats.all()),
        "locations": sorted(str(thing.pk) for thing in row.locations.all()),
    }
