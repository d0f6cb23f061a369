"""How much is measured: all of it, or in `BENCH=quick` what shows that the pieces work."""

import os
from dataclasses import dataclass

ALL_PARTS = ("engine", "limits", "growth", "openings", "page", "imports", "bookings")


@dataclass(frozen=True, slots=True)
class Plan:
    """The sizes of a run. Seconds are what the rounds of one measurement may take."""

    name: str
    parts: tuple[str, ...]
    providers: tuple[int, ...]
    slowest_providers: int  # the straightforward yardsticks are asked up to here
    seconds: float
    growth: tuple[int, ...]
    weeks: tuple[int, ...]
    database_providers: tuple[int, ...]
    page_providers: int
    page_requests: int
    import_rows: tuple[int, ...]
    courses: int
    bookings: int  # of each of 32 clients
    hot_slots: int

    @property
    def is_whole(self) -> bool:
        """Whether this run makes docs/performance.md anew."""
        return self.name == "full" and self.parts == ALL_PARTS


SIZES = {
    "full": {
        "providers": (1, 50, 1000, 10_000),
        "slowest_providers": 10_000,
        "seconds": 0.6,
        "growth": (10, 100, 1000, 10_000),
        "weeks": (1, 4, 12),
        "database_providers": (1, 50, 1000, 10_000),
        "page_providers": 1000,
        "page_requests": 320,
        "import_rows": (5000, 50_000, 200_000),
        "courses": 5000,
        "bookings": 40,
        "hot_slots": 20,
    },
    "quick": {
        "providers": (1, 50, 1000),
        "slowest_providers": 50,
        "seconds": 0.1,
        "growth": (10, 100, 1000),
        "weeks": (1, 4),
        "database_providers": (1, 50, 200),
        "page_providers": 100,
        "page_requests": 24,
        "import_rows": (500, 2000),
        "courses": 500,
        "bookings": 2,
        "hot_slots": 2,
    },
}


def read_plan() -> Plan:
    """The plan that BENCH and PARTS name. Raises SystemExit with a sentence for what is unknown."""
    name = os.environ.get("BENCH") or "full"
    if name not in SIZES:
        raise SystemExit(f"BENCH is “{name}”; it can be {' or '.join(SIZES)}.")
    wanted = [part.strip() for part in os.environ.get("PARTS", "").split(",") if part.strip()]
    unknown = set(wanted) - set(ALL_PARTS)
    if unknown:
        raise SystemExit(f"PARTS knows {', '.join(ALL_PARTS)}; not {', '.join(sorted(unknown))}.")
    parts = tuple(part for part in ALL_PARTS if not wanted or part in wanted)
    return Plan(name=name, parts=parts, **SIZES[name])  # type: ignore[arg-type]
