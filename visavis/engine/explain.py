"""Why a start is not offered: every rule that refuses it, in the order of the rules."""

from datetime import datetime

from visavis.engine.rules import RULES, Case, Rule, Rulebook, can_join
from visavis.engine.window import OffGrid
from visavis.engine.world import (
    NO_STUDENT,
    Frame,
    Meeting,
    Place,
    Provider,
    Reason,
    Refusal,
    Student,
)

BOOKS = tuple((rule, Rulebook.of([rule])) for rule in RULES)


def explain(
    frame: Frame,
    meeting: Meeting,
    provider: Provider,
    place: Place,
    student: Student | None,
    start: datetime,
) -> tuple[Refusal, ...]:
    """Return every rule that refuses this aware start, in rule order; none when it is offered.

    It asks the rules that the search asks, one by one. Whether the start is among those the frame
    asks for is no rule. A start between two ticks is refused for its minute, and the rules about
    ticks are not asked. Raises ValueError for a start outside the frame's window.
    """
    case = Case(frame, meeting, provider, place, student or NO_STUDENT)
    if not frame.window.start <= start < frame.window.end:
        message = f"{start.isoformat()} is outside the window of the search."
        raise ValueError(message)
    return (
        *provider.standing,
        *place.standing,
        *_refusals(case, start),
        *case.student.standing,
    )


def _refusals(case: Case, start: datetime) -> tuple[Refusal, ...]:
    try:
        tick = case.frame.window.tick(start)
    except OffGrid:
        data = {"allowed_minutes": case.frame.minutes}
        return (Refusal(Reason.MINUTE_NOT_ALLOWED, data),)
    return tuple(
        Refusal(rule.reason, details)
        for rule in _refusing(case, tick)
        for details in rule.details(case, tick)
    )


def _refusing(case: Case, tick: int) -> list[Rule]:
    joins = can_join(case.provider.joinable.get(tick), case.meeting, case.place)
    return [
        rule
        for rule, book in BOOKS
        if (rule.joins or not joins) and not book.admitted(case) >> tick & 1
    ]
