"""The texts of mails: which a community uses, and what its own may hold."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from visavis.communities.models import Community
from visavis.core.placeholders import problem_in
from visavis.notifications.defaults import DEFAULTS
from visavis.notifications.enums import (
    FOLLOWS,
    HANDED,
    OF_GROUP,
    OF_PERSON,
    OF_SERIES,
    WITH_END,
    Audience,
    Kind,
)
from visavis.notifications.errors import InvalidText
from visavis.notifications.models import MailText

MOST = {"subject": 200, "body": 2000}

# What a text may hold in braces. A subject is read by whoever looks over a shoulder: it names
# neither what the meeting is about nor why it is off.
PLACEHOLDERS: dict[str, str | Promise] = {
    "student": gettext_lazy("the student's name"),
    "provider": gettext_lazy("the name of whoever gives support"),
    "support": gettext_lazy("your word for what is given here"),
    "community": gettext_lazy("the name of the community"),
    "starts": gettext_lazy("day and time at which the meeting begins"),
    "when": gettext_lazy("day, times and time zone of the meeting"),
    "weeks": gettext_lazy("how many weekly meetings"),
    "seats": gettext_lazy("how many seats of the group are taken now"),
    "heir": gettext_lazy("the name of whoever gives the meeting from now on"),
    "until": gettext_lazy("when booking opens again, or until when a time is held"),
    "what": gettext_lazy("which meetings a pause is about"),
    "where": gettext_lazy("the place"),
    "service": gettext_lazy("what is booked"),
    "reason": gettext_lazy("the reason that was given"),
}
BODY_ONLY = ("where", "service", "reason")
# Placeholder → the kinds that know it, where not all do.
ONLY_IN: dict[str, Collection[Kind]] = {
    "heir": HANDED,
    "until": WITH_END,
    "what": OF_PERSON,
    "weeks": tuple(OF_SERIES.values()),
    "seats": tuple(OF_GROUP.values()),
}
# What those that tell of a person and of no meeting do not know.
OF_MEETINGS = ("provider", "starts", "when", "where", "service")

# What is sent where nobody has said otherwise: the centre hears of what may need a hand.
CENTRE_ON = (
    Kind.CANCELLED,
    Kind.SERIES_CANCELLED,
    Kind.GROUP_LEFT,
    Kind.EXPIRED,
    Kind.SERIES_EXPIRED,
    Kind.NO_SHOW,
    Kind.PUT_RIGHT,
    Kind.PAUSED,
)


@dataclass(frozen=True, slots=True)
class Text:
    """The words in use for a kind and audience, and whether they are sent at all."""

    kind: Kind
    audience: Audience
    subject: str
    body: str
    is_on: bool
    is_own: bool


def default_text(kind: Kind, audience: Audience) -> Text:
    """The text that a community has before it changes anything, in the language that is active."""
    subject, body = DEFAULTS[kind, audience]
    is_on = audience != Audience.CENTRE or kind in CENTRE_ON
    return Text(kind, audience, str(subject), str(body), is_on=is_on, is_own=False)


def find_texts(community: Community) -> dict[tuple[Kind, Audience], Text]:
    """Every text of the community, by kind and audience: one query."""
    own = {(row.kind, row.audience): row for row in MailText.objects.filter(community=community)}
    return {pair: _merge(_default_here(*pair, own), own.get(pair)) for pair in DEFAULTS}


def _default_here(kind: Kind, audience: Audience, own: Mapping[tuple[str, str], MailText]) -> Text:
    """The default, off where the kind that it goes with is off."""
    default = default_text(kind, audience)
    usual = own.get((FOLLOWS.get(kind, kind), audience))
    return default if usual is None else replace(default, is_on=usual.is_on)


def _merge(default: Text, row: MailText | None) -> Text:
    if row is None:
        return default
    return Text(
        default.kind,
        default.audience,
        row.subject or default.subject,
        row.body or default.body,
        is_on=row.is_on,
        is_own=bool(row.subject or row.body),
    )


def allowed_in(field: str, kind: Kind) -> list[str]:
    """The placeholders that `field` (subject or body) of this kind may hold."""
    return [
        name
        for name in PLACEHOLDERS
        if (field == "body" or name not in BODY_ONLY)
        and kind in ONLY_IN.get(name, Kind)
        and not (name in OF_MEETINGS and kind in OF_PERSON)
    ]


def check_text(field: str, text: str, kind: Kind) -> str:
    """The text, cleaned. Raises InvalidText that names what is wrong and what there is."""
    cleaned = " ".join(text.split()) if field == "subject" else _tidy(text)
    if not cleaned or len(cleaned) > MOST[field]:
        raise _refusal(field, _("Write between 1 and %(most)d characters.") % {"most": MOST[field]})
    problem = problem_in(cleaned, allowed_in(field, kind))
    if problem:
        raise _refusal(field, problem)
    return cleaned


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n")]
    return "\n".join(lines)


def _refusal(field: str, sentence: str) -> InvalidText:
    return InvalidText(sentence, data={"field": field})


__all__ = [
    "MOST",
    "PLACEHOLDERS",
    "Text",
    "allowed_in",
    "check_text",
    "default_text",
    "find_texts",
]
