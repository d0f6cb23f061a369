"""`visavis upgrade` of an earlier version's database: announced, backed up, done, and over."""

import json

import pytest

from visavis.backups.files import opened


@pytest.fixture(scope="module")
def elder(country):
    """An installation of an earlier version."""
    made = country.settle()
    made.town("old")
    return made


def test_upgrade_is_announced_done_with_a_backup_and_then_over(elder):
    announced = elder.visavis("upgrade", "--check")
    assert (announced.returncode, announced.stderr) == (3, "")
    assert "0008_opening" in announced.stdout
    assert "Add field opened_at to community" in announced.stdout
    again = elder.visavis("upgrade", "--check", "--json")
    waiting = json.loads(again.stdout)["migrations"]
    assert "bookings" in {step["app"] for step in waiting}

    done = elder.visavis("upgrade", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert elder.town("facts")["guards"] == 2
    with opened(json.loads(done.stdout)["backup"]) as backup:
        backup.require_whole()
        assert ("communities", "0008_opening") not in backup.manifest.migrations
    over = elder.visavis("upgrade", "--check")
    assert (over.returncode, "nothing to do" in over.stdout) == (0, True)
