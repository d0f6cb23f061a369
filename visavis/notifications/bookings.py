"""What is told of bookings: letters from `BookingEvent` rows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from visavis.bookings.enums import EventKind
from visavis.bookings.events import STUDENT, is_handed_over
from visavis.bookings.models import BookingEvent
from visavis.bookings.queries import WITH_ALL
from visavis.notifications.absences import (
    NOTES,
    find_absence,
    kind_of_note,
    letter_key,
    resting_at,
    told_of,
)
from visavis.notifications.defaults import DEFAULTS
from visavis.notifications.enums import AHEAD_ONLY, OF_GROUP, OF_SERIES, Audience, Kind
from visavis.notifications.facts import facts_for, words_for
from visavis.notifications.invitations import by_entry, calendar_for
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
    link_for,
    link_to_proposal,
    meeting_at,
    proposed_in_words,
    series_told,
    still_meets,
)
from visavis.people.models import Provider

KINDS = {
    EventKind.REQUESTED: Kind.REQUESTED,
    EventKind.CONFIRMED: Kind.CONFIRMED,
    EventKind.DECLINED: Kind.DECLINED,
    EventKind.EXPIRED: Kind.EXPIRED,
    EventKind.CANCELLED: Kind.CANCELLED,
    EventKind.MOVED: Kind.CHANGED,
    EventKind.PROPOSED: Kind.PROPOSED,
    EventKind.TURNED_DOWN: Kind.TURNED_DOWN,
    EventKind.LAPSED: Kind.LAPSED,
    EventKind.LOGGED: Kind.LOGGED,
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
    """What one action did to several bookings is told together; by entry where calendars hear it.

    Other times are told booking by booking: each has its own page on which one is taken. So is a
    group that goes on without whoever was handed over: it stands in no list of what is cancelled.
    """
    heard: dict[tuple[int, Kind, Audience, int | None, int | None], list[Piece]] = {}
    for event in events:
        for piece in _pieces(event):
            community, reader = piece.meeting.community.pk, piece.reader
            who = reader.user.pk if reader.user else None
            key = (community, piece.kind, reader.audience, who, _apart(piece))
            heard.setdefault(key, []).append(piece)
    return [letter for pieces in heard.values() for letter in _letters(pieces)]


def _apart(piece: Piece) -> int | None:
    if piece.kind == Kind.PROPOSED:
        return piece.event.booking_id
    is_seat = piece.kind == Kind.CANCELLED and piece.meeting.heir is not None
    return piece.meeting.appointment.pk if is_seat else None


def _letters(pieces: Sequence[Piece]) -> list[Letter]:
    """What one reader gets: calendars take in one entry a mail, so each entry has a mail.

    A student reads all about each of theirs. Whoever gives support reads one list of all, and each
    entry follows in a mail that says nothing else.
    """
    reader = pieces[0].reader
    entries = by_entry(pieces[0].kind, reader, pieces)
    if len(entries) == 1:
        return [_letter(pieces)]
    if reader.audience == Audience.STUDENT:
        return [_letter(of_one) for of_one in entries]
    return [replace(_letter(pieces), invitation=None), *(_calendar_note(one) for one in entries)]


def _calendar_note(pieces: Sequence[Piece]) -> Letter:
    letter = _letter(pieces)
    said = _("This mail brings your calendar up to date. Another one lists all the meetings.")
    times = letter.facts[:1]
    return replace(letter, key=f"{letter.key}:calendar", body=said, facts=times)


def _kind_of(event: BookingEvent) -> Kind | None:
    if event.kind in (*NOTES, EventKind.EXCUSED):
        return kind_of_note(event)
    if event.kind == EventKind.LOGGED and not event.data.get("for_student"):
        return None  # notes for staff are nobody's mail
    return KINDS.get(EventKind(event.kind))


def _pieces(event: BookingEvent) -> list[Piece]:
    kind = _kind_of(event)
    if kind is None:
        return []
    meeting = meeting_at(event)
    if kind == Kind.CHANGED and not meeting.is_agreed:
        kind = Kind.REQUESTED  # the new time waits for an answer
    elif kind == Kind.CHANGED and meeting.before and not meeting.before.is_agreed:
        kind = Kind.CONFIRMED  # a request that was agreed on at another time
    community = meeting.community
    student = reader_of(event.booking.student, Audience.STUDENT, community)
    pieces = [Piece(kind, student, meeting, event), *_for_providers(kind, meeting, event)]
    if community.centre_email:
        pieces.append(Piece(kind, centre_of(community), meeting, event))
    if kind == Kind.PUT_RIGHT:
        pieces = _only_those_told(pieces, event)
    return [piece for piece in pieces if (piece.kind, piece.reader.audience) in DEFAULTS]


def _only_those_told(pieces: Sequence[Piece], event: BookingEvent) -> list[Piece]:
    absence = find_absence(event)
    told = told_of(absence, [piece.reader for piece in pieces]) if absence else []
    return [piece for piece in pieces if piece.reader in told]


def _for_providers(kind: Kind, meeting: Meeting, event: BookingEvent) -> list[Piece]:
    """The provider; of a move to another one, or out of a group, each hears what it means there."""
    if event.data.get("withdrawn"):
        return []  # it was not the student who took none
    reader = reader_of(meeting.provider.user, Audience.PROVIDER, meeting.community)
    before = meeting.before
    if before is None or not _is_elsewhere(before, meeting):
        return [Piece(kind, reader, meeting, event)]
    former = reader_of(before.provider.user, Audience.PROVIDER, meeting.community)
    gone = replace(
        before, reason=meeting.reason, is_late=meeting.is_late, heir=_heir_of(before, meeting)
    )
    taken = Kind.CONFIRMED if meeting.is_agreed else Kind.REQUESTED
    pieces = [Piece(taken, reader, replace(meeting, before=None, is_late=False), event)]
    # Of a group whose others stay, one seat is handed over and not the meeting.
    is_whole = gone.heir and not still_meets(before.appointment)
    lost = Kind.HANDED_OVER if is_whole else Kind.CANCELLED
    # Who was only asked loses no meeting.
    return [Piece(lost, former, gone, event), *pieces] if before.is_agreed else pieces


def _heir_of(before: Meeting, meeting: Meeting) -> Provider | None:
    """Who was handed the meeting."""
    was, now = (before.start, before.provider.pk), (meeting.start, meeting.provider.pk)
    return meeting.provider if is_handed_over(was, now, by=meeting.by) else None


def _is_elsewhere(before: Meeting, meeting: Meeting) -> bool:
    """Whether the provider's calendar holds another entry now than before."""
    if before.provider.pk != meeting.provider.pk:
        return True
    was_shared = before.appointment.capacity > 1 or meeting.appointment.capacity > 1
    return was_shared and before.appointment.pk != meeting.appointment.pk


