"""The workload W2(P): W(P) with places that fill up, admission, buffers, closures and eight zones.

Provider p belongs to the community number p mod 8, each in a zone of its own. Their mornings and
afternoons are of four admission classes; their busy times take up one of three places; a meeting
keeps ten minutes to each side free; the community is closed for a day and for an afternoon.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from bench import workload
from bench.yardsticks import integers
from visavis.engine.wallclock import Dated, weekly_mask
from visavis.engine.window import Window
from visavis.engine.world import (
    Frame,
    Meeting,
    Place,
    Provider,
    frame,
    full_from_epochs,
    masks_from_epochs,
    window_for,
)

ZONES = (
    *("America/New_York", "America/Los_Angeles", "America/Phoenix", "America/Sao_Paulo"),
    *("Europe/London", "Europe/Berlin", "Asia/Kolkata", "Australia/Sydney"),
)
PLACES = (1, 2, 3)
# Where hours of a class are admitted for the service and format asked for; none: not at all.
ADMITS: tuple[tuple[int, ...], ...] = ((1, 2, 3), (1,), (2, 3), ())
BUFFER_MINUTES = 10
BUFFER = BUFFER_MINUTES * 60
CLOSED = (
    Dated(date(2027, 3, 10), date(2027, 3, 10)),
    Dated(date(2027, 3, 18), date(2027, 3, 18), 13 * 60, 17 * 60),
)
MEETING = Meeting(6, before=2, after=2)
ROOM_SHARE = 1.25
STARTS_A_MONTH = 20 * len(workload.GRID)


@dataclass
class Member:
    """A provider: their number, the hours that each class of theirs opens, and what is taken."""

    number: int
    busy: workload.Busy

    @property
    def classes(self) -> tuple[int, int]:
        """The admission class of the mornings and of the afternoons."""
        return self.number % 4, (self.number // 4 + 1) % 4


@dataclass
class Community:
    """One of the eight, with everything that is asked of it and known about it."""

    zone: ZoneInfo
    members: list[Member] = field(default_factory=list)

    @cached_property
    def window(self) -> Window:
        return window_for(self.zone, workload.FIRST, workload.DAYS, timedelta(0))

    @cached_property
    def frame(self) -> Frame:
        return frame(
            self.window,
            zone=self.zone,
            first=workload.FIRST,
            days=workload.DAYS,
            now=workload.NOW - workload.DAY,
            lead=timedelta(0),
            weeks_ahead=12,
            allowed_minutes=workload.STEP_30,
            closures=CLOSED,
        )

    @cached_property
    def held(self) -> dict[int, workload.Busy]:
        """The meetings in each place: the busy times of everybody, dealt out in turn."""
        held: dict[int, workload.Busy] = {place: [] for place in PLACES}
        for member in self.members:
            for row, times in enumerate(member.busy):
                held[PLACES[(member.number + row) % len(PLACES)]].append(times)
        return held

    @cached_property
    def capacity(self) -> int:
        """Room for a quarter more than are there on average, and for two at least."""
        meetings = len(self.members) * workload.BUSY / len(PLACES)
        return max(2, round(ROOM_SHARE * 2 * meetings / STARTS_A_MONTH))

    @cached_property
    def closed(self) -> list[tuple[int, int]]:
        return [
            (
                integers.local(c.first, c.start_minute, self.zone),
                integers.local(c.first + workload.DAY, 0, self.zone)
                if c.end_minute == 24 * 60
                else integers.local(c.first, c.end_minute, self.zone),
            )
            for c in CLOSED
        ]

    def hours_mask(self, part: int) -> int:
        rules = [r for r in workload.weekly_rules() if (r.start_minute >= 13 * 60) == bool(part)]
        return weekly_mask(rules, self.zone, self.window)

    @cached_property
    def people(self) -> list[Provider]:
        """The members as the engine is told of them, masks ready and shared where they agree."""
        parts = [self.hours_mask(0), self.hours_mask(1)]
        kinds: dict[tuple[int, int], dict[int, int]] = {}
        for classes in {member.classes for member in self.members}:
            kinds[classes] = {place: _open(parts, classes, place) for place in PLACES}
        return [
            Provider(
                member.number,
                kinds[member.classes],
                taken=masks_from_epochs(
                    self.window,
                    ((s, e, BUFFER_MINUTES, BUFFER_MINUTES, False) for s, e in member.busy),
                ),
            )
            for member in self.members
        ]

    @cached_property
    def places(self) -> list[Place]:
        return [
            Place(place, full=full_from_epochs(self.window, self.capacity, self.held[place]))
            for place in PLACES
        ]


def _open(parts: list[int], classes: tuple[int, int], place: int) -> int:
    return sum(mask for mask, kind in zip(parts, classes, strict=True) if place in ADMITS[kind])


def make(providers: int) -> list[Community]:
    """The eight communities of W2(providers); those without anybody are left out."""
    made = [Community(ZoneInfo(name)) for name in ZONES]
    for number, times in enumerate(workload.busy_times(providers)):
        community = made[number % len(made)]
        community.members.append(Member(number, _moved(times, community.zone)))
    return [community for community in made if community.members]


def _moved(times: workload.Busy, zone: ZoneInfo) -> workload.Busy:
    """The same wall-clock times in another zone."""
    moved = []
    for start, _end in times:
        shown = datetime.fromtimestamp(start, UTC).astimezone(workload.NEW_YORK)
        at = int(shown.replace(tzinfo=zone).timestamp())
        moved.append((at, at + workload.HALF_HOUR))
    return sorted(moved)
