"""The texts of mails: the defaults, and what a community's own may hold."""

import string
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from visavis.communities.models import Community
from visavis.notifications.enums import WITH_END, Audience, Kind
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
    "until": gettext_lazy("when booking opens again, or until when a time is held"),
    "what": gettext_lazy("which meetings a pause is about"),
    "where": gettext_lazy("the place"),
    "service": gettext_lazy("what is booked"),
    "reason": gettext_lazy("the reason that was given"),
}
BODY_ONLY = ("where", "service", "reason")

Words = tuple[str | Promise, str | Promise]
_WITH_THEM = "{support} with {provider}: {starts}"
_WITH_STUDENT = "{support} with {student}: {starts}"
_OF_BOTH = "{student} and {provider}: {starts}"

# fmt: off
DEFAULTS: dict[tuple[Kind, Audience], Words] = {
    (Kind.REQUESTED, Audience.STUDENT): (
        gettext_lazy("Requested: {support} with {provider}, {starts}"),
        gettext_lazy("Hello {student},\n\nYou have asked {provider} for a meeting. It is not fixed "
                     "yet: we write to you as soon as there is an answer."),
    ),
    (Kind.REQUESTED, Audience.PROVIDER): (
        gettext_lazy("Please answer: {student} asks for {starts}"),
        gettext_lazy("Hello {provider},\n\n{student} asks for a meeting with you. Please accept "
                     "or decline it; without an answer the request expires."),
    ),
    (Kind.REQUESTED, Audience.CENTRE): (
        gettext_lazy("Requested: {student} and {provider}, {starts}"),
        gettext_lazy("{student} has asked {provider} for a meeting."),
    ),
    (Kind.CONFIRMED, Audience.STUDENT): (
        gettext_lazy(_WITH_THEM),
        gettext_lazy("Hello {student},\n\nYour meeting with {provider} is confirmed."),
    ),
    (Kind.CONFIRMED, Audience.PROVIDER): (
        gettext_lazy(_WITH_STUDENT),
        gettext_lazy("Hello {provider},\n\n{student} has a meeting with you."),
    ),
    (Kind.CONFIRMED, Audience.CENTRE): (
        gettext_lazy(_OF_BOTH),
        gettext_lazy("{student} has a meeting with {provider}."),
    ),
    (Kind.CHANGED, Audience.STUDENT): (
        gettext_lazy("New time: {support} with {provider}, {starts}"),
        gettext_lazy("Hello {student},\n\nYour meeting with {provider} has moved. "
                     "This is how it stands now."),
    ),
    (Kind.CHANGED, Audience.PROVIDER): (
        gettext_lazy("New time: {support} with {student}, {starts}"),
        gettext_lazy("Hello {provider},\n\nYour meeting with {student} has moved. "
                     "This is how it stands now."),
    ),
    (Kind.CHANGED, Audience.CENTRE): (
        gettext_lazy("New time: {student} and {provider}, {starts}"),
        gettext_lazy("The meeting of {student} and {provider} has moved."),
    ),
    (Kind.CANCELLED, Audience.STUDENT): (
        gettext_lazy("Cancelled: {support} with {provider}, {starts}"),
        gettext_lazy("Hello {student},\n\nYour meeting with {provider} is cancelled. "
                     "You can book another time whenever you like."),
    ),
    (Kind.CANCELLED, Audience.PROVIDER): (
        gettext_lazy("Cancelled: {support} with {student}, {starts}"),
        gettext_lazy("Hello {provider},\n\nThe meeting with {student} is cancelled."),
    ),
    (Kind.CANCELLED, Audience.CENTRE): (
        gettext_lazy("Cancelled: {student} and {provider}, {starts}"),
        gettext_lazy("The meeting of {student} and {provider} is cancelled."),
    ),
    (Kind.DECLINED, Audience.STUDENT): (
        gettext_lazy("Declined: {support} with {provider}, {starts}"),
        gettext_lazy("Hello {student},\n\n{provider} cannot take the meeting that you asked for. "
                     "Please book another time."),
    ),
    (Kind.DECLINED, Audience.PROVIDER): (
        gettext_lazy("Declined: {support} with {student}, {starts}"),
        gettext_lazy("Hello {provider},\n\nThe request of {student} is declined."),
    ),
    (Kind.DECLINED, Audience.CENTRE): (
        gettext_lazy("Declined: {student} and {provider}, {starts}"),
        gettext_lazy("{provider} cannot take the meeting that {student} asked for."),
    ),
    (Kind.EXPIRED, Audience.STUDENT): (
        gettext_lazy("No answer: {support} with {provider}, {starts}"),
        gettext_lazy("Hello {student},\n\nYour request had no answer in time and has expired. "
                     "Please book another time, or ask us for help."),
    ),
    (Kind.EXPIRED, Audience.PROVIDER): (
        gettext_lazy("Expired: the request of {student}, {starts}"),
        gettext_lazy("Hello {provider},\n\nThe request of {student} had no answer in time and has "
                     "expired. The time can be booked again."),
    ),
    (Kind.EXPIRED, Audience.CENTRE): (
        gettext_lazy("No answer: {student} and {provider}, {starts}"),
        gettext_lazy("{provider} did not answer the request of {student} in time."),
    ),
    (Kind.REMINDER, Audience.STUDENT): (
        gettext_lazy("Reminder: {support} with {provider}, {starts}"),
        gettext_lazy("Hello {student},\n\nThis is a reminder of your meeting with {provider}. "
                     "If you cannot come, please cancel, so that somebody else can have the time."),
    ),
    (Kind.REMINDER, Audience.PROVIDER): (
        gettext_lazy("Reminder: {support} with {student}, {starts}"),
        gettext_lazy("Hello {provider},\n\nThis is a reminder of your meeting with {student}."),
    ),
    (Kind.NO_SHOW, Audience.STUDENT): (
        gettext_lazy("Missed: {support} with {provider}, {starts}"),
        gettext_lazy("Hello {student},\n\nYou were expected at a meeting with {provider} and are "
                     "noted as not having come. If that is wrong, please tell us."),
    ),
    (Kind.NO_SHOW, Audience.PROVIDER): (
        gettext_lazy("Missed: {support} with {student}, {starts}"),
        gettext_lazy("Hello {provider},\n\n{student} is noted as not having come to you."),
    ),
    (Kind.NO_SHOW, Audience.CENTRE): (
        gettext_lazy("Missed: {student} and {provider}, {starts}"),
        gettext_lazy("{student} did not come to the meeting with {provider}."),
    ),
    (Kind.PAUSED, Audience.STUDENT): (
        gettext_lazy("{community}: booking of {what} is paused for you until {until}"),
        gettext_lazy("Hello {student},\n\nBecause of missed meetings you cannot book {what} until "
                     "{until}. Then it opens again by itself. If you think that this is wrong, "
                     "please write to us."),
    ),
    (Kind.PAUSED, Audience.CENTRE): (
        gettext_lazy("Booking of {what} is paused for {student} until {until}"),
        gettext_lazy("{student} has missed meetings and cannot book {what} until {until}."),
    ),
    (Kind.OFFERED, Audience.STUDENT): (
        gettext_lazy("Held for you until {until}: {support} with {provider}, {starts}"),
        gettext_lazy("Hello {student},\n\nA time that you wait for has come free. It is held for "
                     "you until {until}, and nothing is booked before you confirm it. If it does "
                     "not suit you, let it go, and the next can have it."),
    ),
    (Kind.OFFER_EXPIRED, Audience.STUDENT): (
        gettext_lazy("No longer held: {support} with {provider}, {starts}"),
        gettext_lazy("Hello {student},\n\nThe time that was held for you was not booked in time "
                     "and may go to somebody else. You keep your place on the waitlist."),
    ),
}
# fmt: on

