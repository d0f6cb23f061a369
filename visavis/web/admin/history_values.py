"""Values of the history as people read them: durations, clocks, instants and switches in words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from visavis.availability.enums import Weekday
from visavis.bookings.enums import Otherwise
from visavis.engine.world import Reason
from visavis.people.enums import HourCycle, Source
from visavis.web.admin.forms.settings import SettingsForm
from visavis.web.ui.times import (
    date_in_words,
    duration_in_words,
    moment_in_words,
    time_in_words,
)

IN_UTC = re.compile(r"(\d{4}-\d{2}-\d{2} \d{2}:\d{2}) UTC")
DAY_MINUTES = 24 * 60
NAMES = {
    "start_minute": gettext_lazy("From"),
    "end_minute": gettext_lazy("To"),
    "overrode": gettext_lazy("Rules set aside"),
    "from_start": gettext_lazy("Began before"),
    "from_end": gettext_lazy("Ended before"),
    "from_provider": gettext_lazy("Was with"),
    "from_location": gettext_lazy("Was at"),
    "from_format": gettext_lazy("Was a"),
}
# The codes of the rules, as short as a line of the history is.
RULES: dict[str, str | Promise] = {
    Reason.NOT_CERTIFIED: gettext_lazy("who may give it"),
    Reason.LOCATION_NOT_ADMITTED: gettext_lazy("where it takes place"),
    Reason.OUTSIDE_HOURS: gettext_lazy("hours"),
    Reason.AWAY: gettext_lazy("absence"),
    Reason.CLOSED: gettext_lazy("closure"),
    Reason.IN_BREAK: gettext_lazy("break"),
    Reason.OUTSIDE_LOCATION_HOURS: gettext_lazy("opening hours of the place"),
    Reason.PROVIDER_BUSY: gettext_lazy("time around meetings, or an outside calendar"),
    Reason.MINUTE_NOT_ALLOWED: gettext_lazy("minutes at which meetings begin"),
    Reason.LEAD_TIME: gettext_lazy("notice before a meeting"),
    Reason.BEYOND_HORIZON: gettext_lazy("weeks ahead"),
    Reason.PROVIDER_CAP: gettext_lazy("weekly hours"),
    Reason.STUDENT_LIMIT: gettext_lazy("limit of the student"),
    Reason.NOT_ELIGIBLE: gettext_lazy("who may come"),
    Reason.STUDENT_PAUSED: gettext_lazy("pause of the student"),
    Reason.NOT_ON_LIST: gettext_lazy("list of the student"),
}

# Who put a row there, as a line of the history says it.
SOURCES: dict[str, str | Promise] = {
    Source.CSV: gettext_lazy("from a file"),
    Source.HAND: gettext_lazy("by hand"),
    Source.SELF: gettext_lazy("by the person"),
    Source.FEED: gettext_lazy("from another system"),
}

# Codes that stand for words, by the name of their value.
WORDS: dict[str, Mapping[str, str | Promise]] = {
    "overrode": RULES,
    "source": SOURCES,
    "otherwise": {one.value: one.label for one in Otherwise},
}


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
        return self._in_words(name, values.get(name))

    def label(self, text: str) -> str:
        """A thing's name as it was kept, with its instants as the reader knows them."""
        return IN_UTC.sub(lambda found: self._text(f"{found[1]}+00:00"), text)

    def _in_words(self, name: str, value: Any) -> str:
        if value is None or value in ("", [], {}):
            return ""
        if isinstance(value, int):
            return self._number(name, value)
        if isinstance(value, list):
            return ", ".join(self._in_words(name, one) for one in value)
        if isinstance(value, dict):
            inside = ((self.name(key), self._in_words(key, one)) for key, one in value.items())
            return ", ".join(f"{key}: {one}" for key, one in inside if one)
        words = WORDS.get(name, {})
        return str(words[value]) if value in words else self._text(str(value))

    def _number(self, name: str, number: int) -> str:
        if isinstance(number, bool):
            return _("yes") if number else _("no")
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
