"""The rules of PRODUCT.md, "What may be offered", as one table that search and explain share.

Each rule looks at a Case and answers with a mask. Three demands are enough for all of them:
every tick of the meeting lies IN the mask, no tick of it lies in the mask (CLEAR), or the start
itself is none of the mask's (NOT_AT). The first two distribute over AND, so a search joins the
masks of many rules first and looks for runs once; explain asks the same rules one by one.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial

from visavis.engine.masks import TICK_MINUTES, Mask, runs, span, touching
from visavis.engine.taken import TakenMasks
from visavis.engine.world import (
    Frame,
    Joinable,
    Meeting,
    Place,
    Provider,
    Quota,
    Reason,
    Student,
)


@dataclass(slots=True)
class Case:
    """One meeting with one provider at one place for one student, as the rules see it.

    A search goes through its providers by replacing the provider of one case: making a case for
    each of ten thousand would cost as much as the search.
    """

    frame: Frame
    meeting: Meeting
    provider: Provider
    place: Place
    student: Student


class Demand(Enum):
    """What a rule demands of a start t and the ticks [t, t + n) of the meeting."""

    IN = auto()
    CLEAR = auto()
    NOT_AT = auto()


class Scope(Enum):
    """Whether a rule looks at the provider, or gives the same answer for all of them."""

    PROVIDER = auto()
    SHARED = auto()


Details = Iterable[Mapping[str, object]]


def _nothing_more(_case: Case, _tick: int) -> Details:
    yield {}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its mask, what it demands, and the details it can tell about a start it refuses.

    `joins` marks the rules that also a joiner of an existing appointment must meet; the others
    were met when the appointment was made. `part` names what of a provider the rule looks at: where
    nobody has any, nothing is refused, and a search need not ask.
    """

    reason: Reason
    scope: Scope
    demand: Demand
    mask: Callable[[Case], Mask]
    details: Callable[[Case, int], Details] = _nothing_more
    joins: bool = False
    part: str = ""


def _hours(case: Case) -> Mask:
    return case.provider.hours.get(case.place.id, 0)


def _away(case: Case) -> Mask:
    return case.provider.away


def _closed(case: Case) -> Mask:
    return case.frame.closed


def _in_break(case: Case) -> Mask:
    return case.frame.breaks


def _place_open(case: Case) -> Mask:
    return -1 if case.place.open is None else case.place.open


def _busy(case: Case) -> Mask:
    meeting, taken = case.meeting, case.provider.taken
    return _blocked(meeting, taken) if meeting.before or meeting.after else taken.widened


def _blocked(meeting: Meeting, taken: TakenMasks) -> Mask:
    """Return the ticks that the meeting must not hold.

    Its own buffers reach a commitment exactly when the meeting alone reaches that commitment
    widened by them, the other way round: [t - before, t + n + after) holds tick r if and only if
    [t, t + n) holds one of r - after ... r + before. Where every commitment keeps as much free by
    itself, as those of one centre mostly do, `widened` says so already.
    """
    before, after = taken.buffers
    if meeting.before <= after and meeting.after <= before:
        return taken.widened
    reach = meeting.before + 1 + meeting.after
    return taken.widened | touching(taken.raw << meeting.before, reach)


def _busy_details(case: Case, tick: int) -> Details:
    taken = case.provider.taken
    if not _touches(case, taken.here, tick):
        yield {"elsewhere": True}
    elif taken.held and not _touches(case, taken.settled, tick):
        yield {"held": True}
    else:
        yield {}


def _touches(case: Case, taken: TakenMasks, tick: int) -> bool:
    return bool(touching(_blocked(case.meeting, taken), case.meeting.ticks) >> tick & 1)


def _minute_not_allowed(case: Case) -> Mask:
    return span(0, case.frame.window.ticks) & ~case.frame.allowed


def _minute_details(case: Case, _tick: int) -> Details:
    yield {"allowed_minutes": case.frame.minutes}


def _too_soon(case: Case) -> Mask:
    return span(0, min(case.frame.earliest, case.frame.window.ticks))


def _lead_details(case: Case, _tick: int) -> Details:
    yield {"earliest": case.frame.window.instant(case.frame.earliest)}


def _too_late(case: Case) -> Mask:
    return span(case.frame.horizon, case.frame.window.ticks) & ~case.frame.reopened


def _horizon_details(case: Case, _tick: int) -> Details:
    week = case.frame.own_week
    yield {"last_date": case.frame.last_date} | ({} if week is None else {"own_week": week})


def _full(case: Case) -> Mask:
    return case.place.full


def _provider_cap(case: Case) -> Mask:
    return 0 if case.provider.quota is None else overfilling(case, case.provider.quota)


def _cap_details(case: Case, tick: int) -> Details:
    if case.provider.quota is not None:
        yield from _quota_details(case, case.provider.quota, tick)


def _student_taken(case: Case) -> Mask:
    return case.student.taken.widened


def _conflict_details(case: Case, tick: int) -> Details:
    here = touching(case.student.taken.here.widened, case.meeting.ticks)
    yield {} if here >> tick & 1 else {"elsewhere": True}


def _student_limit(case: Case) -> Mask:
    starts = 0
    for quota in case.student.quotas:
        starts |= overfilling(case, quota)
    return starts


def _limit_details(case: Case, tick: int) -> Details:
    for quota in case.student.quotas:
        yield from _quota_details(case, quota, tick)


