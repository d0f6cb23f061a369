"""Who could give a meeting instead of whoever gives it: the list and the deed both ask here."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from visavis.bookings.models import Booking
from visavis.bookings.openings import Question, Verdict, explain_unheld, question_for_start
from visavis.catalogue.models import Service
from visavis.engine.world import Reason
from visavis.people.models import Provider

# The student has the time already, in this format: neither is asked about again.
AGREED = frozenset(
    {
        Reason.FORMAT_INACTIVE,
        Reason.IN_BREAK,
        Reason.OUTSIDE_TERM,
        Reason.MINUTE_NOT_ALLOWED,
        Reason.LEAD_TIME,
        Reason.BEYOND_HORIZON,
        Reason.STUDENT_CONFLICT,
        Reason.STUDENT_LIMIT,
        Reason.NOT_ELIGIBLE,
        Reason.STUDENT_PAUSED,
        Reason.NOT_ON_LIST,
    }
)


@dataclass(frozen=True)
class Heir:
    """Who gives the meeting instead, and as which service they give it."""

    provider: Provider
    service: Service


def handing_question(
    booking: Booking,
    service: Service,
    *,
    now: datetime,
    provider: Provider | None = None,
    together: Collection[int] = frozenset(),
) -> Question:
    """What is asked about the booking's meeting, given by `provider` or anybody as this service.

    `together` are bookings by id that are handed over with it.
    """
    appointment = booking.appointment
    question = Question(
        community=appointment.community,
        service=service,
        format=appointment.format,
        first=now.date(),
        days=1,
        now=now,
        student=booking.student,
        provider=provider,
        is_repeat=True,
        moving=booking,
        moving_with=frozenset(together),
    )
    return question_for_start(question, appointment.start)


def handing_verdicts(
    question: Question, start: datetime, *, among: Collection[int] | None = None
) -> list[Verdict]:
    """What stands against each person and place, of the rules of both: a verdict for each.

    The meeting's own time and place count as free, and so does what is held for its student.
    `among` as in `explain_unheld`.
    """
    return [
        replace(
            verdict,
            refusals=tuple(row for row in verdict.refusals if row.code not in AGREED),
        )
        for verdict in explain_unheld(question, start, among=among)
    ]


def able_to_take(
    booking: Booking,
    service: Service,
    *,
    now: datetime,
    together: Collection[int] = frozenset(),
    among: Collection[int] | None = None,
) -> list[Provider]:
    """Everybody who could give the booking's meeting as this service, by name.

    Not whoever gives it, nor its student. `among` are those who are asked about, by id.
    """
    question = handing_question(booking, service, now=now, together=together)
    found: dict[int, Provider] = {}
    for verdict in handing_verdicts(question, booking.appointment.start, among=among):
        if not verdict.refusals and verdict.provider.pk != booking.appointment.provider_id:
            found[verdict.provider.pk] = verdict.provider
    return list(found.values())
