"""What is told of bookings: letters from `BookingEvent` rows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from visavis.bookings.enums import EventKind
from visavis.bookings.models import BookingEvent
from visavis.bookings.queries import WITH_ALL
from visavis.notifications.enums import AHEAD_ONLY, Audience, Kind
from visavis.notifications.invitations import calendar_for
from visavis.notifications.letters import (
    Letter,
    Reader,
    Source,
    add_source,
    centre_of,
    reader_of,
)
from visavis.notifications.meetings import (
    Meeting,
    facts_for,
    link_for,
    meeting_at,
    paused_in_words,
    words_for,
)
from visavis.notifications.texts import DEFAULTS

KINDS = {
    EventKind.REQUESTED: Kind.REQUESTED,
    EventKind.CONFIRMED: Kind.CONFIRMED,
    EventKind.DECLINED: Kind.DECLINED,
    EventKind.EXPIRED: Kind.EXPIRED,
    EventKind.CANCELLED: Kind.CANCELLED,
    EventKind.MOVED: Kind.CHANGED,
    EventKind.NO_SHOW: Kind.NO_SHOW,
    EventKind.PAUSED: Kind.PAUSED,
}


@dataclass(frozen=True)
class Piece:
    """One event as one reader hears of it."""

    kind: Kind
    reader: Reader
    meeting: Meeting
    event: BookingEvent


def event_rows() -> QuerySet[BookingEvent]:
    return BookingEvent.objects.select_related(
        "booking__student", *(f"booking__{name}" for name in WITH_ALL)
    ).prefetch_related("booking__events")


def write_letters(events: Sequence[BookingEvent]) -> list[Letter]:
    """One letter for each reader and kind: what one action did to several bookings is told once."""
    heard: dict[tuple[int, Kind, Audience, int | None], list[Piece]] = {}
    for event in events:
        for piece in _pieces(event):
            who = piece.reader.user.pk if piece.reader.user else None
            where = piece.meeting.community.pk
            heard.setdefault((where, piece.kind, piece.reader.audience, who), []).append(piece)
    return [_letter(pieces) for pieces in heard.values()]


def _pieces(event: BookingEvent) -> list[Piece]:
    kind = KINDS.get(EventKind(event.kind))
    if kind is None:
        return []
    meeting = meeting_at(event)
    if kind == Kind.CHANGED and not meeting.is_agreed:
        kind = Kind.REQUESTED  # the new time waits for an answer
    community = meeting.community
    student = reader_of(event.booking.student, Audience.STUDENT, community)
    pieces = [Piece(kind, student, meeting, event), *_for_providers(kind, meeting, event)]
    if community.centre_email:
        pieces.append(Piece(kind, centre_of(community), meeting, event))
    return [piece for piece in pieces if (piece.kind, piece.reader.audience) in DEFAULTS]


def _for_providers(kind: Kind, meeting: Meeting, event: BookingEvent) -> list[Piece]:
    """The provider; of a move to another one, or out of a group, each hears what it means there."""
    reader = reader_of(meeting.provider.user, Audience.PROVIDER, meeting.community)
    before = meeting.before
    if before is None or not _is_elsewhere(before, meeting):
        return [Piece(kind, reader, meeting, event)]
    former = reader_of(before.provider.user, Audience.PROVIDER, meeting.community)
    gone = replace(before, reason=meeting.reason)
    taken = Kind.CONFIRMED if meeting.is_agreed else Kind.REQUESTED
    return [
        Piece(Kind.CANCELLED, former, gone, event),
        Piece(taken, reader, replace(meeting, before=None), event),
    ]


def _is_elsewhere(before: Meeting, meeting: Meeting) -> bool:
    """Whether the provider's calendar holds another entry now than before."""
    if before.provider.pk != meeting.provider.pk:
        return True
    was_shared = before.appointment.capacity > 1 or meeting.appointment.capacity > 1
    return was_shared and before.appointment.pk != meeting.appointment.pk


def _letter(pieces: Sequence[Piece]) -> Letter:
    first, last = pieces[0], pieces[-1]
    kind, reader = first.kind, first.reader
    meetings = sorted((piece.meeting for piece in pieces), key=lambda meeting: meeting.start)
    invitation, calendar = calendar_for(
        kind, reader, meetings, sequence=last.event.pk, stamp=last.event.at
    )
    who = reader.user.pk if reader.user else "centre"
    words = words_for(reader, meetings)
    until = parse_datetime(first.event.data.get("until") or "")
    if until:
        words["until"] = reader.read_with_zone(until)
    facts = facts_for(reader, meetings)
    if kind == Kind.PAUSED:
        far_days = first.event.data.get("far_days")
        words["what"] = paused_in_words(far_days)
        # A community's own text may not say it.
        facts += [(_("Paused"), words["what"])] if far_days is not None else []
    return Letter(
        key=f"booking event {first.event.pk}:{kind}:{reader.audience}:{who}",
        kind=kind,
        community=meetings[0].community,
        reader=reader,
        words=words,
        facts=facts,
        link=link_for(reader, meetings[0]),
        booking=meetings[0].booking,
        invitation=invitation,
        calendar=calendar,
        useless_after=max(meeting.start for meeting in meetings) if kind in AHEAD_ONLY else None,
    )


BOOKINGS = Source("bookings", event_rows, write_letters)
add_source(BOOKINGS)