def _letter(pieces: Sequence[Piece]) -> Letter:
    first, last = pieces[0], pieces[-1]
    usual, reader = first.kind, first.reader
    meetings = sorted((piece.meeting for piece in pieces), key=lambda meeting: meeting.start)
    invitation = calendar_for(usual, reader, meetings, sequence=last.event.pk, stamp=last.event.at)
    kind = _kind_to(reader, usual, meetings)
    words, facts = words_for(reader, meetings), facts_for(usual, reader, meetings)
    link, until = link_for(reader, meetings), None
    if kind == Kind.PROPOSED:
        until = parse_datetime(first.event.data["until"])
        words["until"] = reader.read_with_zone(until) if until else ""
        facts = [*proposed_in_words(reader, [piece.event for piece in pieces]), *facts]
        link = link_to_proposal(meetings[0])
    return Letter(
        key=letter_key(first.event, usual, reader),
        kind=kind,
        community=meetings[0].community,
        reader=reader,
        words=words,
        facts=facts,
        link=link,
        booking=meetings[0].booking,
        invitation=invitation,
        useless_after=_end_of_use(kind, meetings, until),
    )


def _end_of_use(kind: Kind, meetings: Sequence[Meeting], until: datetime | None) -> datetime | None:
    """News of a meeting is none once it has begun; a choice none once its time is over."""
    if kind == Kind.PROPOSED:
        return until
    return max(meeting.start for meeting in meetings) if kind in AHEAD_ONLY else None


def _kind_to(reader: Reader, usual: Kind, meetings: Sequence[Meeting]) -> Kind:
    """The kind in whose words it is told: of a series, of a group, or of one meeting."""
    if usual in OF_SERIES and series_told(meetings) is not None:
        return OF_SERIES[usual]
    if usual not in OF_GROUP or meetings[0].appointment.capacity == 1:
        return usual
    if usual == Kind.CANCELLED and not _go_on(reader, meetings):
        return usual
    return OF_GROUP[usual]


def _go_on(reader: Reader, meetings: Sequence[Meeting]) -> bool:
    """Whether the group meets without whoever has left, as this reader should hear of it."""
    if reader.audience == Audience.STUDENT:
        return all(meeting.by == STUDENT for meeting in meetings)
    return all(still_meets(meeting.appointment) for meeting in meetings)


BOOKINGS = Source("bookings", event_rows, write_letters, resting_at)
add_source(BOOKINGS)
