"""The community's settings as `key=value`: one table for the command line and its documentation."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from visavis.communities.enums import Accent, Eligibility, PauseScope
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
        raise InvalidSetting(_("“%(value)s” is no whole number.") % {"value": value}) from None


def _whole_or_none(value: str) -> int | None:
    return None if value.strip().casefold() in NONE else _whole(value)


def _hours(value: str) -> int:
    try:
        minutes = float(value) * 60
    except ValueError:
        raise InvalidSetting(_("“%(value)s” is no number of hours.") % {"value": value}) from None
    if not math.isfinite(minutes) or minutes != int(minutes):
        raise InvalidSetting(
            _("%(value)s hours are no whole number of minutes.") % {"value": value}
        )
    if not 0 <= minutes <= MOST_HOURS * 60:
        told = {"value": value, "most": MOST_HOURS}
        raise InvalidSetting(_("%(value)s hours do not fit: 0 to %(most)d do.") % told)
    return int(minutes)


def parse_switch(value: str) -> bool:
    """Yes or no, as people write it. Raises InvalidSetting for anything else."""
    word = value.strip().casefold()
    if word in YES | NO:
        return word in YES
    raise InvalidSetting(_("“%(value)s” is neither yes nor no.") % {"value": value})


def _minutes(value: str) -> list[int]:
    return sorted({_whole(part) for part in value.split(",") if part.strip()})


def _texts(value: str) -> list[str]:
    return [part.strip() for part in value.split("|")] if value.strip() else []


def _several_hours(value: str) -> list[int]:
    if value.strip().casefold() in NONE:
        return []
    return sorted({_whole(part) for part in value.split(",") if part.strip()}, reverse=True)


def _text_or_none(value: str) -> str:
    return "" if value.strip().casefold() in NONE else value.strip()


def _choice(*choices: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value not in choices:
            told = {"value": value, "choices": ", ".join(choices)}
            raise InvalidSetting(_("“%(value)s” is none of %(choices)s.") % told)
        return value

    return parse


@dataclass(frozen=True, slots=True)
class Setting:
    """A key, the column it fills, and how its text is read and shown."""

    field: str
    parse: Callable[[str], Any]
    help: str | Promise

    def show(self, community: Community) -> Any:
        value = getattr(community, self.field)
        return value / 60 if self.parse is _hours else value


SETTINGS: dict[str, Setting] = {
    "name": Setting("name", _text, gettext_lazy("full name")),
    "description": Setting(
        "description", _text, gettext_lazy("what students read when they look for help")
    ),
    "contact": Setting("contact", _text, gettext_lazy("whom to ask")),
    "timezone": Setting("timezone", _text, gettext_lazy("IANA name, such as America/New_York")),
    "accent": Setting("accent", _choice(*Accent.values), "colour: " + ", ".join(Accent.values)),
    "visible": Setting(
        "visible", parse_switch, gettext_lazy("yes or no: may students see the community")
    ),
    "eligibility": Setting(
        "eligibility", _choice(*Eligibility.values), gettext_lazy("everyone or list")
    ),
    "edit_services": Setting(
        "edit_services", parse_switch, gettext_lazy("yes or no: may students edit their list")
    ),
    "skip_single_choice": Setting(
        "skip_single_choice", parse_switch, gettext_lazy("yes or no: skip such steps")
    ),
    "providers_edit_hours": Setting(
        "providers_edit_hours",
        parse_switch,
        gettext_lazy("yes or no: may who gives support edit their own hours"),
    ),
    "lead_time_hours": Setting(
        "lead_time_minutes", _hours, gettext_lazy("hours between booking and meeting")
    ),
    "lead_time_minutes": Setting("lead_time_minutes", _whole, gettext_lazy("the same in minutes")),
    "weeks_ahead": Setting(
        "weeks_ahead", _whole, gettext_lazy("1 to 52: how far ahead may be booked")
    ),
    "allowed_minutes": Setting(
        "allowed_minutes", _minutes, gettext_lazy("0,30: minutes at which to start")
    ),
    "buffer_before_minutes": Setting(
        "buffer_before_minutes", _whole, gettext_lazy("free time before each")
    ),
    "buffer_after_minutes": Setting(
        "buffer_after_minutes", _whole, gettext_lazy("free time after each")
    ),
    "provider_weekly_cap_minutes": Setting(
        "provider_weekly_cap_minutes",
        _whole_or_none,
        gettext_lazy("booked minutes a week, or none"),
    ),
    "student_daily_limit_minutes": Setting(
        "student_daily_limit_minutes", _whole_or_none, gettext_lazy("minutes a day, or none")
    ),
    "student_weekly_limit_minutes": Setting(
        "student_weekly_limit_minutes", _whole_or_none, gettext_lazy("minutes a week, or none")
    ),
    "student_open_bookings_limit": Setting(
        "student_open_bookings_limit",
        _whole_or_none,
        gettext_lazy("coming bookings at a time, or none"),
    ),
    "show_attendees": Setting(
        "show_attendees",
        parse_switch,
        gettext_lazy("yes or no: people in a group see each other's first names"),
    ),
    "waitlist": Setting(
        "waitlist", parse_switch, gettext_lazy("yes or no: may students wait for a time")
    ),
    "asks_log": Setting(
        "asks_log",
        parse_switch,
        gettext_lazy("yes or no: whoever gives a meeting is asked for its log afterwards"),
    ),
    "waitlist_hold_minutes": Setting(
        "waitlist_hold_minutes",
        _whole,
        gettext_lazy("minutes for which a freed time is held for one person"),
    ),
    "request_expires_hours": Setting(
        "request_expires_hours", _whole, gettext_lazy("hours until an unanswered request expires")
    ),
    "cancel_until_hours": Setting(
        "cancel_until_hours", _whole, gettext_lazy("students may cancel until so many hours before")
    ),
    "move_until_hours": Setting(
        "move_until_hours", _whole, gettext_lazy("students may move until so many hours before")
    ),
    "late_cancel_hours": Setting(
        "late_cancel_hours",
        _whole,
        gettext_lazy("cancelled or moved less than this before is late; 0 never"),
    ),
    "late_cancels_count": Setting(
        "late_cancels_count",
        parse_switch,
        gettext_lazy("yes or no: late cancellations are absences"),
    ),
    "late_moves_count": Setting(
        "late_moves_count", parse_switch, gettext_lazy("yes or no: late moves are absences")
    ),
    "absence_limit": Setting(
        "absence_limit", _whole_or_none, gettext_lazy("absences that pause booking, or none")
    ),
    "absence_days": Setting(
        "absence_days", _whole, gettext_lazy("days within which absences count")
    ),
    "pause_days": Setting("pause_days", _whole, gettext_lazy("days for which booking is paused")),
    "pause_scope": Setting(
        "pause_scope", _choice(*PauseScope.values), gettext_lazy("all or far meetings")
    ),
    "pause_far_days": Setting(
        "pause_far_days", _whole, gettext_lazy("far: more than so many days ahead")
    ),
    "absence_texts": Setting(
        "absence_texts", _texts, gettext_lazy("what is told at the 1st|2nd|… absence")
    ),
    "centre_email": Setting(
        "centre_email", _text_or_none, gettext_lazy("where the centre reads its mail, or none")
    ),
    "reminder_hours": Setting(
        "reminder_hours",
        _several_hours,
        gettext_lazy("24,1: hours before a meeting to remind, or none"),
    ),
}
WORDS = [*NOUNS, *PROMPTS]


def parse_setting(key: str, text: str) -> Any:
    """The value that `text` means for `key`. Raises InvalidSetting, naming every key there is."""
    if key not in SETTINGS:
        known = ", ".join([*SETTINGS, *WORDS])
        told = {"key": key, "known": known}
        raise InvalidSetting(_("There is no setting “%(key)s”. There are: %(known)s.") % told)
    try:
        return SETTINGS[key].parse(text)
    except InvalidSetting as error:
        told = {"key": key, "problem": error.message}
        raise InvalidSetting(_("%(key)s: %(problem)s") % told, data={"key": key}) from None


def shown_settings(community: Community) -> dict[str, Any]:
    """Every setting and word of the community as plain values."""
    words = {**PRESETS[community.preset], **community.wording}
    return {key: setting.show(community) for key, setting in SETTINGS.items()} | {
        key: list(value) if isinstance(value, (list, tuple)) else value
        for key, value in words.items()
    }
