"""Two wall-clock times as they are typed, with what each page allows of them as fences."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from visavis.imports.cells import BadCell, parse_time

DAY = 24 * 60
NO_START, NO_END = _("Say when they begin."), _("Say when they end.")
TOO_EARLY = _("The end is before the start.")
NO_LENGTH = _("It ends when it begins.")
TOO_LONG = _("The end is after the start, so these hours would last longer than a day.")


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


@dataclass(frozen=True)
class Fences:
    """What is allowed of two times, and the words beside them.

    Both `required`, or each may be left out; `together` are both or neither; through midnight only
    with `may_cross`, where a tick says so. `has_length`: the same time twice is refused as well.
    """

    required: bool = False
    together: bool = False
    may_cross: bool = False
    has_length: bool = False
    start_hint: Any = ""
    end_hint: Any = ""
    start_missing: Any = NO_START
    end_missing: Any = NO_END
    too_early: Any = TOO_EARLY
    too_long: Any = TOO_LONG


class TimesForm(forms.Form):
    """Two times, `start` and `end`; an end at midnight is 0, and ends the day."""

    fences: ClassVar[Fences] = Fences()

    start = TimeOfDayField(label=_("From"))
    end = TimeOfDayField(label=_("To"))
    next_day = forms.BooleanField(
        label=_("They end on the next day"),
        required=False,
        help_text=_(
            "For hours such as 10:00 PM to 2:00 AM. An end at midnight, 12:00 AM, needs no tick."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fences, (start, end) = self.fences, (self.fields["start"], self.fields["end"])
        start.help_text, end.help_text = fences.start_hint, fences.end_hint
        self.require_times(required=fences.required)
        if not fences.may_cross:
            del self.fields["next_day"]

    def require_times(self, *, required: bool, start: Any = None, end: Any = None) -> None:
        """Whether both must be named, and what is said of the one that is missing."""
        words = {"start": start or self.fences.start_missing, "end": end or self.fences.end_missing}
        for name, missing in words.items():
            self.fields[name].required = required
            self.fields[name].error_messages["required"] = missing

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = data.get("start"), data.get("end")
        is_half = (start is None) != (end is None) and not {"start", "end"} & self.errors.keys()
        if self.fences.together and is_half:
            self.add_error("start" if start is None else "end", _("Give both times, or neither."))
        if start is None or end is None:
            return data
        crosses = bool(data.get("next_day"))
        if end == 0 and not crosses:
            data["end"] = end = DAY
        is_early = end <= start if self.fences.has_length else end < start
        if is_early and not crosses:
            self.add_error("end", NO_LENGTH if end == start else self.fences.too_early)
        if crosses and end > start and end != DAY:
            self.add_error("next_day", self.fences.too_long)
        return data
