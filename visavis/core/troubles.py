"""What a database's error means, whichever database says it; and a second go for lost conflicts.

PostgreSQL ends one of two transactions that wait for each other, and one of two that cannot have
happened one after the other. Nothing of the one that was ended is kept, so it is simply carried out
again: by `again_on_conflict`, here and nowhere else.
"""

import functools
import logging
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from typing import ParamSpec, TypeVar

from django.db import InterfaceError, OperationalError, connection

from visavis.core import measuring

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

GOES = 4  # the first among them
LONGEST_REST = 0.05  # seconds before the second go; doubled before each further one


class Trouble(Enum):
    """Why the database did not do it; nothing of the transaction was kept."""

    CONFLICT = "conflict"  # another transaction was preferred: the same may work at once
    BUSY = "busy"  # waited too long for a lock
    SLOW = "slow"  # a statement took too long
    GONE = "gone"  # the server or the file is not there
    FULL = "full"  # no room to write


STATES = {
    "40001": Trouble.CONFLICT,
    "40P01": Trouble.CONFLICT,
    "55P03": Trouble.BUSY,
    "57014": Trouble.SLOW,
    "53100": Trouble.FULL,
    "53200": Trouble.FULL,
    "25006": Trouble.GONE,  # a server that only reads: the one that wrote is elsewhere now
    "25P03": Trouble.SLOW,
    "53300": Trouble.GONE,  # it takes no more connections
}
# Classes of PostgreSQL's codes: no connection, an operator's doing, trouble with the system.
CLASSES = {"08": Trouble.GONE, "57": Trouble.GONE, "58": Trouble.GONE}
SQLITE = {
    "SQLITE_BUSY": Trouble.BUSY,
    "SQLITE_LOCKED": Trouble.BUSY,
    "SQLITE_FULL": Trouble.FULL,
    "SQLITE_IOERR": Trouble.GONE,
    "SQLITE_CANTOPEN": Trouble.GONE,
    "SQLITE_READONLY": Trouble.GONE,
}


def trouble_of(error: BaseException | None) -> Trouble | None:
    """What kind of trouble an error is; None for what is a fault of the program or a refusal."""
    if isinstance(error, InterfaceError):
        return Trouble.GONE  # the connection was closed under our hands
    cause = getattr(error, "__cause__", None)
    name = getattr(cause, "sqlite_errorname", None)
    if name is not None:
        # Extended names begin with the plain one: SQLITE_IOERR_WRITE.
        return next((what for known, what in SQLITE.items() if name.startswith(known)), None)
    state = getattr(cause, "sqlstate", None)
    if state is not None:
        return STATES.get(state) or CLASSES.get(state[:2])
    # Without a code it is the client library that speaks: it has nobody to talk to.
    return Trouble.GONE if isinstance(error, OperationalError) else None


def again_on_conflict(action: Callable[P, T]) -> Callable[P, T]:
    """Carry the action out again, a few times, when its transaction lost against another.

    For what opens a transaction and reads every row in it that it changes. Within a transaction
    of the caller's nothing can be saved: then the caller is carried out again.
    """

    @functools.wraps(action)
    def carry_out(*args: P.args, **kwargs: P.kwargs) -> T:
        if connection.in_atomic_block:
            return action(*args, **kwargs)
        for go in range(1, GOES):
            try:
                return action(*args, **kwargs)
            except OperationalError as error:
                if trouble_of(error) is not Trouble.CONFLICT:
                    raise
                measuring.note("database_conflicts", action=action.__name__)
                logger.info("%s lost against another transaction in go %s.", action.__name__, go)
                # Of two that met, both would meet again after equal rests.
                time.sleep(random.uniform(0, LONGEST_REST * 2 ** (go - 1)))  # noqa: S311  (no secret)
        return action(*args, **kwargs)

    return carry_out


@contextmanager
def apart(log: logging.Logger, said: str, *words: object) -> Iterator[None]:
    """Log in these words what goes wrong in the block; it keeps nothing else from its turn.

    For loops over things that have nothing to do with each other. The database's trouble is raised:
    it is everybody's, and whoever runs the loop, a job, is carried out again as a whole.
    """
    try:
        yield
    except Exception as error:
        if trouble_of(error) is not None:
            raise
        log.exception(said, *words)
