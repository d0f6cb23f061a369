"""Reminders: found by looking at the meetings that come, so that no waiting job can be lost.

The rule: a reminder is due so many hours before the meeting. It is sent at the first look after
that. Late by more than half of its distance to the meeting, or after the meeting has begun, it is
not sent, which is written down. Whoever booked, was confirmed or moved later than it was due has
just had a mail about the meeting, and gets none. No reminder is sent twice: each meeting, time,
distance and reader has one key.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from visavis.bookings.enums import BookingState
from visavis.bookings.models import Booking
from visavis.bookings.queries import WITH_ALL
from visavis.communities.models import Community
from visavis.notifications.actions import queue
from visavis.notifications.delivery import suppress
from visavis.notifications.enums import Audience, Kind
from visavis.notifications.letters import Letter, Reader, reader_of
from visavis.notifications.meetings import facts_for, link_for, meeting_now, words_for
from visavis.notifications.models import Message


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
        minutes = int(self.before.total_seconds() // 60)
        return f"reminder:{what}:{int(self.start.timestamp())}:{minutes}:{who}"


def remind(*, now: datetime) -> int:
    """Queue every reminder that is due at `now`, or write it down as too late; how many queued."""
    due = [one for community in _that_remind() for one in _due_in(community, now)]
    known = set(
        Message.objects.filter(key__in=[one.key for one in due]).values_list("key", flat=True)
    )
    queued = 0
    for one in due:
        if one.key not in known:
            known.add(one.key)
            queued += _queue(one, now)
    return queued


def _that_remind() -> Iterable[Community]:
    return Community.objects.exclude(reminder_hours=[])


def _due_in(community: Community, now: datetime) -> list[Due]:
    hours = sorted(community.reminder_hours, reverse=True)
    coming = (
        Booking.objects.filter(
            state=BookingState.CONFIRMED,
            appointment__community=community,
            appointment__start__gt=now,
            appointment__start__lte=now + timedelta(hours=hours[0]),
        )
        .select_related("student", *WITH_ALL)
        .order_by("appointment__start", "pk")
    )
    return [
        due
        for booking in coming
        for hour in hours
        for due in _of(booking, timedelta(hours=hour))
        if booking.changed_at <= due.at <= now
    ]


def _of(booking: Booking, before: timedelta) -> list[Due]:
    community = booking.appointment.community
    return [
        Due(booking, before, reader_of(booking.student, Audience.STUDENT, community)),
        Due(
            booking,
            before,
            reader_of(booking.appointment.provider.user, Audience.PROVIDER, community),
        ),
    ]


def _queue(due: Due, now: datetime) -> bool:
    try:
        with transaction.atomic():
            message = queue(_letter(due), now=now)
            if message is not None and due.is_too_late(now):
                suppress(message, "The reminder would have come too late to be of use.")
                return False
    except IntegrityError:
        return False  # another worker was first
    return message is not None


def _letter(due: Due) -> Letter:
    meetings = [meeting_now(booking) for booking in _bookings_of(due)]
    return Letter(
        key=due.key,
        kind=Kind.REMINDER,
        community=due.booking.appointment.community,
        reader=due.reader,
        words=words_for(due.reader, meetings),
        facts=facts_for(due.reader, meetings),
        link=link_for(due.reader, meetings[0]),
        booking=due.booking,
        useless_after=due.start,
    )


def _bookings_of(due: Due) -> list[Booking]:
    """The student's own; for the provider all who come to the meeting."""
    if due.reader.audience == Audience.STUDENT:
        return [due.booking]
    confirmed = due.booking.appointment.bookings.filter(state=BookingState.CONFIRMED)
    return list(confirmed.select_related("student", *WITH_ALL).order_by("seat"))
