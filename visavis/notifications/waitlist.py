"""What is told of the waitlist: letters from `WaitlistEvent` rows."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from visavis.bookings.enums import WaitlistEventKind
from visavis.bookings.models import Hold, WaitlistEntry, WaitlistEvent
from visavis.calendars.ics import place_in_words
from visavis.communities.wording import wording_of
from visavis.core.instants import write_instant
from visavis.notifications.enums import Audience, Kind
from visavis.notifications.letters import Letter, Reader, Source, add_source, reader_of

KINDS = {
    WaitlistEventKind.OFFERED: Kind.OFFERED,
    WaitlistEventKind.OFFER_EXPIRED: Kind.OFFER_EXPIRED,
    WaitlistEventKind.WITHDRAWN: Kind.OFFER_WITHDRAWN,
}


def event_rows() -> QuerySet[WaitlistEvent]:
    return WaitlistEvent.objects.select_related(
        "entry__student",
        "entry__community",
        "hold__provider__user",
        "hold__service",
        "hold__format",
        "hold__location",
    )


def write_letters(events: Sequence[WaitlistEvent]) -> list[Letter]:
    """One letter for each offer, and each that is over by no doing of the student's."""
    return [
        _letter(event, event.entry, event.hold)
        for event in events
        if event.kind in KINDS and event.hold is not None
    ]


def _letter(event: WaitlistEvent, entry: WaitlistEntry, hold: Hold) -> Letter:
    kind = KINDS[WaitlistEventKind(event.kind)]
    reader = reader_of(entry.student, Audience.STUDENT, entry.community)
    return Letter(
        key=f"{event.batch}:{kind}",
        kind=kind,
        community=entry.community,
        reader=reader,
        words=_words(reader, entry, hold),
        facts=_facts(reader, entry, hold, kind),
        link=_link(entry, hold, kind),
        useless_after=_end_of_use(kind, hold),
    )


def _link(entry: WaitlistEntry, hold: Hold, kind: Kind) -> tuple[str, str]:
    """Of an offer the steps that lead to it alone, in which it can be let go as well."""
    slug = entry.community.slug
    if kind != Kind.OFFERED:
        return _("See your waitlist"), reverse("student:learn", args=[slug])
    held = [hold.format_id, hold.service_id, write_instant(hold.start)]
    args = [slug, *held, hold.provider_id, hold.location_id]
    return _("Take this time"), reverse("student:topic", args=args)


def _end_of_use(kind: Kind, hold: Hold) -> datetime:
    """An offer is none once it has run out; its end is no news once the time has come."""
    return hold.expires_at if kind == Kind.OFFERED else hold.start


def _words(reader: Reader, entry: WaitlistEntry, hold: Hold) -> dict[str, str]:
    return {
        "student": str(entry.student),
        "provider": str(hold.provider),
        "support": wording_of(entry.community).support,
        "community": entry.community.name,
        "starts": reader.read(hold.start),
        "when": reader.read_with_zone(hold.start, hold.end),
        "until": reader.read_with_zone(hold.expires_at),
        "where": _place(hold),
        "service": hold.service.label,
    }


def _facts(reader: Reader, entry: WaitlistEntry, hold: Hold, kind: Kind) -> list[tuple[str, str]]:
    words = _words(reader, entry, hold)
    until = [(_("Held for you until"), words["until"])] if kind == Kind.OFFERED else []
    return [
        (_("When"), words["when"]),
        *until,
        (wording_of(entry.community).provider, words["provider"]),
        (_("What"), words["service"]),
        (_("Kind of meeting"), hold.format.name),
        (_("Where"), words["where"]),
    ]


def _place(hold: Hold) -> str:
    return place_in_words(hold.location.name, hold.location.kind, "", is_confirmed=False)


WAITLIST = Source("waitlist", event_rows, write_letters)
add_source(WAITLIST)
