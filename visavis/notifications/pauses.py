"""What is told of pauses of booking: letters from `PauseEvent` rows."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from visavis.communities.wording import wording_of
from visavis.core import clock
from visavis.core.zone_names import zone_in_words
from visavis.notifications.absences import SETTLED_WITHIN, TAKEN_BACK_WITHIN
from visavis.notifications.enums import PAUSES, Audience, Kind
from visavis.notifications.facts import Fact, paused_in_words
from visavis.notifications.letters import (
    Letter,
    Reader,
    Source,
    add_source,
    centre_of,
    reader_of,
)
from visavis.notifications.models import Message
from visavis.people.enums import PauseEventKind
from visavis.people.models import Pause, PauseEvent
from visavis.people.times import end_of_day_in_words, last_day_before


def event_rows() -> QuerySet[PauseEvent]:
    return PauseEvent.objects.select_related("pause__user", "pause__community")


def resting_at(now: datetime) -> Q:
    """A pause by the rule waits as long as the absence that may be taken back with it."""
    by_rule = Q(pause__by_rule=True, kind=PauseEventKind.MADE, at__gt=now - TAKEN_BACK_WITHIN)
    ended = Q(kind=PauseEventKind.ENDED, at__gt=now - SETTLED_WITHIN)
    return by_rule | ended


def write_letters(events: Sequence[PauseEvent]) -> list[Letter]:
    """One to the student and one to the centre; of an end only to those who heard of the pause."""
    return [
        _letter(event, kind, reader)
        for event in events
        for reader in _readers(event.pause)
        if (kind := _kind_for(event, reader)) is not None
    ]


def _readers(pause: Pause) -> list[Reader]:
    student = reader_of(pause.user, Audience.STUDENT, pause.community)
    return [student, *([centre_of(pause.community)] if pause.community.centre_email else [])]


def _kind_for(event: PauseEvent, reader: Reader) -> Kind | None:
    pause = event.pause
    if event.kind == PauseEventKind.MADE:
        # One that was lifted or replaced before anybody was told is no news.
        return None if pause.ended_at else Kind.PAUSED if pause.by_rule else Kind.HAND_PAUSED
    keys = [_key(pause, kind, reader) for kind in PAUSES]
    return Kind.RESUMED if Message.objects.filter(key__in=keys).exists() else None


def _key(pause: Pause, kind: Kind, reader: Reader) -> str:
    return f"pause {pause.pk}:{kind}:{reader.audience}"


def _letter(event: PauseEvent, kind: Kind, reader: Reader) -> Letter:
    pause = event.pause
    return Letter(
        key=_key(pause, kind, reader),
        kind=kind,
        community=pause.community,
        reader=reader,
        words=_words(event, reader),
        facts=_facts(event, kind, reader),
        link=_link(pause, reader),
        # Until when it holds is no news after that.
        useless_after=pause.until,
    )


def _words(event: PauseEvent, reader: Reader) -> dict[str, str]:
    pause = event.pause
    return {
        "student": str(pause.user),
        "support": wording_of(pause.community).support,
        "community": pause.community.name,
        "until": _until(pause, reader),
        "what": paused_in_words(pause.far_days),
        "reason": event.reason,
    }


def _until(pause: Pause, reader: Reader) -> str:
    """The instant or, of one that ends with a day of the community's, that day."""
    if pause.until is None:
        return _("somebody lifts it")
    zone = pause.community.zone
    last = last_day_before(pause.until, zone)
    if last is None:
        return reader.read_with_zone(pause.until)
    today = clock.now().astimezone(zone).date()
    told = {"day": end_of_day_in_words(last, today=today), "zone": zone_in_words(zone)}
    return _("%(day)s (%(zone)s)") % told


def _facts(event: PauseEvent, kind: Kind, reader: Reader) -> list[Fact]:
    words = _words(event, reader)
    facts = [(_("Student"), words["student"])] if reader.audience != Audience.STUDENT else []
    if kind in PAUSES:
        facts += [(_("Paused"), words["what"]), (_("Until"), words["until"])]
    return facts + ([(_("Reason"), event.reason)] if event.reason else [])


def _link(pause: Pause, reader: Reader) -> tuple[str, str]:
    slug = pause.community.slug
    if reader.audience == Audience.STUDENT:
        return _("See your meetings"), reverse("student:learn", args=[slug])
    return _("See missed meetings"), reverse("manage:absences", args=[slug])


PAUSE_EVENTS = Source("pauses", event_rows, write_letters, resting_at)
add_source(PAUSE_EVENTS)
