"""Values of the history as people read them: durations, clocks, instants and switches in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from visavis.availability.enums import Weekday
from visavis.people.enums import HourCycle
from visavis.web.admin.forms.settings import SettingsForm
from visavis.web.ui.times import (
    date_in_words,
    duration_in_words,
    moment_in_words,
    time_in_words,
)

DAY_MINUTES = 24 * 60
LENGTH = 80
NAMES = {"start_minute": gettext_lazy("From"), "end_minute": gettext_lazy("To")}


@dataclass(frozen=True, slots=True)
class HistoryReader:
    """How the reader of the page reads times: in the community's zone, by their own habit."""

    zone: ZoneInfo
    cycle: HourCycle

    def name(self, name: str) -> str:
        """What a column is called: as its field is labelled, else as it is written."""
        if name in NAMES:
            return str(NAMES[name])
        field = SettingsForm.base_fields.get(name)
        return str(field.label) if field is not None else name.replace("_", " ").capitalize()

    def value(self, name: str, values: Mapping[str, Any]) -> str:
        """The value in words; empty where there is none."""
        text = self._in_words(name, values.get(name))
        return text if len(text) <= LENGTH else f"{text[:LENGTH]}…"

    def _in_words(self, name: str, value: Any) -> str:
        if value is None or value in ("", [], {}):
            return ""
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, int):
            return self._number(name, value)
        if isinstance(value, list):
            return ", ".join(self._in_words(name, one) for one in value)
        if isinstance(value, dict):
            inside = ((self.name(key), self._in_words(key, one)) for key, one in value.items())
            return ", ".join(f"{key}: {one}" for key, one in inside if one)
        return self._text(str(value))

    def _number(self, name: str, number: int) -> str:
        if name in ("start_minute", "end_minute"):
            return self._clock(number)
        if name == "weekday":
            return str(Weekday(number).label)
        if name.endswith("_minutes") and name != "allowed_minutes":
            return duration_in_words(number)
        if name.endswith("_hours"):
            return ngettext("%(n)d hour", "%(n)d hours", number) % {"n": number}
        return str(number)

    def _clock(self, minute: int) -> str:
        if minute == DAY_MINUTES:
            return _("midnight")
        hour, rest = divmod(minute % DAY_MINUTES, 60)
        any_day = datetime.combine(date(2000, 1, 1), time(hour, rest), tzinfo=self.zone)
        return time_in_words(any_day, zone=self.zone, cycle=self.cycle)

    def _text(self, text: str) -> str:
        try:
            instant = datetime.fromisoformat(text)
        except ValueError:
            return text
        today = date.min  # another year than any: so that the year is always named
        if instant.tzinfo is None:
            is_date = len(text) == len("2027-03-01")
            return date_in_words(instant.date(), today=today) if is_date else text
        return moment_in_words(instant, zone=self.zone, cycle=self.cycle, today=today)
