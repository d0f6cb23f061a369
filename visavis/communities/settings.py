"""The community's settings as `key=value`: one table for the command line and its documentation."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from visavis.communities.enums import Accent, Eligibility
from visavis.communities.errors import InvalidSetting
from visavis.communities.models import Community
from visavis.communities.wording import NOUNS, PRESETS, PROMPTS

YES = {"1", "yes", "true", "on"}
NO = {"0", "no", "false", "off"}
NONE = {"", "none"}
MOST_HOURS = 90 * 24


def _text(value: str) -> str:
    return value.strip()


def _whole(value: str) -> int:
    try:
        return int(value.strip())
    except ValueError:
        raise InvalidSetting(f"“{value}” is no whole number.") from None


def _whole_or_none(value: str) -> int | None:
    return None if value.strip().casefold() in NONE else _whole(value)


def _hours(value: str) -> int:
    try:
        minutes = float(value) * 60
    except ValueError:
        raise InvalidSetting(f"“{value}” is no number of hours.") from None
    if not math.isfinite(minutes) or minutes != int(minutes):
        raise InvalidSetting(f"{value} hours are no whole number of minutes.")
    if not 0 <= minutes <= MOST_HOURS * 60:
        raise InvalidSetting(f"{value} hours do not fit: 0 to {MOST_HOURS} do.")
    return int(minutes)


def _switch(value: str) -> bool:
    word = value.strip().casefold()
    if word in YES | NO:
        return word in YES
    raise InvalidSetting(f"“{value}” is neither yes nor no.")


def _minutes(value: str) -> list[int]:
    return sorted({_whole(part) for part in value.split(",") if part.strip()})


def _several_hours(value: str) -> list[int]:
    if value.strip().casefold() in NONE:
        return []
    return sorted({_whole(part) for part in value.split(",") if part.strip()}, reverse=True)


def _text_or_none(value: str) -> str:
    return "" if value.strip().casefold() in NONE else value.strip()


def _choice(*choices: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value not in choices:
            raise InvalidSetting(f"“{value}” is none of {', '.join(choices)}.")
        return value

    return parse


@dataclass(frozen=True, slots=True)
class Setting:
    """A key, the column it fills, and how its text is read and shown."""

    field: str
    parse: Callable[[str], Any]
    help: str

    def show(self, community: Community) -> Any:
        value = getattr(community, self.field)
        return value / 60 if self.parse is _hours else value


SETTINGS: dict[str, Setting] = {
    "name": Setting("name", _text, "full name"),
    "description": Setting("description", _text, "what students read when they look for help"),
    "contact": Setting("contact", _text, "whom to ask"),
    "timezone": Setting("timezone", _text, "IANA name, such as America/New_York"),
    "accent": Setting("accent", _choice(*Accent.values), "colour: " + ", ".join(Accent.values)),
    "visible": Setting("visible", _switch, "yes or no: may students see the community"),
    "eligibility": Setting("eligibility", _choice(*Eligibility.values), "everyone or list"),
    "edit_services": Setting("edit_services", _switch, "yes or no: may students edit their list"),
    "skip_single_choice": Setting("skip_single_choice", _switch, "yes or no: skip such steps"),
    "lead_time_hours": Setting("lead_time_minutes", _hours, "hours between booking and meeting"),
    "lead_time_minutes": Setting("lead_time_minutes", _whole, "the same in minutes"),
    "weeks_ahead": Setting("weeks_ahead", _whole, "1 to 52: how far ahead may be booked"),
    "allowed_minutes": Setting("allowed_minutes", _minutes, "0,30: minutes at which to start"),
    "buffer_before_minutes": Setting("buffer_before_minutes", _whole, "free time before each"),
    "buffer_after_minutes": Setting("buffer_after_minutes", _whole, "free time after each"),
    "provider_weekly_cap_minutes": Setting(
        "provider_weekly_cap_minutes", _whole_or_none, "booked minutes a week, or none"
    ),
    "student_daily_limit_minutes": Setting(
        "student_daily_limit_minutes", _whole_or_none, "minutes a day, or none"
    ),
    "student_weekly_limit_minutes": Setting(
        "student_weekly_limit_minutes", _whole_or_none, "minutes a week, or none"
    ),
    "student_open_bookings_limit": Setting(
        "student_open_bookings_limit", _whole_or_none, "coming bookings at a time, or none"
    ),
    "request_expires_hours": Setting(
        "request_expires_hours", _whole, "hours until an unanswered request expires"
    ),
    "centre_email": Setting(
        "centre_email", _text_or_none, "where the centre reads its mail, or none"
    ),
    "reminder_hours": Setting(
        "reminder_hours", _several_hours, "24,1: hours before a meeting to remind, or none"
    ),
}
WORDS = [*NOUNS, *PROMPTS]


def parse_setting(key: str, text: str) -> Any:
    """The value that `text` means for `key`. Raises InvalidSetting, naming every key there is."""
    if key not in SETTINGS:
        known = ", ".join([*SETTINGS, *WORDS])
        raise InvalidSetting(f"There is no setting “{key}”. There are: {known}.")
    try:
        return SETTINGS[key].parse(text)
    except InvalidSetting as error:
        raise InvalidSetting(f"{key}: {error.message}", data={"key": key}) from None


def shown_settings(community: Community) -> dict[str, Any]:
    """Every setting and word of the community as plain values."""
    words = {**PRESETS[community.preset], **community.wording}
    return {key: setting.show(community) for key, setting in SETTINGS.items()} | {
        key: list(value) if isinstance(value, (list, tuple)) else value
        for key, value in words.items()
    }
