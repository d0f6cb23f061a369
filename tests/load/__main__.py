"""Real journeys of many students through the served pages, on each database.

make load                            1,000 students, then 5,000 in a morning; writes docs/scaling.md
make load SOAK=60                    an hour at a modest rate; writes docs/scaling.md
make load MINUTES=0.2 STUDENTS=40    shorter, and nothing is written
make load SOAK=2 STUDENTS=40         shorter, and nothing is written
"""

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor

from bench.databases import POSTGRESQL, SQLITE, kinds
from tests.load.report import LOAD, SOAK, as_load, as_soak, write
from tests.load.running import Wanted, measure, soak

STUDENTS, TIMES_AS_MANY, MENTORS, MINUTES = 1000, 5, 200, 2.5
SHORTEST_SOAK = 30.0  # minutes that say something about an hour


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--students", type=int, default=STUDENTS)
    parser.add_argument("--minutes", type=float, default=MINUTES)
    parser.add_argument("--soak", type=float, default=0.0)
    parser.add_argument("--a-second", type=float, default=Wanted.soak_a_second)
    parser.add_argument("--databases", nargs="*", choices=(SQLITE, POSTGRESQL))
    told = parser.parse_args()
    databases = told.databases or kinds()
    is_full = told.students == STUDENTS and not told.databases
    wanted = Wanted(
        students=told.students,
        stampede=TIMES_AS_MANY * told.students,
        mentors=max(MENTORS * told.students // STUDENTS, 10),
        seconds=told.minutes * 60,
        soak_minutes=told.soak,
        soak_a_second=told.a_second,
    )
    if told.soak:
        # Both at once: it is memory that is asked for, and an hour is long.
        with ThreadPoolExecutor() as threads:
            found = list(threads.map(lambda kind: soak(kind, wanted), databases))
        to_page = is_full and told.soak >= SHORTEST_SOAK
        return write(as_soak(found), found, SOAK, to_page=to_page)
    found = [measure(kind, wanted) for kind in databases]
    to_page = is_full and told.minutes == MINUTES
    return write(as_load(found), found, LOAD, to_page=to_page)


if __name__ == "__main__":
    sys.exit(main())
