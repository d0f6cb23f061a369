"""Three hosts that serve, two that work, one PostgreSQL; all in a street of namespaces that fail.

make chaos                          three minutes, 64 students; writes docs/reliability.md
make chaos MINUTES=0.5 STUDENTS=8   shorter, and nothing is written
make chaos SEED=7                   another order of faults
"""

import argparse
import sys

from tests.chaos.network import lack
from tests.chaos.report import write
from tests.chaos.starting import carry_out

FULL_MINUTES, FULL_STUDENTS = 3.0, 64


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=FULL_MINUTES)
    parser.add_argument("--students", type=int, default=FULL_STUDENTS)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    if missing := lack():
        sys.exit(f"This cannot run here: {missing}.")
    found = carry_out(wanted.minutes * 60, wanted.students, wanted.seed)
    is_full = wanted.minutes >= FULL_MINUTES and wanted.students >= FULL_STUDENTS
    sys.exit(write(found, to_page=is_full))


if __name__ == "__main__":
    main()
