"""What is typed about hours. Times become wall-clock minutes after midnight."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from visavis.availability.actions import Admits
from visavis.availability.enums import ChangeKind, Weekday
from visavis.availability.models import Admission, WeeklyBlock
from visavis.availability.queries import locations_of
from visavis.catalogue.queries import coverage, formats_of
from visavis.imports.cells import BadCell, parse_time
from visavis.people.models import Provider

DAY = 24 * 60


class TimeOfDayField(forms.CharField):
    """A time of day such as 09:00 or 9am, as minutes after midnight; None when left empty."""

    widget = forms.TimeInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            return f"{value % DAY // 60:02d}:{value % 60:02d}"
        return value

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        try:
            return parse_time(text) if text else None
        except BadCell as error:
            raise ValidationError(error.message) from error


class TimesForm(forms.Form):
    """A range of wall-clock times; one that ends on the next day says so."""

    start = TimeOfDayField(label=_("From"), error_messages={"required": _("Say when they begin.")})
    end = TimeOfDayField(
        label=_("To"),
        error_messages={"required": _("Say when they end.")},
    )
    next_day = forms.BooleanField(
        label=_("They end on the next day"),
        required=False,
        help_text=_(
            "For hours such as 10:00 PM to 2:00 AM. An end at midnight, 12:00 AM, needs no tick."
        ),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = data.get("start"), data.get("end")
        if start is None or end is None:
            return data
        if end == 0 and not data.get("next_day"):
            data["end"] = end = DAY
        if end < start and not data.get("next_day"):
            self.add_error("end", _CROSSES)
        if end > start and end != DAY and data.get("next_day"):
            self.add_error("next_day", _TOO_LONG)
        return data


_CROSSES = _(
    "The end is before the start. Tick “They end on the next day” if these hours go through "
    "midnight, or change one of the two times."
)
_TOO_LONG = _("The end is after the start, so these hours would last longer than a day.")


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
    weekday = forms.TypedChoiceField(label=_("Day"), choices=Weekday.choices, coerce=int)
    valid_from = forms.DateField(
        label=_("First date"),
        required=False,
        widget=forms.DateInput,
        help_text=_("Empty: at once."),
    )
    valid_until = forms.DateField(
        label=_("Last date"),
        required=False,
        widget=forms.DateInput,
        help_text=_("Empty: for good."),
    )

    @property
    def values(self) -> dict[str, Any]:
        """Ready for the actions of availability."""
        data = self.cleaned_data
        return {
            "weekday": data["weekday"],
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
        return data


class ChangeForm(AdmitsFields):
    kind = forms.ChoiceField(
        label=_("What changes"), choices=ChangeKind.choices, widget=forms.RadioSelect
    )
    first = forms.DateField(label=_("First day"), widget=forms.DateInput)
    last = forms.DateField(
        label=_("Last day"), required=False, widget=forms.DateInput, help_text=_("Empty: that day.")
    )
    start = TimeOfDayField(label=_("From"), required=False, help_text=_("Empty: all day."))
    end = TimeOfDayField(label=_("To"), required=False)
    note = forms.CharField(
        label=_("Note"), max_length=200, required=False, help_text=_("Students do not see it.")
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day is before the first."))
        start, end = data.get("start"), data.get("end")
        if (start is None) != (end is None):
            self.add_error("start" if start is None else "end", _("Give both times, or neither."))
        if data.get("kind") == ChangeKind.EXTRA and start is None and "start" in data:
            self.add_error("start", _("Say from when to when the extra hours are."))
        if start is not None and end is not None and 0 < end < start:
            self.add_error("end", _("The end is before the start. Add the night as two changes."))
        return data

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


def initial_of(block: WeeklyBlock) -> dict[str, Any]:
    """The block as the form shows it."""
    return {
        "weekday": block.weekday,
        "start": block.start_minute,
        "end": block.end_minute,
        "next_day": block.end_minute > DAY,
        "valid_from": block.valid_from,
        "valid_until": block.valid_until,
        **ticked_of(block),
    }


def ticked_of(row: Admission) -> dict[str, list[str]]:
    """What the row admits, as the values of the groups of ticks."""
    return {
        "services": [str(thing.pk) for thing in row.services.all()],
        "formats": [str(thing.pk) for thing in row.formats.all()],
        "locations": [str(thing.pk) for thing in row.locations.all()],
    }
