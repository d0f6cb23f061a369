"""Lints the migrations by PostgreSQL's rules, in a database that is made for it.

`python -m tests.migrating`; POSTGRES names the server. Part of `make check`.
"""

import os
import sys

from bench import processes
from bench.databases import POSTGRESQL, server_version, throwaway


def main() -> int:
    """Exit status 1 when a migration would hurt those who serve meanwhile."""
    if not server_version():
        print("SKIPPED: the linter of migrations; no PostgreSQL server answers.")  # noqa: T201
        return int(bool(os.environ.get("VISAVIS_TEST_EVERYTHING")))
    with throwaway(POSTGRESQL) as database:
        environment = database.environment | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
        found = processes.ask("tests.migrating.linter", environment, "all of ours")
    for problem in found:
        print(problem)  # noqa: T201
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
