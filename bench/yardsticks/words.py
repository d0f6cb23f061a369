"""NumPy over packed 64-bit words: everybody's ticks in one array, a row a provider. The floor."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Numbers = NDArray[np.int64]
WORD = 64


def pack(ticks: NDArray[np.bool_]) -> Words:
    """Rows of booleans as rows of words; the last word is filled up with zeros."""
    rows, length = ticks.shape
    padded = np.zeros((rows, -(-length // WORD) * WORD), dtype=bool)
    padded[:, :length] = ticks
    return np.packbits(padded, axis=1, bitorder="little").view(np.uint64)


def unpack(words: Words) -> NDArray[np.bool_]:
    """Words as rows of booleans."""
    return np.unpackbits(words.view(np.uint8), axis=-1, bitorder="little").astype(bool)


def from_mask(mask: int, length: int) -> Words:
    """One row of words from a Python integer."""
    data = mask.to_bytes(-(-length // WORD) * 8, "little")
    return np.frombuffer(data, dtype=np.uint64)


def shift_and(free: Words, n: int) -> Words:
    """Where n set bits in a row begin, in each row."""
    have, found = 1, free
    while have < n:
        step = min(have, n - have)
        found = found & _shifted(found, step)
        have += step
    return found


def _shifted(words: Words, by: int) -> Words:
    moved = words >> np.uint64(by)
    moved[..., :-1] |= words[..., 1:] << np.uint64(WORD - by)
    return moved


def union(starts: Words) -> Words:
    """The starts of anybody."""
    united: Words = np.bitwise_or.reduce(starts, axis=0)
    return united


@dataclass(frozen=True, slots=True)
class BusyRows:
    """Everybody's busy times in one array: whose, and epoch seconds [start, end)."""

    whose: Numbers
    start: Numbers
    end: Numbers

    @classmethod
    def of(cls, busy: Sequence[Sequence[tuple[int, int]]]) -> "BusyRows":
        rows = [(who, *times) for who, taken in enumerate(busy) for times in taken]
        columns = np.array(rows, dtype=np.int64).reshape(-1, 3).T
        return cls(*columns)


def free_words(hours: Words, busy: BusyRows, *, rows: int, base: int, tick: int) -> Words:
    """Hours (one row for all, or a row each) without the busy times."""
    length = hours.shape[-1] * WORD
    taken = np.zeros((rows, length), dtype=bool)
    first = (busy.start - base) // tick
    last = -((base - busy.end) // tick)
    for offset in range(int((last - first).max(initial=0))):
        at = first + offset
        inside = at < last
        taken[busy.whose[inside], at[inside]] = True
    return hours & ~np.packbits(taken, axis=1, bitorder="little").view(np.uint64)


def who_at(starts: Words, ticks: Sequence[int]) -> dict[int, list[int]]:
    """Who, by number, is free at each of these ticks."""
    places = np.asarray(ticks)
    bits = starts[:, places // WORD] >> (places % WORD).astype(np.uint64) & np.uint64(1)
    return {tick: np.flatnonzero(bits[:, column]).tolist() for column, tick in enumerate(ticks)}


def set_ticks(row: Words) -> list[int]:
    """The numbers of the set bits of one row."""
    return np.flatnonzero(unpack(row)).tolist()
