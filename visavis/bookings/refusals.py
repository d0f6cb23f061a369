"""Refusals as sentences for people, in the community's words."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils.dateformat import format as date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from visavis.communities.models import Community
from visavis.communities.wording import wording_of
from visavis.core.zone_names import zone_in_words
from visavis.engine.world import Reason, Refusal
from visavis.people.times import end_of_day_in_words, last_day_before

Words = Mapping[str, Any]
Moment = Callable[[datetime], str]
DATE = "l j F Y"

_SENTENCES: dict[Reason, str | Promise] = {
    Reason.SERVICE_INACTIVE: _("{service} is no longer offered."),
    Reason.FORMAT_INACTIVE: _("“{format}” is no longer offered."),
    Reason.PROVIDER_INACTIVE: _("{provider} no longer gives {support} here."),
    Reason.NOT_CERTIFIED: _("{provider} does not offer this {service_word}."),
    Reason.LOCATION_INACTIVE: _("{location} is no longer used."),
    Reason.LOCATION_NOT_ADMITTED: _("This kind of meeting does not take place at {location}."),
    Reason.OUTSIDE_HOURS: _("The time lies outside the hours of the {provider_word}."),
    Reason.AWAY: _("The {provider_word} is away then."),
    Reason.CLOSED: _("{community} is closed then."),
    Reason.OUTSIDE_TERM: _("It lies outside every term, and weekly meetings end with {term}."),
    Reason.OUTSIDE_LOCATION_HOURS: _("The place is not open then."),
    Reason.MINUTE_NOT_ALLOWED: _("Meetings start at {allowed_minutes} past the hour only."),
    Reason.LEAD_TIME: _("It is too late to book this time. The earliest now is {earliest}."),
    Reason.LOCATION_FULL: _("The place has no room left then."),
    Reason.PROVIDER_CAP: _("The {provider_word} has no booked hours left that week."),
    Reason.NO_SUCH_TIME: _("The clocks go forward that day, and this time does not exist."),
    Reason.NOT_ON_LIST: _("{service} is not on your list. Ask {community} to add it."),
}


def sentence(refusal: Refusal, community: Community, *, moment: Moment | None = None) -> str:
    """The refusal as one sentence, second person, in the community's words.

    `moment` writes an instant as the reader is used to, with its zone; without it the community's
    zone and 24 hours are used.
    """
    wording = wording_of(community)
    words = {
        "community": community.name,
        "support": wording.support,
        "provider_word": wording.provider,
        "service_word": wording.service,
        **_shown(refusal.data, moment or _in_zone_of(community), community),
    }
    special = _SPECIAL.get(refusal.code)
    return special(words) if special else str(_SENTENCES[refusal.code]).format_map(words)


def _busy(words: Words) -> str:
    if words.get("elsewhere"):
        return gettext("The {provider_word} is busy elsewhere then.").format_map(words)
    if words.get("full"):
        return gettext("The group that meets then has no seat left.")
    if words.get("held"):
        return gettext("This time is held for somebody else. It may come free again.")
    return gettext("The {provider_word} has another meeting then.").format_map(words)


def _limit(words: Words) -> str:
    period = words.get("period") or words.get("name")
    if period == "open":
        return _open_limit(words)
    if period == "day":
        said = gettext(
            "{community} allows {limit_minutes} minutes that day, "
            "and with this meeting you would have more."
        )
    else:
        said = gettext(
            "{community} allows {limit_minutes} minutes that week, "
            "and with this meeting you would have more."
        )
    return said.format_map({"limit_minutes": None, **words})


def _open_limit(words: Words) -> str:
    """A limit that was lowered leaves those who have more than it allows."""
    if words.get("held", 0) > words["limit"]:
        return ngettext(
            "You have {held} coming meetings, and {community} allows {limit} at a time. "
            "You can book again when you have none.",
            "You have {held} coming meetings, and {community} allows {limit} at a time. "
            "You can book again when you have fewer than {limit}.",
            words["limit"],
        ).format_map(words)
    return ngettext(
        "You have {limit} coming meeting, which is as many as {community} allows at a time. "
        "Cancel one, or book again after it.",
        "You have {limit} coming meetings, which is as many as {community} allows at a time. "
        "Cancel one, or book again after it.",
        words["limit"],
    ).format_map(words)


def _paused(words: Words) -> str:
    """Never silently: what is paused, until when, why, and whom to ask."""
    if "far_days" in words:
        said = ngettext(
            "{community} has paused your bookings of meetings more than {far_days} day ahead",
            "{community} has paused your bookings of meetings more than {far_days} days ahead",
            words["far_days"],
        )
    else:
        said = gettext("{community} has paused your bookings")
    if "until" in words:
        said = gettext("{what} until {until}.").format_map({"what": said, **_kept("until")})
    else:
        said = gettext("{what}.").format_map({"what": said})
    why = gettext("The reason: {reason}") if "reason" in words else ""
    ask = gettext("Ask them about it.")
    return " ".join(filter(None, [said, why, ask])).format_map(words)


def _kept(*names: str) -> dict[str, str]:
    """Places in a sentence that are filled later."""
    return {name: f"{{{name}}}" for name in names}


def _not_eligible(words: Words) -> str:
    if words.get("hidden"):
        return gettext("{community} takes no new bookings at present.").format_map(words)
    return gettext("Only students on the list of {community} can book here.").format_map(words)


def _too_far(words: Words) -> str:
    said = gettext("That is too far ahead. Times can be booked until {last_date}.")
    if "own_week" in words:
        said += " " + gettext(
            "This meeting itself can go to another time of its own week, {monday} to {sunday}."
        )
        monday, sunday = words["own_week"]
        words = {**words, "monday": monday, "sunday": sunday}
    return said.format_map(words)


def _conflict(words: Words) -> str:
    if words.get("self"):
        return gettext("This is you. Nobody can book a meeting with themselves.")
    return gettext("You have another meeting at that time.")


def _in_break(words: Words) -> str:
    if "break_name" in words:
        said = gettext("{break_name}: {community} has a break then, and weekly meetings pause.")
    else:
        said = gettext("{community} has a break then, and weekly meetings pause.")
    return said.format_map(words)


_SPECIAL: dict[Reason, Callable[[Words], str]] = {
    Reason.PROVIDER_BUSY: _busy,
    Reason.BEYOND_HORIZON: _too_far,
    Reason.STUDENT_LIMIT: _limit,
    Reason.STUDENT_CONFLICT: _conflict,
    Reason.NOT_ELIGIBLE: _not_eligible,
    Reason.STUDENT_PAUSED: _paused,
    Reason.IN_BREAK: _in_break,
}


def _in_zone_of(community: Community) -> Moment:
    def written(instant: datetime) -> str:
        """“Monday 15 February 2027, 14:30 (New York time)”."""
        local = date_format(instant.astimezone(community.zone), f"{DATE}, H:i")
        return f"{local} ({zone_in_words(community.zone)})"

    return written


def _shown(data: Mapping[str, object], moment: Moment, community: Community) -> dict[str, object]:
    shown: dict[str, object] = {}
    for key, value in data.items():
        if isinstance(value, datetime):
            last = last_day_before(value, community.zone) if key == "until" else None
            shown[key] = moment(value) if last is None else end_of_day_in_words(last)
        elif isinstance(value, date):
            shown[key] = date_format(value, DATE)
        elif key == "own_week" and isinstance(value, tuple):
            shown[key] = [date_format(day, DATE) for day in value]
        elif isinstance(value, tuple | list):
            shown[key] = ", ".join(f":{part:02d}" for part in value if isinstance(part, int))
        else:
            shown[key] = value
    return shown
