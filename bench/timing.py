"""How things are timed: several rounds, the best for what computes, percentiles for what waits."""

import gc
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any

MILLI = 1000


def best_ms(
    action: Callable[[], Any],
    *,
    seconds: float,
    most: int = 50,
    before: Callable[[], Any] = lambda: None,
) -> float:
    """The best of as many rounds as fit into `seconds` (one at least, `most` at most), in ms.

    The best and not the mean: whatever else the machine does can only add to it. `before` comes
    before each round and is not counted.
    """
    best, spent, rounds = float("inf"), 0.0, 0
    gc.collect()
    gc.disable()
    try:
        while rounds < most and (rounds == 0 or spent + spent / rounds <= seconds):
            before()
            took = timed(action)
            best, spent, rounds = min(best, took), spent + took, rounds + 1
    finally:
        gc.enable()
    return best * MILLI


def timed(action: Callable[[], Any]) -> float:
    """How many seconds the action takes, once."""
    start = perf_counter()
    action()
    return perf_counter() - start


def percentile(values: Sequence[float], share: float) -> float:
    """The value below or at which this share (0 to 1) of the values lies."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def median(values: Sequence[float]) -> float:
    return percentile(values, 0.5)
