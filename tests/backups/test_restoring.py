"""`visavis backup`, `backup --check` and `visavis restore`, as somebody runs them."""

import fcntl
import json
import shutil
import subprocess
import sys

import psycopg
import pytest

from tests.backups.conftest import IS_SQLITE
from tests.backups.retold import retold


@pytest.fixture(scope="module")
def made(town):
    """A backup of the town."""
    path = town.folder / "made.zip"
    answer = town.visavis("backup", path, "--json")
    assert (answer.returncode, answer.stderr) == (0, "")
    return path


@pytest.fixture(scope="module")
def copy(country, town):
    """The town restored in another place, with its key."""
    with_key, new = town.folder / "with_key.zip", country.settle()
    assert town.visavis("backup", with_key, "--with-secret-key").returncode == 0
    answer = new.visavis("restore", with_key)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "SECRET_KEY" in answer.stdout
    return new


def refused(answer):
    assert (answer.returncode, answer.stderr) == (1, "")
    return json.loads(answer.stdout)["refused"]


def test_backup_can_be_checked_by_restoring_it_beside(town, made):
    before = town.town("facts")
    answer = town.visavis("backup", "--check", made)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "is whole" in answer.stdout
    assert town.town("facts") == before
    assert [path.name for path in town.folder.glob(".visavis-*")] == []


def test_restored_elsewhere_everything_is_there_and_guarded(copy, town, made):
    assert copy.town("facts") == town.town("facts")
    assert copy.town("facts")["guards"] == 2
    again = copy.folder / "again.zip"
    copy.visavis("backup", again)
    assert tables(again) == tables(made)


def tables(path):
    """What the backup says of its rows: equal for equal rows, whatever the database."""
    manifest = json.loads(retold(path).read("manifest.json"))
    return {table["name"]: table for table in manifest["tables"]}


def test_secret_key_is_in_it_only_when_asked_for(copy, town, made):
    assert "secret_key" not in retold(made).namelist()
    # The copy was restored from one that holds it.
    assert (copy.folder / "secret_key").read_text() == (town.folder / "secret_key").read_text()
    assert (copy.folder / "secret_key").stat().st_mode & 0o777 == 0o600


def test_sign_ins_that_last_are_not_in_it(made):
    assert not {"django_session", "people_device"} & set(tables(made))


@pytest.mark.skipif(IS_SQLITE, reason="needs both databases: runs with PostgreSQL")
def test_backup_crosses_over_to_the_other_database_and_back(country, town, made):
    small, large = country.settle(on_sqlite=True), country.settle()
    crossed, back = small.folder / "crossed.zip", large.folder / "back.zip"
    assert small.visavis("restore", made).returncode == 0
    assert small.visavis("backup", crossed).returncode == 0
    assert large.visavis("restore", crossed).returncode == 0
    assert large.visavis("backup", back).returncode == 0
    assert tables(made) == tables(crossed) == tables(back)
    assert large.town("facts") == small.town("facts") == town.town("facts")


def test_what_is_there_is_replaced_only_when_it_is_said_twice(copy, made):
    copy.visavis("community", "set", "mentoring", "name=Another")
    assert refused(copy.visavis("restore", made, "--json")) == "not_empty"
    assert refused(copy.visavis("restore", made, "--replace", "--json")) == "needs_confirmation"
    assert "Another" in copy.visavis("community", "list").stdout
    answer = copy.visavis("restore", made, "--replace", "--yes")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "Another" not in copy.visavis("community", "list").stdout


def test_doubled_person_is_not_let_in_and_what_was_there_stays(copy, made, tmp_path):
    """A backup in which somebody is in two places at once, as no version of ours writes it."""
    before = copy.town("facts")
    broken = tmp_path / "doubled.zip"
    first = json.loads(retold(made).read("tables/bookings_commitment.jsonl").splitlines()[0])
    columns = tables(made)["bookings_commitment"]["columns"]
    values = {name: first[columns.index(name)] for name in ("start", "end", "person_id")}
    retold(made, to=broken, change=[("bookings_commitment", 3, *value) for value in values.items()])
    answer = copy.visavis("restore", broken, "--replace", "--yes", "--json")
    assert refused(answer) == "does_not_fit"
    assert "commitment_no_overlap" in json.loads(answer.stdout)["message"]
    assert copy.town("facts") == before
    assert [path.name for path in copy.folder.glob(".visavis-*")] == []


def test_older_backup_is_brought_up(country):
    elder, new = country.settle(), country.settle()
    elder.town("old")
    path = elder.folder / "old.zip"
    answer = elder.visavis("backup", path)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert new.visavis("backup", "--check", path).returncode == 0
    assert new.visavis("restore", path).returncode == 0
    facts = new.town("facts")
    # Communities from before there was opening are open.
    assert (facts["communities"], facts["opened"], facts["guards"]) == (["elder"], 1, 2)


@pytest.mark.skipif(not IS_SQLITE, reason="is about the file of SQLite")
def test_ruined_file_is_put_aside(copy, made):
    ruin = copy.folder / "visavis.sqlite3"
    ruin.write_bytes(b"this was a database once" * 100)
    assert copy.visavis("restore", made, "--replace", "--yes").returncode == 0
    assert copy.town("facts")["communities"] == ["mentoring"]
    (aside,) = copy.folder.glob("visavis.sqlite3.broken-*")
    assert aside.read_bytes().startswith(b"this was")


@pytest.mark.skipif(not IS_SQLITE, reason="is about the worker's place beside SQLite")
def test_nothing_is_restored_under_a_running_worker(copy, made):
    with (copy.folder / "worker.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert refused(copy.visavis("restore", made, "--json")) == "in_use"


@pytest.mark.skipif(IS_SQLITE, reason="is about PostgreSQL's connections")
def test_nothing_is_replaced_under_open_connections_unless_it_is_said(copy, made):
    with psycopg.connect(copy.url):
        answer = copy.visavis("restore", made, "--replace", "--yes", "--json")
        assert refused(answer) == "in_use"
        answer = copy.visavis("restore", made, "--replace", "--yes", "--in-use")
        assert answer.returncode == 0


def test_full_disk_is_one_sentence_and_the_older_backup_stays(town, made):
    """A limit on the size of files, which the disk tells as it tells that it is full."""
    small = town.folder / "small"
    small.mkdir()
    older = small / "visavis-2027-01-01T000000Z.zip"
    shutil.copy(made, older)
    limited = f"ulimit -f {made.stat().st_size // 2048}; trap '' XFSZ; exec \"$@\""
    backup = [sys.executable, "-m", "visavis.cli.main", "backup", small, "--keep", "1"]
    answer = subprocess.run(
        [shutil.which("bash"), "-c", limited, "-", *backup],
        env=town.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (answer.returncode, answer.stdout) == (1, "")
    assert "no room" in answer.stderr
    assert len(answer.stderr.splitlines()) == 1
    assert list(small.iterdir()) == [older]
