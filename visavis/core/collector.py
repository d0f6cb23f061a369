"""Python's collector of garbage cycles, told when there is nothing for it to find."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def at_rest() -> Iterator[None]:
    """Let the collector rest within the block, which reads very many rows and drops no cycles.

    Each few hundred new rows would set it going over all of them: a quarter of the reading. Where
    several threads are in such blocks, it goes on when the one that stopped it has ended.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
