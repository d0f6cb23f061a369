"""What is worth counting, said where it happens to whoever listens. Nobody has to.

Modules say what they did in words of their own; what becomes of it is the listener's affair.
"""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import ParamSpec, Protocol, TypeVar

from django.db import transaction

from visavis.core.errors import VisavisError

P = ParamSpec("P")
T = TypeVar("T")


class Listener(Protocol):
    """Hears what happened: how often, or how many seconds it took."""

    def __call__(self, what: str, amount: float, labels: dict[str, str], /) -> None: ...


_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Tell the listener of everything from now on; once, however often it is asked for."""
    if listener not in _listeners:
        _listeners.append(listener)


def note(what: str, amount: float = 1, **labels: str) -> None:
    """Say that something happened. Labels are words of a short list, never names or addresses."""
    for listener in _listeners:
        listener(what, amount, labels)


@contextmanager
def timed(what: str, **labels: str) -> Iterator[None]:
    """Say how many seconds the block took, whatever its end."""
    began = perf_counter()
    try:
        yield
    finally:
        note(what, perf_counter() - began, **labels)


def outcomes(what: str, *, action: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Say for each call of an action what came of it: done, or the code of the refusal.

    What was done is said when it is committed: what is rolled back has not happened.
    """

    def declare(function: Callable[P, T]) -> Callable[P, T]:
        @functools.wraps(function)
        def carry_out(*args: P.args, **kwargs: P.kwargs) -> T:
            try:
                answer = function(*args, **kwargs)
            except VisavisError as refusal:
                note(what, action=action, outcome=str(refusal.code))
                raise
            transaction.on_commit(lambda: note(what, action=action, outcome="done"))
            return answer

        return carry_out

    return declare