def _paused(case: Case) -> Mask:
    first, ticks = case.student.paused_from, case.frame.window.ticks
    return 0 if first is None else span(min(max(first, 0), ticks), ticks)


def _pause_details(case: Case, _tick: int) -> Details:
    yield case.student.pause


def overfilling(case: Case, quota: Quota) -> Mask:
    """Return the starts that would take more of a period than the quota leaves.

    With r ticks left in [first, last), a meeting of n > r ticks takes more than r of them exactly
    when it starts after first + r - n and before last - r (in a period longer than r).
    """
    n, starts = case.meeting.ticks, 0
    for period, used in zip(quota.periods, quota.used, strict=True):
        left = max(quota.limit_ticks - used, 0)
        if left < min(n, period.last_tick - period.first_tick):
            last = min(period.last_tick - left, case.frame.window.ticks)
            starts |= span(period.first_tick + left - n + 1, last)
    return starts


def _quota_details(case: Case, quota: Quota, tick: int) -> Details:
    for period, used in quota.exceeded(tick, tick + case.meeting.ticks)[:1]:
        yield {
            "name": quota.name,
            "limit_minutes": quota.limit_ticks * TICK_MINUTES,
            "used_minutes": used * TICK_MINUTES,
            "date": period.date,
            **quota.data,
        }


_provider = partial(Rule, scope=Scope.PROVIDER)
_shared = partial(Rule, scope=Scope.SHARED)

RULES: tuple[Rule, ...] = (
    _provider(Reason.OUTSIDE_HOURS, demand=Demand.IN, mask=_hours),
    _provider(Reason.AWAY, demand=Demand.CLEAR, mask=_away, part="away"),
    _shared(Reason.CLOSED, demand=Demand.CLEAR, mask=_closed),
    _shared(Reason.IN_BREAK, demand=Demand.CLEAR, mask=_in_break),
    _shared(Reason.OUTSIDE_LOCATION_HOURS, demand=Demand.IN, mask=_place_open),
    _provider(Reason.PROVIDER_BUSY, demand=Demand.CLEAR, mask=_busy, details=_busy_details),
    _shared(
        Reason.MINUTE_NOT_ALLOWED,
        demand=Demand.NOT_AT,
        mask=_minute_not_allowed,
        details=_minute_details,
    ),
    _shared(
        Reason.LEAD_TIME,
        demand=Demand.NOT_AT,
        mask=_too_soon,
        details=_lead_details,
        joins=True,
    ),
    _shared(
        Reason.BEYOND_HORIZON,
        demand=Demand.NOT_AT,
        mask=_too_late,
        details=_horizon_details,
        joins=True,
    ),
    _shared(Reason.LOCATION_FULL, demand=Demand.CLEAR, mask=_full),
    _provider(
        Reason.PROVIDER_CAP,
        demand=Demand.NOT_AT,
        mask=_provider_cap,
        details=_cap_details,
        part="quota",
    ),
    _shared(
        Reason.STUDENT_CONFLICT,
        demand=Demand.CLEAR,
        mask=_student_taken,
        details=_conflict_details,
        joins=True,
    ),
    _shared(
        Reason.STUDENT_LIMIT,
        demand=Demand.NOT_AT,
        mask=_student_limit,
        details=_limit_details,
        joins=True,
    ),
    _shared(
        Reason.STUDENT_PAUSED,
        demand=Demand.NOT_AT,
        mask=_paused,
        details=_pause_details,
        joins=True,
    ),
)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Some of the rules, sorted by what they demand."""

    inside: tuple[Callable[[Case], Mask], ...]
    clear: tuple[Callable[[Case], Mask], ...]
    not_at: tuple[Callable[[Case], Mask], ...]

    @classmethod
    def of(cls, rules: Iterable[Rule]) -> "Rulebook":
        """Return the rulebook of these rules."""
        chosen = tuple(rules)
        inside, clear, not_at = (
            tuple(rule.mask for rule in chosen if rule.demand is demand) for demand in Demand
        )
        return cls(inside, clear, not_at)

    def admitted(self, case: Case) -> Mask:
        """Return the starts that all of the rules admit; below zero when nothing bounds them."""
        barred, refused = union(self.clear, case), union(self.not_at, case)
        return starts(self.bounds(case), barred, refused, case.meeting.ticks)

    def bounds(self, case: Case) -> Mask:
        """Return the ticks inside which a meeting must lie; -1 when it may lie anywhere."""
        bounds = -1
        for mask in self.inside:
            bounds = mask(case) if bounds == -1 else bounds & mask(case)
        return bounds


def starts(bounds: Mask, barred: Mask, refused: Mask, n: int) -> Mask:
    """Return the starts, none of them refused, of n ticks inside the bounds and not barred."""
    # Twice as fast as `bounds & ~barred`, which would make a negative number.
    free = bounds ^ (bounds & barred) if barred else bounds
    found = runs(free, n)
    return found ^ (found & refused) if refused else found


def union(masks: Iterable[Callable[[Case], Mask]], case: Case) -> Mask:
    """Return the ticks that any of these masks of the case has set."""
    united = 0
    for mask in masks:
        if found := mask(case):
            united = united | found if united else found
    return united


def can_join(joinable: Joinable | None, meeting: Meeting, place: Place) -> bool:
    """Return whether this appointment is at the place, with a seat left, and as long."""
    return (
        joinable is not None
        and joinable.place == place.id
        and joinable.seats_left > 0
        and joinable.ticks in (None, meeting.ticks)
    )
