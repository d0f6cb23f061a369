"""What may be offered, worked out minute by minute: slow, plain, and sharing no code with Visavis.

It follows the eight rules of the product's definition as literally as a program can: for every
minute of a meeting it looks at the clock on the wall.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
GRID = timedelta(minutes=5)


@dataclass(frozen=True)
class Block:
    weekday: int
    start: int
    end: int
    first: date | None = None
    last: date | None = None
    places: frozenset[int] | None = None

    def begins_on(self, day: date) -> bool:
        return (
            day.weekday() == self.weekday
            and (self.first is None or self.first <= day)
            and (self.last is None or day <= self.last)
        )


@dataclass(frozen=True)
class Dates:
    first: date
    last: date
    start: int = 0
    end: int = 24 * 60

    def begins_on(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Commitment:
    start: datetime
    end: datetime
    before: timedelta = timedelta(0)
    after: timedelta = timedelta(0)
    elsewhere: bool = False


@dataclass(frozen=True)
class Appointment:
    start: datetime
    place: int
    seats_left: int
    minutes: int | None = None


@dataclass(frozen=True)
class Room:
    id: int
    hours: tuple[Block, ...] | None = None
    capacity: int | None = None
    held: tuple[tuple[datetime, datetime], ...] = ()
    is_active: bool = True


@dataclass(frozen=True)
class Mentor:
    id: int
    blocks: tuple[Block, ...]
    extra: tuple[Dates, ...] = ()
    away: tuple[Dates, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    outside: tuple[tuple[datetime, datetime], ...] = ()
    weekly_cap: int | None = None
    appointments: tuple[Appointment, ...] = ()
    is_active: bool = True


@dataclass(frozen=True)
class Learner:
    commitments: tuple[Commitment, ...] = ()
    a_day: int | None = None
    a_week: int | None = None
    is_paused: bool = False
    paused_from: datetime | None = None

    def is_paused_at(self, start: datetime) -> bool:
        return self.is_paused or (self.paused_from is not None and start >= self.paused_from)


@dataclass(frozen=True)
class Community:
    zone: ZoneInfo
    first: date
    days: int
    now: datetime
    mentors: tuple[Mentor, ...]
    rooms: tuple[Room, ...]
    minutes: int = 30
    before: timedelta = timedelta(0)
    after: timedelta = timedelta(0)
    lead: timedelta = timedelta(0)
    weeks_ahead: int = 12
    moving: date | None = None
    allowed: tuple[int, ...] = (0, 30)
    closures: tuple[Dates, ...] = ()
    breaks: tuple[Dates, ...] = ()
    learner: Learner | None = field(default=None)

    @cached_property
    def walls(self) -> dict[datetime, tuple[date, int]]:
        return {}

    def wall(self, instant: datetime) -> tuple[date, int]:
        if instant not in self.walls:
            local = instant.astimezone(self.zone)
            self.walls[instant] = (local.date(), local.hour * 60 + local.minute)
        return self.walls[instant]

    @cached_property
    def meetings(self) -> dict[datetime, list[datetime]]:
        return {}

    def meeting_minutes(self, start: datetime) -> list[datetime]:
        if start not in self.meetings:
            self.meetings[start] = [start + n * MINUTE for n in range(self.minutes)]
        return self.meetings[start]

    @cached_property
    def used(self) -> dict[tuple[int, date, int], int]:
        return {}

    @cached_property
    def insides(self) -> dict[tuple[str, int, int, datetime], bool]:
        return {}

    def is_inside(
        self, name: tuple[str, int, int], rules: Sequence[Block | Dates], instant: datetime
    ) -> bool:
        """Return whether a clock shows a time inside any of the rules, remembered by their name."""
        if (*name, instant) not in self.insides:
            self.insides[*name, instant] = any(_shows(self, rule, instant) for rule in rules)
        return self.insides[*name, instant]

    def starts(self) -> Iterator[datetime]:
        """Yield every instant on the grid of five minutes whose local date is asked for."""
        last = self.first + (self.days - 1) * DAY
        instant = datetime.combine(self.first - DAY, time.min, tzinfo=UTC)
        while instant.date() <= last + DAY:
            if self.first <= self.wall(instant)[0] <= last:
                yield instant
            instant += GRID


def offered(community: Community, mentor: Mentor, room: Room) -> set[datetime]:
    return {start for start in community.starts() if not reasons(community, mentor, room, start)}


def reasons(community: Community, mentor: Mentor, room: Room, start: datetime) -> list[str]:
    learner = community.learner or Learner()
    joins = any(
        (a.start, a.place) == (start, room.id)
        and a.seats_left > 0
        and a.minutes in (None, community.minutes)
        for a in mentor.appointments
    )
    asked = [
        ("provider_inactive", not mentor.is_active),
        ("location_inactive", not room.is_active),
        ("outside_hours", not joins and not _in_hours(community, mentor, room, start)),
        ("away", not joins and _is_away(community, mentor, start)),
        ("closed", not joins and _is_closed(community, start)),
        ("in_break", not joins and _is_in_break(community, start)),
        ("outside_location_hours", not joins and not _is_open(community, room, start)),
        ("provider_busy", not joins and is_busy(community, mentor, start)),
        ("minute_not_allowed", not joins and not _minute_allowed(community, start)),
        ("lead_time", start < community.now + community.lead),
        ("beyond_horizon", _beyond_horizon(community, start)),
        ("location_full", not joins and _is_full(community, room, start)),
        ("provider_cap", not joins and _over_cap(community, mentor, start)),
        ("student_conflict", _conflicts(community, learner.commitments, start)),
        ("student_limit", _over_limits(community, learner, start)),
        ("student_paused", learner.is_paused_at(start)),
    ]
    return [reason for reason, refuses in asked if refuses]


def is_busy(
    community: Community, mentor: Mentor, start: datetime, *, only_here: bool = False
) -> bool:
    end = start + community.minutes * MINUTE
    commitments = [c for c in mentor.commitments if not (only_here and c.elsewhere)]
    with_own_buffers = (start - community.before, end + community.after)
    return (
        any(_overlap(with_own_buffers, (c.start, c.end)) for c in commitments)
        or _conflicts(community, tuple(commitments), start)
        or any(_overlap((start, end), busy) for busy in mentor.outside if not only_here)
    )


def _conflicts(community: Community, commitments: tuple[Commitment, ...], start: datetime) -> bool:
    meeting = (start, start + community.minutes * MINUTE)
    return any(_overlap(meeting, (c.start - c.before, c.end + c.after)) for c in commitments)


def _overlap(one: tuple[datetime, datetime], other: tuple[datetime, datetime]) -> bool:
    return max(one[0], other[0]) < min(one[1], other[1])


def _shows(community: Community, rule: Block | Dates, instant: datetime) -> bool:
    day, minute = community.wall(instant)
    today = rule.begins_on(day) and rule.start <= minute < rule.end
    return today or (rule.begins_on(day - DAY) and minute + 24 * 60 < rule.end)


def _in_hours(community: Community, mentor: Mentor, room: Room, start: datetime) -> bool:
    admitting = [b for b in mentor.blocks if b.places is None or room.id in b.places]
    name, rules = ("hours", mentor.id, room.id), [*admitting, *mentor.extra]
    minutes = community.meeting_minutes(start)
    return all(community.is_inside(name, rules, minute) for minute in minutes)


def _is_away(community: Community, mentor: Mentor, start: datetime) -> bool:
    name, minutes = ("away", mentor.id, 0), community.meeting_minutes(start)
    return any(community.is_inside(name, mentor.away, minute) for minute in minutes)


def _is_closed(community: Community, start: datetime) -> bool:
    name, minutes = ("closed", 0, 0), community.meeting_minutes(start)
    return any(community.is_inside(name, community.closures, minute) for minute in minutes)


def _is_in_break(community: Community, start: datetime) -> bool:
    name, minutes = ("break", 0, 0), community.meeting_minutes(start)
    return any(community.is_inside(name, community.breaks, minute) for minute in minutes)


def _is_open(community: Community, room: Room, start: datetime) -> bool:
    if room.hours is None:
        return True
    name, minutes = ("open", 0, room.id), community.meeting_minutes(start)
    return all(community.is_inside(name, room.hours, minute) for minute in minutes)


def _minute_allowed(community: Community, start: datetime) -> bool:
    return community.wall(start)[1] % 60 in community.allowed


def _beyond_horizon(community: Community, start: datetime) -> bool:
    today, day = community.now.astimezone(community.zone).date(), community.wall(start)[0]
    if community.moving and day.isocalendar()[:2] == community.moving.isocalendar()[:2]:
        return False
    return day > today + 7 * community.weeks_ahead * DAY


def _is_full(community: Community, room: Room, start: datetime) -> bool:
    return room.capacity is not None and any(
        sum(first <= minute < last for first, last in room.held) >= room.capacity
        for minute in community.meeting_minutes(start)
    )


def _over_cap(community: Community, mentor: Mentor, start: datetime) -> bool:
    return _over(community, mentor.commitments, start, weekly=mentor.weekly_cap)


def _over_limits(community: Community, learner: Learner, start: datetime) -> bool:
    weekly, daily = learner.a_week, learner.a_day
    return _over(community, learner.commitments, start, weekly=weekly, daily=daily)


def _over(
    community: Community,
    commitments: tuple[Commitment, ...],
    start: datetime,
    *,
    weekly: int | None = None,
    daily: int | None = None,
) -> bool:
    if weekly is None and daily is None:
        return False
    days = [community.wall(minute)[0] for minute in community.meeting_minutes(start)]
    mondays = [day - day.weekday() * DAY for day in days]
    return any(
        limit is not None
        and _used(community, commitments, period, length) + periods.count(period) > limit
        for limit, periods, length in ((daily, days, 1), (weekly, mondays, 7))
        for period in set(periods)
    )


def _used(community: Community, own: tuple[Commitment, ...], first: date, days: int) -> int:
    key = (id(own), first, days)
    if key not in community.used:
        community.used[key] = sum(
            first <= community.wall(commitment.start + minute * MINUTE)[0] < first + days * DAY
            for commitment in own
            if not commitment.elsewhere
            for minute in range((commitment.end - commitment.start) // MINUTE)
        )
    return community.used[key]
