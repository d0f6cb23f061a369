"""Refusals as sentences for people, in the community's words and zone."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from visavis.communities.models import Community
from visavis.communities.wording import wording_of
from visavis.engine.world import Reason, Refusal

Words = Mapping[str, Any]

_SENTENCES: dict[Reason, str] = {
    Reason.SERVICE_INACTIVE: "{service} is no longer offered.",
    Reason.FORMAT_INACTIVE: "“{format}” is no longer offered.",
    Reason.PROVIDER_INACTIVE: "{provider} no longer gives {support} here.",
    Reason.NOT_CERTIFIED: "{provider} does not offer this {service_word}.",
    Reason.LOCATION_INACTIVE: "{location} is no longer used.",
    Reason.LOCATION_NOT_ADMITTED: "This kind of meeting does not take place at {location}.",
    Reason.OUTSIDE_HOURS: "The time lies outside the hours of the {provider_word}.",
    Reason.AWAY: "The {provider_word} is away then.",
    Reason.CLOSED: "{community} is closed then.",
    Reason.OUTSIDE_LOCATION_HOURS: "The place is not open then.",
    Reason.MINUTE_NOT_ALLOWED: "Meetings start at {allowed_minutes} past the hour only.",
    Reason.LEAD_TIME: "It is too late to book this time. The earliest now is {earliest}.",
    Reason.BEYOND_HORIZON: "That is too far ahead. Times can be booked until {last_date}.",
    Reason.LOCATION_FULL: "The place has no room left then.",
    Reason.PROVIDER_CAP: "The {provider_word} has no booked hours left that week.",
    Reason.NOT_ELIGIBLE: "Only students on the list of {community} can book here.",
    Reason.STUDENT_PAUSED: "{community} has paused your bookings. Ask them about it.",
    Reason.NOT_ON_LIST: "{service} is not on your list. Ask {community} to add it.",
}


def sentence(refusal: Refusal, community: Community) -> str:
    """The refusal as one sentence, second person, in the community's words and zone."""
    wording = wording_of(community)
    words = {
        "community": community.name,
        "support": wording.support,
        "provider_word": wording.provider,
        "service_word": wording.service,
        **_shown(refusal.data, community),
    }
    special = _SPECIAL.get(refusal.code)
    return special(words) if special else _SENTENCES[refusal.code].format_map(words)


def _busy(words: Words) -> str:
    if words.get("elsewhere"):
        return f"The {words['provider_word']} is busy elsewhere then."
    return f"The {words['provider_word']} has another meeting then."


def _limit(words: Words) -> str:
    period = words.get("period") or words.get("name")
    if period == "open":
        meetings = "meeting" if words["limit"] == 1 else "meetings"
        return (
            f"You have {words['limit']} coming {meetings}, which is as many as "
            f"{words['community']} allows at a time. Cancel one, or book again after it."
        )
    span = "that day" if period == "day" else "that week"
    return (
        f"{words['community']} allows {words.get('limit_minutes')} minutes {span}, "
        "and with this meeting you would have more."
    )


def _conflict(words: Words) -> str:
    if words.get("self"):
        return "This is you. Nobody can book a meeting with themselves."
    return "You have another meeting at that time."


_SPECIAL: dict[Reason, Callable[[Words], str]] = {
    Reason.PROVIDER_BUSY: _busy,
    Reason.STUDENT_LIMIT: _limit,
    Reason.STUDENT_CONFLICT: _conflict,
}


def _shown(data: Mapping[str, object], community: Community) -> dict[str, object]:
    shown: dict[str, object] = {}
    for key, value in data.items():
        if isinstance(value, datetime):
            local = value.astimezone(community.zone)
            shown[key] = f"{local:%A} {local.day} {local:%B %Y, %H:%M}"
        elif isinstance(value, date):
            shown[key] = f"{value:%A} {value.day} {value:%B %Y}"
        elif isinstance(value, tuple | list):
            shown[key] = ", ".join(f":{part:02d}" for part in value if isinstance(part, int))
        else:
            shown[key] = value
    return shown
