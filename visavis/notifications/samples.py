"""A letter with made-up people, so that a text can be seen before anybody gets it."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from visavis.calendars.ics import Mailbox
from visavis.communities.enums import PauseScope
from visavis.communities.models import Community
from visavis.communities.wording import wording_of
from visavis.notifications.enums import Audience, Kind
from visavis.notifications.letters import Letter, Reader
from visavis.notifications.meetings import paused_in_words
from visavis.people.times import habit_in_zone

NAMES = {"student": "Sam", "provider": "Talia K"}
WITH_REASON = (Kind.CANCELLED, Kind.DECLINED)


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
        "what": paused_in_words(community.pause_far_days if is_far else None),
        "where": _("Main office"),
        "service": wording_of(community).service,
        "reason": _("A class was moved.") if kind in WITH_REASON else "",
    }
    facts = [] if kind == Kind.PAUSED else _facts(kind, reader, words, start)
    home = reverse("student:learn", args=[community.slug])
    return Letter(
        key="sample",
        kind=kind,
        community=community,
        reader=reader,
        words=words,
        facts=facts,
        link=(_("See the meeting"), home),
    )


def _facts(
    kind: Kind, reader: Reader, words: dict[str, str], start: datetime
) -> list[tuple[str, str]]:
    before = start - timedelta(days=1)
    moved = kind == Kind.CHANGED
    facts = [(_("Now") if moved else _("When"), words["when"])]
    if moved:
        facts.insert(
            0, (_("Before"), reader.read_with_zone(before, before + timedelta(minutes=30)))
        )
    if reader.audience != Audience.PROVIDER:
        facts.append((words["provider_word"], words["provider"]))
    if reader.audience != Audience.STUDENT:
        facts.append((_("Student"), words["student"]))
    facts += [(_("What"), words["service"]), (_("Where"), words["where"])]
    return facts + ([(_("Reason"), words["reason"])] if words["reason"] else [])
