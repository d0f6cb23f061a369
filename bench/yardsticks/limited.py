"""W2(P) by merged intervals, by NumPy words and by kept Python masks: the same three ideas."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bench.yardsticks import integers, masks, words
from bench.yardsticks.integers import Range

Who = dict[int, list[int]]


@dataclass(frozen=True, slots=True)
class Told:
    """One community as the intervals are told of it; all times are epoch seconds."""

    hours: Sequence[list[Range]]  # mornings, afternoons
    members: Sequence[tuple[int, tuple[int, int], Sequence[Range]]]  # number, classes, busy
    admits: Sequence[Sequence[int]]
    held: Mapping[int, Sequence[Range]]
    capacity: int
    closed: Sequence[Range]
    buffer: int
    step: int
    length: int


def by_intervals(told: Told) -> Who:
    """Who is free at which start, at any place."""
    full = {place: full_ranges(held, told.capacity) for place, held in told.held.items()}
    barred = {place: integers.merged([*told.closed, *ranges]) for place, ranges in full.items()}
    found: Who = defaultdict(list)
    for number, classes, busy in told.members:
        widened = integers.merged((s - told.buffer, e + told.buffer) for s, e in busy)
        free_at: set[int] = set()
        for place, not_there in barred.items():
            hours = [
                span
                for part, kind in zip(told.hours, classes, strict=True)
                if place in told.admits[kind]
                for span in part
            ]
            free = integers.subtract(integers.merged(hours), not_there)
            left = integers.subtract(free, widened)
            free_at.update(integers.starts(left, told.step, told.length))
        for start in free_at:
            found[start].append(number)
    return found


def full_ranges(held: Iterable[Range], capacity: int) -> list[Range]:
    """When at least `capacity` meetings go on at once."""
    steps: dict[int, int] = defaultdict(int)
    for start, end in held:
        steps[start] += 1
        steps[end] -= 1
    found, count, since = [], 0, 0
    for at in sorted(steps):
        before, count = count, count + steps[at]
        if before < capacity <= count:
            since = at
        elif count < capacity <= before:
            found.append((since, at))
    return integers.merged(found)


@dataclass(frozen=True, slots=True)
class KeptWords:
    """Free words of each member at each place, and the starts that each place admits."""

    free: Sequence[words.Words]
    shared: Sequence[words.Words]


def by_words(kept: KeptWords, n: int) -> words.Words:
    """The starts of anybody at any place."""
    found = [
        words.union(words.shift_and(free, n)) & shared
        for free, shared in zip(kept.free, kept.shared, strict=True)
    ]
    united: words.Words = np.bitwise_or.reduce(found)
    return united


def who_by_words(kept: KeptWords, n: int) -> dict[int, list[int]]:
    """Which rows are free at which tick."""
    starts = np.bitwise_or.reduce(
        [
            words.shift_and(free, n) & shared
            for free, shared in zip(kept.free, kept.shared, strict=True)
        ]
    )
    return words.who_at(starts, words.set_ticks(words.union(starts)))


@dataclass(frozen=True, slots=True)
class KeptMasks:
    """Each member's different free masks, with the places (by number) at which each holds."""

    free: Sequence[Sequence[tuple[int, Sequence[int]]]]
    shared: Sequence[int]


def by_masks(kept: KeptMasks, n: int) -> int:
    """The starts of anybody at any place."""
    united = [0] * len(kept.shared)
    for member in kept.free:
        for free, places in member:
            starts = masks.shift_and(free, n)
            for place in places:
                united[place] |= starts
    found = 0
    for starts, shared in zip(united, kept.shared, strict=True):
        found |= starts & shared
    return found
