"""Absences: meetings that a student missed or, where the community says so, gave up late.

To give up late is to cancel late, or to move late. A booking is one absence at most.
"""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy, ngettext

from visavis.bookings.enums import BookingState, EventKind
from visavis.bookings.events import tell
from visavis.bookings.models import Booking
from visavis.communities.enums import PauseScope
from visavis.communities.models import Community
from visavis.core.history import SYSTEM, Actor
from visavis.people.actions import end_pause, pause_booking
from visavis.people.models import User
from visavis.people.rules import Standing, pause_at

LIFTED = gettext_lazy("The absences that led to it count no more.")


def absences_of(community: Community, now: datetime) -> QuerySet[Booking]:
    """The community's absences that count at `now`: of its `absence_days`, none of them excused."""
    first = now - timedelta(days=community.absence_days)
    # A meeting that was given up late may lie ahead still.
    last = now + timedelta(days=community.late_cancel_hours // 24 + 1)
    counted = Q(state=BookingState.NO_SHOW)
    if community.late_cancels_count:
        counted |= Q(state=BookingState.CANCELLED, cancelled_late=True)
    counted &= Q(appointment__start__range=(first, last))
    if community.late_moves_count:
        counted |= Q(moved_late_from__range=(first, last))
    return Booking.objects.filter(counted, excused_at=None, appointment__community=community)


def count_absences(student: User, community: Community, now: datetime) -> int:
    """How many absences of the student count at `now`."""
    return absences_of(community, now).filter(student=student).count()


def counts_as_absence(booking: Booking) -> bool:
    """Whether the booking is an absence that nobody has excused."""
    community = booking.appointment.community
    was_moved = booking.moved_late_from is not None and community.late_moves_count
    is_late = booking.state == BookingState.CANCELLED and booking.cancelled_late
    is_absence = booking.state == BookingState.NO_SHOW or (is_late and community.late_cancels_count)
    return (is_absence or was_moved) and booking.excused_at is None


def told_of_absence(booking: Booking, now: datetime) -> dict[str, object]:
    """The how manyth it is, and what the community says at that one, for the event's data."""
    community = booking.appointment.community
    number = count_absences(booking.student, community, now)
    texts = community.absence_texts
    text = texts[number - 1] if 0 < number <= len(texts) else ""
    return {"occurrence": number, "text": text}


def apply_rule(booking: Booking, *, now: datetime) -> None:
    """Pause the student's booking when the community's number of absences is reached.

    A pause that somebody made by hand stays as it is. Call it in the transaction of the absence,
    under the student's lock.
    """
    community, student = booking.appointment.community, booking.student
    limit = community.absence_limit
    number = count_absences(student, community, now)
    pause = pause_at(Standing(student, community), now)
    if limit is None or number < limit or (pause is not None and not pause.by_rule):
        return
    until = now + timedelta(days=community.pause_days)
    far = community.pause_far_days if community.pause_scope == PauseScope.FAR else None
    reason = ngettext(
        "%(number)d missed meeting within %(days)d days.",
        "%(number)d missed meetings within %(days)d days.",
        number,
    ) % {"number": number, "days": community.absence_days}
    pause_booking(
        student,
        community,
        until=until,
        reason=reason,
        by=SYSTEM,
        now=now,
        far_days=far,
        by_rule=True,
    )
    data = {"until": until.isoformat(), "far_days": far, "absences": number}
    tell(booking, EventKind.PAUSED, by=SYSTEM, now=now, reason=reason, data=data)


def lift_if_unfounded(student: User, community: Community, *, by: Actor, now: datetime) -> bool:
    """End the rule's pause when the absences that led to it are no longer enough; whether it did.

    They are counted as of the pause's beginning: time alone lifts no pause before its end.
    """
    pause = pause_at(Standing(student, community), now)
    if pause is None or not pause.by_rule:
        return False
    limit = community.absence_limit
    if limit is not None and count_absences(student, community, pause.since) >= limit:
        return False
    return end_pause(pause, by=by, reason=str(LIFTED), now=now)
