"""What a search is told: the days asked for, the providers, the places and the student.

Every id is a number the caller chose; every instant is aware; ticks are those of one Window.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from visavis.engine.masks import TICK_MINUTES, Mask
from visavis.engine.taken import (
    MINUTE,
    NOTHING_TAKEN,
    EpochRow,
    Taken,
    TakenMasks,
    covering_epochs,
    full_from_epochs,
    full_mask,
    masks_from_epochs,
    taken_masks,
    used_from_epochs,
    used_ticks,
)
from visavis.engine.wallclock import Dated, dated_cover, midnight, minutes_mask
from visavis.engine.window import Window
from visavis.engine.zones import DAY, Period

__all__ = [
    "MINUTE",
    "NOTHING_TAKEN",
    "NO_STUDENT",
    "EpochRow",
    "Frame",
    "Joinable",
    "Mask",
    "Meeting",
    "Place",
    "Provider",
    "Quota",
    "Reason",
    "Refusal",
    "Student",
    "Taken",
    "TakenMasks",
    "covering_epochs",
    "frame",
    "full_from_epochs",
    "full_mask",
    "masks_from_epochs",
    "quota",
    "quota_of",
    "taken_masks",
    "used_from_epochs",
    "window_for",
]


class Reason(StrEnum):
    """Why a start is not offered; the codes are part of the API and of `explain --json`."""

    SERVICE_INACTIVE = "service_inactive"
    FORMAT_INACTIVE = "format_inactive"
    PROVIDER_INACTIVE = "provider_inactive"
    NOT_CERTIFIED = "not_certified"
    LOCATION_INACTIVE = "location_inactive"
    LOCATION_NOT_ADMITTED = "location_not_admitted"
    OUTSIDE_HOURS = "outside_hours"
    AWAY = "away"
    CLOSED = "closed"
    IN_BREAK = "in_break"
    OUTSIDE_TERM = "outside_term"
    OUTSIDE_LOCATION_HOURS = "outside_location_hours"
    PROVIDER_BUSY = "provider_busy"
    MINUTE_NOT_ALLOWED = "minute_not_allowed"
    LEAD_TIME = "lead_time"
    BEYOND_HORIZON = "beyond_horizon"
    LOCATION_FULL = "location_full"
    PROVIDER_CAP = "provider_cap"
    STUDENT_CONFLICT = "student_conflict"
    STUDENT_LIMIT = "student_limit"
    NOT_ELIGIBLE = "not_eligible"
    STUDENT_PAUSED = "student_paused"
    NOT_ON_LIST = "not_on_list"
    NO_SUCH_TIME = "no_such_time"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One rule that refuses a start, with what a sentence about it needs.

    A *standing* refusal holds at every start: an inactive service, a paused student, a limit of
    open bookings that is reached. The caller knows those and passes them in.
    """

    code: Reason
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Meeting:
    """The length of the meeting asked for and its own buffers, in ticks.

    The buffers are the provider's alone: the student is free during them.
    Raises ValueError for a meeting without length and for buffers below zero.
    """

    ticks: int
    before: int = 0
    after: int = 0

    def __post_init__(self) -> None:
        if self.ticks < 1 or self.before < 0 or self.after < 0:
            message = f"A meeting lasts at least a tick, with buffers of 0 or more, not {self}."
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Frame:
    """What holds for everybody: the starts asked for, and the community's rules about them.

    `asked` are the ticks at which starts are wanted; `allowed` those at an allowed local minute;
    `earliest` is the first tick that keeps the lead time, `horizon` the first beyond the horizon
    (both may lie outside the window); `closed` are the ticks of closures, `breaks` those of breaks
    in a term, which meetings of a weekly series leave out. The last fields are what `explain`
    tells: the allowed minutes, the last local date inside the horizon, and the dates of the week
    within which a meeting that is moved goes beyond it. `reopened` are that week's ticks.
    """

    window: Window
    asked: Mask
    allowed: Mask
    earliest: int
    horizon: int
    closed: Mask = 0
    breaks: Mask = 0
    minutes: tuple[int, ...] = ()
    last_date: date | None = None
    reopened: Mask = 0
    own_week: tuple[date, date] | None = None

    @classmethod
    def bare(cls, window: Window) -> "Frame":
        """Return the frame of nothing but a window: enough for the rules of providers."""
        return cls(window, asked=0, allowed=0, earliest=0, horizon=0)

    def repeated(self) -> "Frame":
        """Return the frame for later weeks of a series: when it may be booked is not asked."""
        return replace(self, earliest=0, horizon=self.window.ticks)


def window_for(zone: ZoneInfo, first: date, days: int, margin: timedelta = DAY) -> Window:
    """Return the window for starts on these local dates, with a margin on each side.

    The margin must hold the longest meeting with its buffers: what lies outside is not seen.
    """
    end = midnight(first + days * DAY, zone)
    return Window.around(midnight(first, zone) - margin, end + margin)


