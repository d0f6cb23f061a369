"""What can be done with a backup: make it, check it, restore it."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import connection

from visavis.backups.errors import NewerBackup, NotEmpty
from visavis.backups.files import BackupFile, name_at, opened, prune, written_whole
from visavis.backups.last import remember_backup
from visavis.backups.manifest import Manifest
from visavis.backups.restoring import bring_up, fill
from visavis.backups.schema import Schema, has_any_row, migration_names
from visavis.backups.scratch import scratch_database
from visavis.backups.writing import Progress, write_backup

# With none of these there is nothing that somebody could miss.
SUBSTANCE = ("people_user", "communities_community", "core_historyentry")


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that stands, and those that it made superfluous."""

    path: Path
    manifest: Manifest
    removed: list[Path]


def make_backup(
    where: Path,
    *,
    now: datetime,
    keep: int | None = None,
    with_secret_key: bool = False,
    progress: Progress = None,
) -> Made:
    """Write everything in the database, as it is at one moment, into one file.

    `where` is the file, or a folder in which it is named by its time; there `keep` removes all but
    the newest. Raises CannotWrite when there is no room or right, NewerDatabase.
    """
    is_folder = where.is_dir() or keep is not None
    path = where / name_at(now) if is_folder else where
    with written_whole(path) as file:
        manifest = write_backup(file, with_secret_key=with_secret_key, now=now, progress=progress)
    remember_backup(path, at=now)
    return Made(path, manifest, prune(where, keep=keep) if keep is not None else [])


def check_backup(path: Path, *, progress: Progress = None) -> Manifest:
    """Restore the backup into a place that is thrown away, and compare every row.

    Raises BadBackup, NewerBackup, DoesNotFit.
    """
    with opened(path) as backup:
        schema = _require_known(backup)
        backup.require_whole()
        with scratch_database() as scratch, scratch.at_work():
            fill(backup, schema, progress=progress)
            bring_up()
        return backup.manifest


def restore_backup(path: Path, *, replace: bool, progress: Progress = None) -> Manifest:
    """Put the backup where the present database is: all of it or, when it cannot be, nothing.

    It is written beside, compared, brought up to this version, and takes the place in one
    transaction. Raises NotEmpty unless `replace`, or what `check_backup` raises.
    """
    with opened(path) as backup:
        schema = _require_known(backup)
        backup.require_whole()
        if not replace:
            _require_empty()
        with scratch_database() as scratch:
            with scratch.at_work():
                fill(backup, schema, progress=progress)
                bring_up()
            if not replace:
                _require_empty()
            scratch.take_place()
        return backup.manifest


def _require_known(backup: BackupFile) -> Schema:
    """The backup's tables, if this version knows them all. Raises NewerBackup."""
    schema = Schema(frozenset(backup.manifest.migrations))
    if schema.unknown:
        raise NewerBackup(
            f"The backup was made by a newer version of Visavis ({backup.manifest.visavis}), of "
            f"which this one lacks {migration_names(schema.unknown)}. Install that version, or a "
            "later one, and restore with it."
        )
    return schema


def _require_empty() -> None:
    if is_database_there() and has_any_row(SUBSTANCE):
        raise NotEmpty(
            "The database is not empty, and restoring would replace all of it. "
            "If that is what you want, say --replace."
        )


def is_database_there() -> bool:
    """Whether there is a database to look into; asking SQLite for one would make it."""
    name = str(connection.settings_dict["NAME"])
    is_in_memory = name == ":memory:" or "mode=memory" in name
    return connection.vendor != "sqlite" or is_in_memory or Path(name).exists()
