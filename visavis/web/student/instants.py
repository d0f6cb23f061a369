"""Instants in addresses: `20270302T140000Z`, always UTC, and nothing else is read."""

import re
from datetime import UTC, datetime

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
        return datetime.strptime(text, PATTERN).replace(tzinfo=UTC)
    except ValueError:
        return None
