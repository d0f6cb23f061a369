"""What of that which pages have acknowledged is not what the rows say, and how memory went on."""

from collections.abc import Iterable, Sequence

from tests.chaos.counting import is_lost
from tests.chaos.students import Meeting

# All of these are to be 0.
WRONG = ("lost", "doubled", "made_twice", "gone_processes")
# Below this share of its own size in an hour, the memory of a process counts as flat.
FLAT = 0.02


def left(meetings: Iterable[Meeting], rows: dict) -> dict[str, float]:
    """`meetings` are what students were told, `rows` what the database holds."""
    told = list(meetings)
    made = {row["key"]: row for row in rows["bookings"]}
    known = {meeting.key for meeting in told}
    return {
        "acknowledged": len(told),
        "lost": sum(is_lost(meeting, made.get(meeting.key)) for meeting in told),
        "doubled": rows["doubled"],
        "made_twice": len(rows["bookings"]) - len(made),
        # Made all right, but the answer did not reach the student.
        "made_unheard": len(made.keys() - known),
        "messages": rows["messages"],
        "unsent": rows["unsent"],
        "mails_after": rows["mails_after"],
    }


def slope(samples: Sequence[tuple[float, float]]) -> float:
    """The straight line of least squares through (hours, megabytes): megabytes an hour."""
    hours = [hour for hour, _size in samples]
    middle = sum(hours) / len(hours)
    mean = sum(size for _hour, size in samples) / len(samples)
    spread = sum((hour - middle) ** 2 for hour in hours)
    if not spread:
        return 0.0
    return sum((hour - middle) * (size - mean) for hour, size in samples) / spread


# Hours of which a line through them says something about one.
SHORTEST = 0.3


def says_something(samples: Sequence[tuple[float, float]]) -> bool:
    return samples[-1][0] - samples[0][0] >= SHORTEST


def is_flat(samples: Sequence[tuple[float, float]]) -> bool:
    """Whether the line through them rises by less than `FLAT` of the last size in an hour."""
    return slope(samples) < FLAT * samples[-1][1]
