"""Whether what is held for somebody can still be booked at all, whoever they are."""

from collections.abc import Iterable
from datetime import datetime

from visavis.bookings.enums import SEATED, HoldPurpose
from visavis.bookings.errors import Refused
from visavis.bookings.models import Booking, Hold
from visavis.bookings.openings import Question, explain, explain_anew, question_for_start
from visavis.bookings.proposals import WITH_ALL
from visavis.bookings.states import unexpired
from visavis.communities.models import Community
from visavis.engine.world import Reason

OF_HOLD = ("student", "provider__user", "service", "format", "location", "commitment")
# What stands against the time itself. What the student has meanwhile they may give up again.
GONE = frozenset(
    {
        Reason.SERVICE_INACTIVE,
        Reason.FORMAT_INACTIVE,
        Reason.PROVIDER_INACTIVE,
        Reason.NOT_CERTIFIED,
        Reason.LOCATION_INACTIVE,
        Reason.LOCATION_NOT_ADMITTED,
        Reason.OUTSIDE_HOURS,
        Reason.AWAY,
        Reason.CLOSED,
        Reason.OUTSIDE_LOCATION_HOURS,
        Reason.MINUTE_NOT_ALLOWED,
        Reason.BEYOND_HORIZON,
        Reason.NOT_ON_LIST,
        Reason.NO_SUCH_TIME,
    }
)


def is_unbookable(hold: Hold, community: Community, now: datetime) -> bool:
    """Whether hours, closures, the service, the person or the place rule this time out by now.

    The community was read before the hold. The same rules as of every booking, of rows.
    """
    question = Question(
        community=community,
        service=hold.service,
        format=hold.format,
        first=now.date(),
        days=1,
        now=now,
        student=hold.student,
        provider=hold.provider,
        location=hold.location,
        moving=_moved(hold),
    )
    asked = explain_anew if _is_first(hold, now) else explain
    try:
        verdicts = asked(question_for_start(question, hold.start), hold.start)
    except Refused:
        return True
    return all(_is_gone(refusal.code for refusal in verdict.refusals) for verdict in verdicts)


def _is_first(hold: Hold, now: datetime) -> bool:
    """Whether nobody has booked the group's meeting in which this seat is held.

    Who takes the seat begins it. Who joins others is not asked about hours: the meeting has them.
    """
    meeting = hold.commitment.appointment_id
    if meeting is None:
        return False
    seated = Booking.objects.filter(unexpired(now), appointment=meeting, state__in=SEATED)
    return not seated.exists()


def _moved(hold: Hold) -> Booking | None:
    """The booking that would move to the held time, if it is held for one."""
    if hold.purpose == HoldPurpose.WAITLIST:
        return None
    proposal = hold.proposals.select_related(*WITH_ALL).last()
    return None if proposal is None else proposal.booking


def _is_gone(codes: Iterable[Reason]) -> bool:
    return not GONE.isdisjoint(codes)
