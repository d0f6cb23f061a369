"""Backups while several processes book: each is a whole moment, and none keeps anybody waiting."""

import json
import subprocess

import pytest

pytestmark = pytest.mark.race
BOOKERS, BACKUPS = 3, 2


def acknowledged(booker: subprocess.Popen, count: int) -> set[int]:
    return {int(booker.stdout.readline()) for _ in range(count)}


def told_until_the_end(booker: subprocess.Popen) -> set[int]:
    booker.stdin.close()
    rest = {int(line) for line in booker.stdout}
    assert booker.wait() == 0
    booker.stdout.close()
    return rest


def test_every_backup_under_bookings_is_one_moment(country, town):
    stood = set(town.town("facts")["bookings"])
    bookers = [town.start("book", str(number)) for number in range(BOOKERS)]
    taken = []
    for number in range(BACKUPS):
        for booker in bookers:
            stood |= acknowledged(booker, 4)
        path = town.folder / f"race{number}.zip"
        answer = town.visavis("backup", path, "--json")
        assert (answer.returncode, answer.stderr) == (0, "")
        taken.append((path, set(stood)))
    ended = stood.union(*[told_until_the_end(booker) for booker in bookers])
    assert set(town.town("facts")["bookings"]) == ended

    sizes = []
    for path, before in taken:
        new = country.settle()
        assert new.visavis("restore", path).returncode == 0
        facts = new.town("facts")
        assert before <= set(facts["bookings"]) <= ended
        assert (facts["overlaps"], facts["lone"], facts["guards"]) == (0, 0, 2)
        sizes.append(len(facts["bookings"]))
    # They went on booking between the backups, and after the last.
    assert sizes == sorted(set(sizes))
    assert sizes[-1] < len(ended), json.dumps(sizes)
