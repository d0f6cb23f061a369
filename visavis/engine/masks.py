"""The algebra of ticks: time over a window as one integer, a bit for each five minutes."""

from collections.abc import Iterator
from datetime import timedelta
from functools import lru_cache

Mask = int
"""Bit i stands for tick i, the five minutes that begin i ticks after the window's start."""

TICK_MINUTES = 5
TICK = timedelta(minutes=TICK_MINUTES)


def minutes_to_ticks(minutes: int) -> int:
    """Return how many ticks these minutes are. Raises ValueError when they are no whole number."""
    if minutes % TICK_MINUTES:
        message = f"{minutes} minutes is not a multiple of {TICK_MINUTES} minutes."
        raise ValueError(message)
    return minutes // TICK_MINUTES


def span(first: int, last: int) -> Mask:
    """Return the ticks [first, last) from tick 0 on; none when last <= first."""
    first = max(first, 0)
    # One number as long as the window is made, not three.
    return ((1 << (last - first)) - 1) << first if last > first else 0


def runs(mask: Mask, n: int) -> Mask:
    """Return the ticks at which n set ticks in a row begin. Raises ValueError when n < 1.

    runs(a & b, n) == runs(a, n) & runs(b, n): what many meetings share is computed once.
    """
    for shift in shifts(n):
        mask &= mask >> shift
    return mask


@lru_cache(maxsize=256)
def shifts(n: int) -> tuple[int, ...]:
    """Return the shifts that find runs of n one after the other: log2(n) doublings and a rest.

    Raises ValueError when n < 1.
    """
    if n < 1:
        message = f"A run has at least one tick, not {n}."
        raise ValueError(message)
    found, have = [], 1
    while have + have <= n:
        found.append(have)
        have += have
    return (*found, n - have) if have < n else tuple(found)


def touching(mask: Mask, n: int) -> Mask:
    """Return the ticks t >= 0 at which [t, t + n) holds a set tick; none when n < 1."""
    if n < 1:
        return 0
    have = 1
    while have + have <= n:
        mask |= mask >> have
        have += have
    return mask | (mask >> (n - have)) if have < n else mask


def first_tick(mask: Mask) -> int:
    """Return the lowest set tick. Raises ValueError when there is none."""
    if not mask:
        message = "An empty mask has no first tick."
        raise ValueError(message)
    return (mask & -mask).bit_length() - 1


def ticks(mask: Mask) -> Iterator[int]:
    """Yield the set ticks in ascending order. Raises ValueError for an endless mask (below 0)."""
    if mask < 0:
        message = "A mask below zero has no last tick."
        raise ValueError(message)
    # Finding characters is linear in the length; taking the lowest bit off is quadratic.
    digits = f"{mask:b}"[::-1]
    tick = digits.find("1")
    while tick >= 0:
        yield tick
        tick = digits.find("1", tick + 1)
