"""Instants as addresses hold them, and which days and instants can be counted with.

An instant in an address is `20270302T140000Z`, always UTC, and nothing else is read. Python's
calendar ends with the years 1 and 9999; a zone or a week's step beyond them cannot be counted,
so what lies near the ends is not read.
"""

import re
from datetime import UTC, date, datetime

FIRST_YEAR, LAST_YEAR = 1970, 9998
PATTERN = "%Y%m%dT%H%M%SZ"
SHAPE = re.compile(r"\d{8}T\d{6}Z", re.ASCII)


def write_instant(instant: datetime) -> str:
    """The aware instant as an address holds it."""
    return instant.astimezone(UTC).strftime(PATTERN)


def read_instant(text: str) -> datetime | None:
    """The instant that the text means, or None when it means none."""
    if not SHAPE.fullmatch(text):
        return None
    try:
        instant = datetime.strptime(text, PATTERN).replace(tzinfo=UTC)
    except ValueError:
        return None
    return instant if can_be_counted(instant) else None


def can_be_counted(day: date) -> bool:
    """Whether the day, or the instant, is far enough from where the calendar ends."""
    return FIRST_YEAR <= day.year <= LAST_YEAR
