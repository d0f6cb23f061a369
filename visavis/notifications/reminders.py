"""Reminders: found by looking at the meetings that come, so that no waiting job can be lost.

The rule: a reminder is due so many hours before the meeting. It is sent at the first look after
that. Late by more than half of its distance to the meeting, or after the meeting has begun, it is
not sent, which is written down. Whoever booked, was confirmed or moved later than it was due has
just had a mail about the meeting, and gets none. No reminder is sent twice: each meeting, time,
distance and reader has one key. An audience whose text the community has switched off is left out;
that somebody is not active any more is written down, so that no look meets them again.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef

from visavis.bookings.enums import PENDING_PROPOSALS, BookingState, Otherwise
from visavis.bookings.models import Booking, Proposal
from visavis.bookings.queries import WITH_ALL
from visavis.communities.models import Community
from visavis.core.troubles import again_on_conflict
from visavis.notifications.actions import queue
from visavis.notifications.delivery import suppress
from visavis.notifications.enums import Audience, Kind
from visavis.notifications.facts import facts_for, words_for
from visavis.notifications.letters import Letter, Reader, reader_of
from visavis.notifications.meetings import link_for, meeting_now
from visavis.notifications.models import Message
from visavis.notifications.texts import find_texts


@dataclass(frozen=True)
class Due:
    """One reminder of one booking, `before` the meeting, for one reader."""

    booking: Booking
    before: timedelta
    reader: Reader

    @property
    def start(self) -> datetime:
        return self.booking.appointment.start

    @property
    def at(self) -> datetime:
        return self.start - self.before

    def is_too_late(self, now: datetime) -> bool:
        return now > self.at + self.before / 2

    @property
    def key(self) -> str:
        appointment = self.booking.appointment
        who = self.reader.user.pk if self.reader.user else 0
        # The provider of a group is reminded of the meeting, not of each student.
        what = (
            f"appointment {appointment.pk}"
            if self.reader.audience == Audience.PROVIDER
            else f"booking {self.booking.pk}"
        )
        start, minutes = int(self.start.timestamp()), _minutes(self.before)
        return f"reminder:{what}:{start}:{minutes}:{who}"


def remind(*, now: datetime) -> int:
    """Queue every reminder that is due at `now`, or write it down as too late; how many queued."""
    return sum(
        _remind_in(community, now) for community in Community.objects.exclude(reminder_hours=[])
    )


def _remind_in(community: Community, now: datetime) -> int:
    texts = find_texts(community)
    audiences = [
        audience
        for audience in (Audience.STUDENT, Audience.PROVIDER)
        if texts[Kind.REMINDER, audience].is_on
    ]
    if not audiences:
        return 0
    return sum(
        _queue(due, now)
        for hours in community.reminder_hours
        for due in _due_in(community, audiences, timedelta(hours=hours), now)
    )


def _due_in(
    community: Community, audiences: Collection[Audience], before: timedelta, now: datetime
) -> list[list[Due]]:
    """What is due of each booking that has no reminder of this distance yet."""
    # The provider of a group is told once; with nobody else told, that settles all its bookings.
    told = (
        {"booking": OuterRef("pk")}
        if Audience.STUDENT in audiences
        else {"booking__appointment": OuterRef("appointment")}
    )
    reminded = Message.objects.filter(
        **told,
        remind_minutes=_minutes(before),
        useless_after=OuterRef("appointment__start"),
    )
    # Who is to choose another time is not reminded of the old one.
    uprooted = Proposal.objects.filter(
        booking=OuterRef("pk"), state__in=PENDING_PROPOSALS, otherwise=Otherwise.END
    )
    coming = (
        Booking.objects.filter(
            ~Exists(reminded),
            ~Exists(uprooted),
            state=BookingState.CONFIRMED,
            appointment__community=community,
            appointment__start__gt=now,
            appointment__start__lte=now + before,
            # Asked here: each look would else hold all that was booked for a busy day at once.
            appointment__start__gte=F("changed_at") + before,
        )
        .select_related("student", *WITH_ALL)
        .order_by("appointment__start", "pk")
    )
    return [_of(booking, audiences, before) for booking in coming]


def _of(booking: Booking, audiences: Collection[Audience], before: timedelta) -> list[Due]:
    community, provider = booking.appointment.community, booking.appointment.provider
    people = {Audience.STUDENT: booking.student, Audience.PROVIDER: provider.user}
    return [
        Due(booking, before, reader_of(people[audience], audience, community))
        for audience in audiences
    ]


@again_on_conflict
def _queue(of_one: list[Due], now: datetime) -> int:
    """Both readers of one booking or, killed in between, none: then the next look finds it."""
    known = Message.objects.filter(key__in=[due.key for due in of_one])
    try:
        with transaction.atomic():
            keys = set(known.values_list("key", flat=True))
            return sum(_queue_one(due, now) for due in of_one if due.key not in keys)
    except IntegrityError:
        return 0  # another worker was first; what it left out, the next look finds


def _queue_one(due: Due, now: datetime) -> bool:
    message = queue(_letter(due), now=now)
    if message is not None and due.is_too_late(now):
        suppress(message, "The reminder would have come too late to be of use.")
        return False
    return message is not None


def _minutes(before: timedelta) -> int:
    return int(before.total_seconds() // 60)


def _letter(due: Due) -> Letter:
    meetings = [meeting_now(booking) for booking in _bookings_of(due)]
    return Letter(
        key=due.key,
        kind=Kind.REMINDER,
        community=due.booking.appointment.community,
        reader=due.reader,
        words=words_for(due.reader, meetings),
        facts=facts_for(Kind.REMINDER, due.reader, meetings),
        link=link_for(due.reader, meetings),
        booking=due.booking,
        useless_after=due.start,
        remind_minutes=_minutes(due.before),
    )


def _bookings_of(due: Due) -> list[Booking]:
    """The student's own; for the provider all who come to the meeting."""
    if due.reader.audience == Audience.STUDENT:
        return [due.booking]
    confirmed = due.booking.appointment.bookings.filter(state=BookingState.CONFIRMED)
    return list(confirmed.select_related("student", *WITH_ALL).order_by("seat"))
