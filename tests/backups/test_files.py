"""Backups as files: whole or not there, found damaged before anything is touched, thinned out."""

import json
import zipfile
from datetime import UTC, datetime, timedelta

import pytest

from tests.backups.odd_rows import put_odd_rows
from tests.backups.retold import retold
from tests.factories.world import make_world
from visavis.backups.actions import make_backup, restore_backup
from visavis.backups.errors import BackupError, CannotWrite
from visavis.backups.files import opened
from visavis.backups.last import find_last_backup
from visavis.core.models import HistoryEntry, StoredFile
from visavis.people.models import User

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2027, 2, 15, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA = tmp_path / "data"
    return tmp_path / "backups"


@pytest.fixture
def world():
    found = make_world()
    put_odd_rows(found)
    return found


@pytest.fixture
def made(world, tmp_path):
    return make_backup(tmp_path / "made.zip", now=NOW).path


def test_backup_is_one_file_for_its_owner_alone(made, tmp_path):
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["made.zip"]
    assert made.stat().st_mode & 0o777 == 0o600
    with opened(made) as backup:
        backup.require_whole()


def test_its_account_says_what_is_in_it(made):
    with opened(made) as backup:
        rows = {table.name: table.rows for table in backup.manifest.tables}
        assert rows["people_user"] == User.objects.count()
        assert rows["core_storedfile"] == StoredFile.objects.count()
        assert backup.manifest.made_at == NOW
        assert not backup.manifest.has_secret_key


def test_number_of_a_row_that_is_gone_is_not_given_again(made):
    """The world has made one history entry with the highest number, and removed it."""
    highest = HistoryEntry.objects.order_by("pk").last().pk
    with opened(made) as backup:
        tables = {table.name: table for table in backup.manifest.tables}
        assert tables["core_historyentry"].next_id == highest + 2


def test_backup_is_remembered_with_its_time(made):
    last = find_last_backup()
    assert (last.at, last.path) == (NOW, made)


def test_folder_keeps_the_newest_and_what_is_named_otherwise(world, folder):
    folder.mkdir()
    (folder / "visavis-by-hand.zip").touch()
    for day in range(4):
        made = make_backup(folder, now=NOW + timedelta(days=day), keep=2)
    assert [path.name for path in made.removed] == ["visavis-2027-02-16T030000Z.zip"]
    assert sorted(path.name for path in folder.iterdir()) == [
        "visavis-2027-02-17T030000Z.zip",
        "visavis-2027-02-18T030000Z.zip",
        "visavis-by-hand.zip",
    ]


def test_backup_takes_the_place_of_a_backup_and_of_nothing_else(made, tmp_path):
    make_backup(made, now=NOW + timedelta(days=1))
    with opened(made) as backup:
        assert backup.manifest.made_at == NOW + timedelta(days=1)
    (tmp_path / "thesis.zip").write_text("years of work")
    with pytest.raises(CannotWrite, match="left alone"):
        make_backup(tmp_path / "thesis.zip", now=NOW)
    assert (tmp_path / "thesis.zip").read_text() == "years of work"


def test_half_of_a_killed_backup_is_cleared_away_by_the_next(world, folder):
    folder.mkdir()
    (folder / ".visavis-visavis-2027-02-14T030000Z.zip.123.partial").write_bytes(b"half")
    make_backup(folder, now=NOW)
    assert [path.name for path in folder.iterdir()] == ["visavis-2027-02-15T030000Z.zip"]


def test_folder_that_cannot_be_written_is_one_sentence(world, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(CannotWrite, match="folder"):
        make_backup(tmp_path / "file" / "backup.zip", now=NOW)


# --- Damaged, foreign, newer ----------------------------------------------------------------------


def cut_short(made):
    made.write_bytes(made.read_bytes()[:-200])


def turn_a_bit(made):
    body = bytearray(made.read_bytes())
    body[len(body) // 2] ^= 1
    made.write_bytes(body)


def write_something_else(made):
    made.write_text("PK and some words")


def leave_a_table_out(made):
    members = {name: retold(made).read(name) for name in retold(made).namelist()}
    with zipfile.ZipFile(made, "w") as archive:
        for name, body in members.items():
            if "people_user" not in name:
                archive.writestr(name, body)


def change_a_row(made):
    members = {name: retold(made).read(name) for name in retold(made).namelist()}
    with zipfile.ZipFile(made, "w") as archive:
        for name, body in members.items():
            archive.writestr(name, body.replace(b"Odd", b"Odt"))


def be_newer(made):
    told = json.loads(retold(made).read("manifest.json"))
    told["migrations"].append(["bookings", "0999_beyond"])
    retold(made, to=made, manifest=told)


def have_another_form(made):
    retold(made, to=made, manifest={"format": 2})


def lose_its_account(made):
    retold(made, to=made, manifest={"tables": [{"name": 1}]})


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (cut_short, "bad_backup"),
        (turn_a_bit, "bad_backup"),
        (write_something_else, "bad_backup"),
        (leave_a_table_out, "bad_backup"),
        (change_a_row, "bad_backup"),
        (lose_its_account, "bad_backup"),
        (be_newer, "newer_backup"),
        (have_another_form, "newer_backup"),
    ],
)
def test_what_is_no_whole_backup_of_ours_is_refused_untouched(made, spoil, code):
    people = User.objects.count()
    spoil(made)
    with pytest.raises(BackupError) as refused:
        restore_backup(made, replace=True)
    assert refused.value.code == code
    assert "\n" not in refused.value.message
    assert User.objects.count() == people
