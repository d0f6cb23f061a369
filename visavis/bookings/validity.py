"""For which instants something that was read stays true, if no row changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Self


@dataclass(frozen=True, slots=True)
class Validity:
    """The instants [since, until), aware UTC; None is no limit.

    Requests and holds run out without anybody writing: what was read before that is not true after
    it, nor the other way round.
    """

    since: datetime | None = None
    until: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Whether what was read is true at `now`."""
        return (self.since is None or self.since <= now) and (
            self.until is None or now < self.until
        )

    @classmethod
    def around(cls, expiries: Iterable[datetime], now: datetime) -> Self:
        """The instants about `now` between which none of these expiries lies."""
        past = [expiry for expiry in expiries if expiry <= now]
        coming = [expiry for expiry in expiries if expiry > now]
        return cls(max(past, default=None), min(coming, default=None))

    @classmethod
    def of_all(cls, validities: Iterable["Validity"]) -> Self:
        """When all of these hold."""
        limited = [validity for validity in validities if validity is not ALWAYS]
        return cls(
            max((v.since for v in limited if v.since is not None), default=None),
            min((v.until for v in limited if v.until is not None), default=None),
        )


ALWAYS = Validity()