# What is sent where nobody has said otherwise: the centre hears of what may need a hand.
CENTRE_ON = (Kind.CANCELLED, Kind.EXPIRED, Kind.NO_SHOW, Kind.PAUSED)


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
    return {pair: _merge(default_text(*pair), own.get(pair)) for pair in DEFAULTS}


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
        and (name != "until" or kind in WITH_END)
        and (name != "what" or kind == Kind.PAUSED)
    ]


def check_text(field: str, text: str, kind: Kind) -> str:
    """The text, cleaned. Raises InvalidText that names what is wrong and what there is."""
    cleaned = " ".join(text.split()) if field == "subject" else _tidy(text)
    if not cleaned or len(cleaned) > MOST[field]:
        raise _refusal(field, _("Write between 1 and %(most)d characters.") % {"most": MOST[field]})
    known = [f"{{{name}}}" for name in allowed_in(field, kind)]
    for name in _names_in(field, cleaned):
        if f"{{{name}}}" not in known:
            told = {"name": name, "known": ", ".join(known)}
            raise _refusal(
                field, _("“{%(name)s}” is no placeholder here. There are: %(known)s.") % told
            )
    return cleaned


def _names_in(field: str, text: str) -> list[str]:
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError:
        parts = None
    if parts is None or any(spec or conversion for _l, _n, spec, conversion in parts):
        raise _refusal(
            field,
            _("A brace has no partner. Write a name as {student}, and a brace itself as {{ or }}."),
        )
    return [name for _literal, name, _spec, _conversion in parts if name is not None]


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n")]
    return "\n".join(lines)


def _refusal(field: str, sentence: str) -> InvalidText:
    return InvalidText(sentence, data={"field": field})


def fill(text: str, words: Mapping[str, str]) -> str:
    """The text with its placeholders filled; one that has no word here stays empty."""
    return text.format_map(_Known(words))


class _Known(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


__all__ = [
    "DEFAULTS",
    "MOST",
    "PLACEHOLDERS",
    "Text",
    "allowed_in",
    "check_text",
    "default_text",
    "fill",
    "find_texts",
]
