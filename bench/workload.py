"""The workload W(P): P providers of one zone, four weeks, twenty busy half-hours each.

The order of the draws is part of it: everybody who draws so has the same world.
"""

import hashlib
import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from visavis.engine.wallclock import Weekly
from visavis.engine.window import Window
from visavis.engine.world import Frame, frame, window_for

DAY = timedelta(days=1)
NEW_YORK = ZoneInfo("America/New_York")
FIRST, DAYS = date(2027, 3, 1), 28
NOW = datetime(2027, 2, 28, 12, tzinfo=UTC)
MORNING, AFTERNOON = (9 * 60, 12 * 60), (13 * 60, 17 * 60)
PARTS = (MORNING, AFTERNOON)
HALF_HOUR = 30 * 60
MEETING_MINUTES = 30
WORKDAYS = 5
BUSY = 20
SEED = 20270301
GRID = [m for start, end in PARTS for m in range(start, end - MEETING_MINUTES + 1, 15)]
STEP_30, STEP_15 = (0, 30), (0, 15, 30, 45)
# Providers → the right answers' digests, as DESIGN.md gives them: 253, 280, 466 and 520 starts.
DIGESTS = {
    STEP_30: {1: "e4c1f29149d2", 5: "fdb549421cac"},
    STEP_15: {1: "3c9b7c8887b9", 1000: "a72c2fcd0dfb"},
}

Busy = list[tuple[int, int]]
"""A person's busy times as epoch seconds [start, end), in order; they may overlap."""


class WrongAnswer(Exception):
    """Something that was measured gives another answer than it must."""


@lru_cache(maxsize=4)
def busy_times(
    count: int, *, first: date = FIRST, days: int = DAYS, each: int = BUSY
) -> list[Busy]:
    """The busy times of `count` providers, drawn over the workdays of these dates."""
    draw = random.Random(SEED)  # noqa: S311  (a workload is no secret)
    dates = [first + n * DAY for n in range(days)]
    workdays = [day for day in dates if day.weekday() < WORKDAYS]
    midnights = {day: _local(day, 0, NEW_YORK) for day in workdays}
    found = []
    for _ in range(count):
        drawn = ((draw.choice(workdays), draw.choice(GRID)) for _ in range(each))
        # No clock changes between nine and five, so a day needs its zone asked once, at noon.
        starts = sorted(midnights[day] + minute * 60 for day, minute in drawn)
        found.append([(start, start + HALF_HOUR) for start in starts])
    return found


def _local(day: date, minute: int, zone: ZoneInfo) -> int:
    """What would be the epoch of this local minute if the day had the offset of its noon."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=zone)
    return int(noon.timestamp()) + (minute - 12 * 60) * 60


def weekly_rules() -> list[Weekly]:
    """Monday to Friday, 9 to 12 and 13 to 17."""
    return [Weekly(day, *part) for day in range(WORKDAYS) for part in PARTS]


def distinct_rules(count: int) -> list[list[Weekly]]:
    """`count` different weekly rules of two blocks a day, on the grid of five minutes."""
    return [_shifted(number) for number in range(count)]


def _shifted(number: int) -> list[Weekly]:
    number, early = divmod(number, 12)
    number, late = divmod(number, 12)
    _, lunch = divmod(number, 12)
    morning = (8 * 60 + 5 * early, 12 * 60 + 5 * lunch)
    afternoon = (13 * 60 + 5 * lunch, 16 * 60 + 5 * late)
    return [Weekly(day, *part) for day in range(WORKDAYS) for part in (morning, afternoon)]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a world: the window, the frame of the engine, the starts to look at."""

    window: Window
    frame: Frame

    @property
    def candidates(self) -> int:
        """The ticks at which a start may be offered at all."""
        return self.frame.asked & self.frame.allowed


def asked(
    minutes: tuple[int, ...] = STEP_30, *, zone: ZoneInfo = NEW_YORK, days: int = DAYS
) -> Asked:
    """The question of W(P): starts at these minutes on each of the days, no lead time."""
    window = window_for(zone, FIRST, days, timedelta(0))
    return Asked(
        window,
        frame(
            window,
            zone=zone,
            first=FIRST,
            days=days,
            now=NOW,
            lead=timedelta(0),
            weeks_ahead=12 + days // 7,
            allowed_minutes=minutes,
        ),
    )


def digest(epochs: Iterable[int]) -> str:
    """The first twelve digits of the SHA-256 over the sorted, comma-joined epoch seconds."""
    text = ",".join(str(epoch) for epoch in sorted(epochs))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def check_digest(
    what: str, epochs: Iterable[int], providers: int, minutes: tuple[int, ...] = STEP_30
) -> None:
    """Raise WrongAnswer unless these are the starts of W(providers)."""
    known = DIGESTS[minutes]
    right = known.get(providers) or (known.get(5) if providers >= WORKDAYS else None)
    found = digest(epochs)
    if right is not None and found != right:
        raise WrongAnswer(f"{what} answers {found} for {providers} providers; right is {right}.")
