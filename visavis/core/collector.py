"""Python's collector of garbage cycles, told when there is nothing for it to find."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


@contextmanager
def at_rest() -> Iterator[None]:
    """Let the collector rest within the block, which reads very many rows and drops no cycles.

    Each few hundred new rows would set it going over all of them: a quarter of the reading. Where
    several threads are in such blocks, it goes on when the last of them has ended.
    """
    _rest.begin()
    try:
        yield
    finally:
        _rest.end()


class _Rest:
    """How many blocks there are, counted under a lock.

    Of two threads one may find the collector at rest already and stop it only after the other has
    let it go on: then nobody would let it go on again.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._blocks = 0
        self._was_on = True

    def begin(self) -> None:
        with self._lock:
            if not self._blocks:
                self._was_on = gc.isenabled()
                gc.disable()
            self._blocks += 1

    def end(self) -> None:
        with self._lock:
            self._blocks -= 1
            if not self._blocks and self._was_on:
                gc.enable()


_rest = _Rest()