def frame(  # noqa: PLR0913  (a community's rules are that many)
    window: Window,
    *,
    zone: ZoneInfo,
    first: date,
    days: int,
    now: datetime,
    lead: timedelta,
    weeks_ahead: int,
    allowed_minutes: Collection[int],
    closures: Iterable[Dated] = (),
    breaks: Iterable[Dated] = (),
    moving: date | None = None,
) -> Frame:
    """Return the frame of a search for starts on `days` local dates of the zone from `first` on.

    A start keeps the lead time when it is at or after now + lead; it is inside the horizon when
    its local date is at most 7 * weeks_ahead days after now's local date. A meeting that takes
    place on the local date `moving` until now may go to any day from Monday to Sunday of that
    week, however far ahead that is.
    """
    last_date = now.astimezone(zone).date() + 7 * weeks_ahead * DAY
    week = None if moving is None else week_of(moving)
    is_beyond = week is not None and week[1] > last_date
    return Frame(
        window=window,
        asked=window.within(midnight(first, zone), midnight(first + days * DAY, zone)),
        allowed=minutes_mask(allowed_minutes, zone, window),
        earliest=window.ceil(now + lead),
        horizon=window.ceil(midnight(last_date + DAY, zone)),
        closed=dated_cover(closures, zone, window),
        breaks=dated_cover(breaks, zone, window),
        minutes=tuple(sorted(set(allowed_minutes))),
        last_date=last_date,
        reopened=window.within(*_bounds(week, zone)) if week and is_beyond else 0,
        own_week=week if is_beyond else None,
    )


def week_of(day: date) -> tuple[date, date]:
    """Return the Monday and the Sunday of the week that holds this date."""
    monday = day - day.weekday() * DAY
    return monday, monday + 6 * DAY


def _bounds(dates: tuple[date, date], zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the instants at which these local dates begin and end, both included."""
    return midnight(dates[0], zone), midnight(dates[1] + DAY, zone)


@dataclass(frozen=True, slots=True)
class Quota:
    """At most `limit_ticks` of meetings in each period; `used` are the ticks used there already.

    Buffers do not count. `name` and `data` tell people which limit it is ("weekly cap").
    """

    limit_ticks: int
    periods: tuple[Period, ...]
    used: tuple[int, ...]
    name: str = ""
    data: Mapping[str, object] = field(default_factory=dict)

    def exceeded(self, first: int, last: int) -> tuple[tuple[Period, int], ...]:
        """Return the periods, with the ticks used in them, that [first, last) would overfill."""
        return tuple(
            (period, used)
            for period, used in zip(self.periods, self.used, strict=True)
            if (part := min(last, period.last_tick) - max(first, period.first_tick)) > 0
            and used + part > self.limit_ticks
        )


def quota(
    window: Window,
    *,
    limit_minutes: int,
    periods: tuple[Period, ...],
    held: Iterable[tuple[datetime, datetime]],
    name: str = "",
) -> Quota:
    """Return the quota with what meetings [start, end), without buffers, use of each period.

    A limit that is no whole number of ticks is rounded down: the rest could never be used.
    """
    edges = [(period.first_tick, period.last_tick) for period in periods]
    return quota_of(limit_minutes, periods, used_ticks(window, edges, held), name=name)


def quota_of(
    limit_minutes: int, periods: tuple[Period, ...], used: tuple[int, ...], *, name: str = ""
) -> Quota:
    """Return the quota of which these ticks of each period are used already."""
    data = {"limit_minutes": limit_minutes}
    return Quota(limit_minutes // TICK_MINUTES, periods, used, name, data)


@dataclass(frozen=True, slots=True)
class Joinable:
    """An appointment that exists at a tick of its provider, at a place, with seats left.

    `ticks`, when given, is its length: a meeting of another length cannot join it. `seats` are all
    that it has, which is what people are told.
    """

    place: int
    seats_left: int
    ticks: int | None = None
    seats: int | None = None


@dataclass(slots=True)
class Provider:
    """A provider: for each place the ticks of their hours that admit service, format and place.

    `hours` are weekly blocks and extra hours, `away` is subtracted from both. `joinable` are
    appointments of this format that begin at a tick. `standing` refuses every start. Never changed
    once made, like a Row: thousands are made for one search.
    """

    id: int
    hours: Mapping[int, Mask]
    away: Mask = 0
    taken: TakenMasks = NOTHING_TAKEN
    quota: Quota | None = None
    standing: tuple[Refusal, ...] = ()
    joinable: Mapping[int, Joinable] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """A place: its opening ticks (None is always open) and those at which it has no room left."""

    id: int
    open: Mask | None = None
    full: Mask = 0
    standing: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Student:
    """The student who asks: taken as a person in every role, and limited by this community.

    `paused_from`, when given, is the first tick at which the student's pause refuses a start (it
    may lie outside the window); `pause` is what is told about it.
    """

    taken: TakenMasks = NOTHING_TAKEN
    quotas: tuple[Quota, ...] = ()
    paused_from: int | None = None
    pause: Mapping[str, object] = field(default_factory=dict)
    standing: tuple[Refusal, ...] = ()


NO_STUDENT = Student()
"""Stands for a search that is made for nobody in particular."""
