"""What is known of a community over a window, each part beside the version it was read under.

A Table is only memory; `upkeep.py` fills it from rows, `kept.py` holds those that serve again. What
is made for each of a thousand people is a NamedTuple: a frozen dataclass takes three times as long.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from visavis.availability.models import Location
from visavis.bookings.hours import OpenHours
from visavis.bookings.taken import FullTime, TakenTime
from visavis.bookings.validity import ALWAYS, Validity
from visavis.bookings.versions import Stamp
from visavis.communities.models import Community
from visavis.engine.masks import Mask
from visavis.engine.search import Roster, Row
from visavis.engine.wallclock import Dated
from visavis.engine.window import Window
from visavis.engine.world import Meeting


@dataclass(frozen=True, slots=True)
class Shape:
    """What a provider's starts depend on besides hours and taken time: a format, as it is now."""

    format: int
    meeting: Meeting
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class KnownClosures:
    version: int
    closures: tuple[Dated, ...]


@dataclass(frozen=True, slots=True)
class KnownPlaces:
    """The active places, with their opening ticks (None: always open)."""

    version: int
    places: tuple[Location, ...]
    open: dict[int, Mask | None]


@dataclass(frozen=True, slots=True)
class Coverage:
    """The providers who may give each service, by id, under the community's version."""

    version: int
    providers: dict[int, tuple[int, ...]]


class KnownHours(NamedTuple):
    version: int
    hours: OpenHours


class KnownTaken(NamedTuple):
    version: int
    taken: TakenTime


@dataclass(frozen=True, slots=True)
class KnownFull:
    version: tuple[int, int]
    capacity: int | None
    full: FullTime


class KnownRow(NamedTuple):
    """A provider's row of starts, and exactly what it was made of."""

    hours: OpenHours
    taken: TakenTime
    cap: int | None
    row: Row

    def is_of(self, hours: OpenHours, taken: TakenTime, cap: int | None) -> bool:
        return self.hours is hours and self.taken is taken and self.cap == cap


@dataclass(frozen=True, slots=True)
class KnownRoster:
    """A roster, true under this stamp at these instants."""

    stamp: Stamp
    roster: Roster
    validity: Validity = ALWAYS


RosterKey = tuple[Shape, int, int | None]
"""What is asked, of which service, and of whom (None: of everybody who may give it)."""
RowKey = tuple[int, tuple[int, ...]]
"""A provider, and which of their hours' admissions are meant."""


@dataclass
class Table:
    """Everything known of one community over one window; `core` are the starts it answers for."""

    window: Window
    core: Mask
    zone: str
    closures: KnownClosures | None = None
    breaks: KnownClosures | None = None
    places: KnownPlaces | None = None
    coverage: Coverage | None = None
    hours: dict[int, KnownHours] = field(default_factory=dict)
    taken: dict[int, KnownTaken] = field(default_factory=dict)
    full: dict[int, KnownFull] = field(default_factory=dict)
    rows: dict[Shape, dict[RowKey, KnownRow]] = field(default_factory=dict)
    rosters: dict[RosterKey, KnownRoster] = field(default_factory=dict)

    @classmethod
    def empty(cls, community: Community, window: Window, core: Mask = -1) -> "Table":
        return cls(window, core, community.timezone)

    @property
    def starts(self) -> int:
        """How many rows of starts are held, a roster counted for what it weighs.

        Others may fill the table meanwhile: only copies are gone through.
        """
        rows = sum(len(rows) for rows in list(self.rows.values()))
        # One of a single person weighs as much as two rows (2.1 KB).
        rosters = sum(2 + len(kept.roster.rows) // 32 for kept in list(self.rosters.values()))
        return rows + rosters

    def forget_starts(self) -> None:
        """Let go of what is made of hours and taken time."""
        self.rows.clear()
        self.rosters.clear()
