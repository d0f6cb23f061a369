"""The one clock. Actions take `now` from here; the engine is always told."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_fixed: ContextVar[datetime | None] = ContextVar("fixed_now", default=None)


def now() -> datetime:
    """The present instant as aware UTC, or the one that `frozen_at` fixed."""
    return _fixed.get() or datetime.now(UTC)


@contextmanager
def frozen_at(instant: datetime) -> Iterator[datetime]:
    """Make `now()` answer `instant` (aware) within the block: tests, and `--now` of the CLI."""
    if instant.tzinfo is None:
        raise ValueError("An instant needs its time zone.")
    token = _fixed.set(instant.astimezone(UTC))
    try:
        yield instant
    finally:
        _fixed.reset(token)
