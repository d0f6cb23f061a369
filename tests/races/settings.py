"""Settings of the racing processes: those of the tests, each thread with a connection of its own.

Pools would keep the connections of every race open until the last: two arenas, one for each worker
of the suite, then want more of them than a PostgreSQL server gives by default.
"""

from tests.settings import *  # noqa: F403
from tests.settings import DATABASES

DATABASES["default"].get("OPTIONS", {}).pop("pool", None)
