"""Python integers as bits, with nothing around them: what the engine's idea costs at the least."""

from collections.abc import Iterable, Sequence

Mask = int


def shift_and(free: Mask, n: int) -> Mask:
    """Where n set bits in a row begin."""
    have = 1
    while have + have <= n:
        free &= free >> have
        have += have
    return free & (free >> (n - have)) if have < n else free


def union_of_kept(free: Iterable[Mask], n: int, candidates: Mask) -> Mask:
    """The starts of anybody: shift-and each free mask, OR them all."""
    found = 0
    for mask in free:
        found |= shift_and(mask, n)
    return found & candidates


def starts_of_kept(free: Iterable[Mask], n: int, candidates: Mask) -> list[Mask]:
    """The starts of each."""
    return [shift_and(mask, n) & candidates for mask in free]


def free_masks(
    hours: Mask, busy: Iterable[Iterable[tuple[int, int]]], base: int, tick: int
) -> list[Mask]:
    """One shared rule without each provider's busy times (epoch seconds, on or off the grid)."""
    free = []
    for taken in busy:
        mask = 0
        for start, end in taken:
            first = (start - base) // tick
            mask |= ((1 << (-((base - end) // tick) - first)) - 1) << first
        free.append(hours & ~mask)
    return free


def who_at(starts: Sequence[Mask], ticks: Iterable[int]) -> dict[int, list[int]]:
    """Who, by number, is free at each of these ticks: a bit test for each."""
    numbered = list(enumerate(starts))
    found = {}
    for tick in ticks:
        bit = 1 << tick
        found[tick] = [number for number, mask in numbered if mask & bit]
    return found


def set_ticks(mask: Mask) -> list[int]:
    """The numbers of the set bits."""
    return [tick for tick, digit in enumerate(f"{mask:b}"[::-1]) if digit == "1"]
