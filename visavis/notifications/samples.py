"""A letter with made-up people, so that a text can be seen before anybody gets it."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from visavis.calendars.ics import Mailbox
from visavis.catalogue.formats import all_formats
from visavis.communities.enums import PauseScope
from visavis.communities.models import Community
from visavis.communities.wording import wording_of
from visavis.core.placeholders import fill
from visavis.core.zone_names import zone_in_words
from visavis.notifications.enums import (
    HANDED,
    OF_GROUP,
    OF_PERSON,
    OF_SERIES,
    PAUSES,
    Audience,
    Kind,
)
from visavis.notifications.facts import Fact, counted_in_words, paused_in_words
from visavis.notifications.letters import Letter, Reader
from visavis.people.times import habit_in_zone

NAMES = {"student": "Sam", "provider": "Talia K", "heir": "Omar B"}
WITH_REASON = (
    Kind.CANCELLED,
    Kind.SERIES_CANCELLED,
    Kind.DECLINED,
    Kind.SERIES_DECLINED,
    *HANDED,
)
WEEKS, SEATS, COMING = 4, 4, 3


def sample_letter(community: Community, kind: Kind, audience: Audience, *, now: datetime) -> Letter:
    """What somebody would get a week before a meeting at ten in the community's zone."""
    zone = community.zone
    mailbox = Mailbox(NAMES.get(audience, community.name), "somebody@example.edu")
    reader = Reader(audience, mailbox, zone, habit_in_zone(zone))
    day = (now + timedelta(days=7)).astimezone(zone)
    start = day.replace(hour=10, minute=0, second=0, microsecond=0)
    end = start + timedelta(minutes=30)
    is_far = community.pause_scope == PauseScope.FAR
    words = {
        **NAMES,
        "support": wording_of(community).support,
        "community": community.name,
        "provider_word": wording_of(community).provider,
        "starts": reader.read(start),
        "when": reader.read_with_zone(start, end),
        "until": reader.read_with_zone(start + timedelta(days=14)),
        "weeks": _("%(count)d weekly meetings") % {"count": WEEKS},
        "seats": _("%(coming)d of %(seats)d seats are taken now.")
        % {"coming": COMING, "seats": SEATS},
        "what": paused_in_words(community.pause_far_days if is_far else None),
        "where": _("Main office"),
        "service": wording_of(community).service,
        "reason": _("A class was moved.") if kind in WITH_REASON else "",
    }
    home = reverse("student:learn", args=[community.slug])
    return Letter(
        key="sample",
        kind=kind,
        community=community,
        reader=reader,
        words=words,
        facts=_facts(kind, reader, words, start, community),
        link=(_("See your meetings") if kind in OF_PERSON else _("See the meeting"), home),
    )


def sample_format(community: Community) -> str:
    """The first kind of meeting that the community has."""
    first = all_formats(community).first()
    return first.name if first else _("Meeting")


def _facts(
    kind: Kind, reader: Reader, words: dict[str, str], start: datetime, community: Community
) -> list[Fact]:
    if kind in OF_PERSON:
        return _of_pause(kind, reader, words)
    facts = _times(kind, reader, words, start)
    if reader.audience != Audience.PROVIDER:
        facts.append((words["provider_word"], words["provider"]))
    if reader.audience != Audience.STUDENT:
        facts.append((_("Student"), words["student"]))
    facts += [(_("What"), words["service"]), (_("Kind of meeting"), sample_format(community))]
    facts.append((_("Where"), words["where"]))
    if kind in HANDED:
        facts.append((_("Handed over to"), words["heir"]))
    if kind in OF_GROUP.values():
        is_student = reader.audience == Audience.STUDENT
        size = _("A group of up to %(seats)d") % {"seats": SEATS}
        facts.append((_("Group"), size if is_student else words["seats"]))
    if kind == Kind.NO_SHOW and reader.audience == Audience.STUDENT:
        facts += _of_absence(community, words)
    if kind == Kind.LOGGED:
        facts.append((_("For you"), _("Bring your study plan next time; the form is on the page.")))
    return facts + ([(_("Reason"), words["reason"])] if words["reason"] else [])


def _of_absence(community: Community, words: dict[str, str]) -> list[Fact]:
    """What stands there at the first absence; what the community says of it only where it does."""
    facts = [(_("Missed meetings"), counted_in_words(1, community.absence_days))]
    note = community.absence_texts[0] if community.absence_texts else ""
    return facts + ([(_("Please note"), fill(note, words))] if note else [])


def _times(kind: Kind, reader: Reader, words: dict[str, str], start: datetime) -> list[Fact]:
    half = timedelta(minutes=30)
    if kind in OF_SERIES.values():
        starts = [start + timedelta(weeks=week) for week in range(WEEKS)]
        weeks = [reader.read(one, one + half) for one in starts]
        zone = {"zone": zone_in_words(reader.zone)}
        return [(_("Week by week (%(zone)s)") % zone, "\n".join(weeks))]
    if kind != Kind.CHANGED:
        return [(_("When"), words["when"])]
    before = start - timedelta(days=1)
    return [
        (_("Before"), reader.read_with_zone(before, before + half)),
        (_("Now"), words["when"]),
    ]


def _of_pause(kind: Kind, reader: Reader, words: dict[str, str]) -> list[Fact]:
    facts = [(_("Student"), words["student"])] if reader.audience != Audience.STUDENT else []
    if kind in PAUSES:
        facts += [(_("Paused"), words["what"]), (_("Until"), words["until"])]
    return facts
