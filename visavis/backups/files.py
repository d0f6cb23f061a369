"""A backup as a file: written whole or not at all, read only after it was found whole."""

import errno
import fcntl
import hashlib
import os
import re
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, BinaryIO

from visavis.backups import manifest as manifests
from visavis.backups.errors import BadBackup, CannotWrite
from visavis.backups.manifest import Manifest, TableEntry
from visavis.backups.rows import LONGEST_LINE

NAMED = re.compile(r"visavis-\d{4}-\d{2}-\d{2}T\d{6}Z\.zip")
PARTIAL = re.compile(r"\.visavis-.*\.partial")
PIECE = 1024 * 1024
MEGABYTE = 1024 * 1024
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def name_at(now: datetime) -> str:
    """The name of a backup that was begun then; names sort as their times do."""
    return f"visavis-{now.astimezone(UTC):%Y-%m-%dT%H%M%SZ}.zip"


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """A file to write; with the block's end it stands under `path`, on the disk, for us alone.

    When the block fails, or the disk is full, nothing is left of it, and what stood there stays.
    Raises CannotWrite.
    """
    with _told_in_sentences(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        _refuse_foreign(path)
        _remove_abandoned(path.parent)
        partial = path.parent / f".visavis-{path.name}.{os.getpid()}.partial"
        descriptor = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    try:
        with _told_in_sentences(path.parent), os.fdopen(descriptor, "w+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # says that it is not abandoned
            yield file
            file.flush()
            os.fsync(file.fileno())
            partial.replace(path)
            _sync_folder(path.parent)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


@contextmanager
def _told_in_sentences(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise CannotWrite(
                f"There is no room for the backup in {folder}: {error.strerror}, with "
                f"{_free(folder)} free. Nothing is left of it; older backups stay as they were. "
                "Make room, or name another folder.",
                code="no_room",
            ) from error
        raise CannotWrite(
            f"The backup cannot be written in {folder}: {error.strerror}. "
            "Name a file in a folder that you may write to."
        ) from error


def _free(folder: Path) -> str:
    try:
        return f"{shutil.disk_usage(folder).free / MEGABYTE:,.1f} MB"
    except OSError:
        return "an unknown number of MB"


def _refuse_foreign(path: Path) -> None:
    """A backup may take the place of a backup, and of nothing else."""
    if not path.exists():
        return
    try:
        with zipfile.ZipFile(path) as archive:
            archive.getinfo(manifests.NAME)
    except (zipfile.BadZipFile, KeyError) as error:
        raise CannotWrite(
            f"{path} is there and is no backup of Visavis, so it is left alone. "
            "Name another file, or remove it first.",
            code="not_ours",
        ) from error


def _remove_abandoned(folder: Path) -> None:
    """Halves of backups whose process was killed; one that still writes holds a lock."""
    for path in folder.iterdir():
        if PARTIAL.fullmatch(path.name):
            with suppress(OSError), path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def prune(folder: Path, *, keep: int) -> list[Path]:
    """Remove all but the newest `keep` backups of those named by their time; answer the removed."""
    named = sorted(path for path in folder.iterdir() if NAMED.fullmatch(path.name))
    surplus = named[:-keep]
    for path in surplus:
        path.unlink()
    return surplus


# --- Reading --------------------------------------------------------------------------------------


@contextmanager
def opened(path: Path) -> Iterator["BackupFile"]:
    """The backup in this file, its own account read and nothing checked. Raises BadBackup."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield BackupFile(path, archive)
    except OSError as error:
        raise BadBackup(f"{path} cannot be read: {error.strerror or error}.") from error
    except zipfile.BadZipFile as error:
        raise BadBackup(
            f"{path} is no backup of Visavis, or only a part of one: {error}."
        ) from error


class BackupFile:
    """A backup that is open for reading."""

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self.path = path
        self._archive = archive
        if manifests.NAME not in archive.namelist():
            raise BadBackup(f"{path} is no backup of Visavis: it has no {manifests.NAME}.")
        self.manifest: Manifest = manifests.read_manifest(
            self._read_small(manifests.NAME, manifests.LONGEST)
        )

    def require_whole(self) -> None:
        """Raise BadBackup unless every row is there as it was written."""
        wanted = {manifests.NAME, *(table.member for table in self.manifest.tables)}
        if self.manifest.has_secret_key:
            wanted.add(manifests.SECRET_KEY)
        there = self._archive.namelist()
        if sorted(there) != sorted(wanted):
            odd = sorted(set(there) ^ wanted) or ["a name twice"]
            raise BadBackup(f"{self.path} does not hold what it says it holds: {', '.join(odd)}.")
        for table in self.manifest.tables:
            rows, digest = 0, hashlib.sha256()
            for line in self.lines(table):
                rows += 1
                digest.update(line)
            if (rows, digest.hexdigest()) != (table.rows, table.sha256):
                raise BadBackup(
                    f"{self.path} is damaged: the {table.rows} rows of {table.name} are not those "
                    "that were written. Take an older backup."
                )

    def lines(self, table: TableEntry) -> Iterator[bytes]:
        """The table's rows, line by line."""
        try:
            with self._archive.open(table.member) as member:
                while line := member.readline(LONGEST_LINE):
                    yield line
        # A damaged file shows itself in more ways than its library promises.
        except (zipfile.BadZipFile, EOFError, zlib.error, NotImplementedError) as error:
            raise BadBackup(
                f"{self.path} is damaged at {table.name}: {error}. Take an older backup."
            ) from error

    def secret_key(self) -> str:
        """The key that it was asked to hold."""
        return self._read_small(manifests.SECRET_KEY, PIECE).decode()

    def _read_small(self, name: str, most: int) -> bytes:
        with self._archive.open(name) as member:
            return member.read(most)


def open_member(archive: zipfile.ZipFile, name: str, *, now: datetime) -> IO[bytes]:
    """A member of the backup to write, of any length."""
    info = zipfile.ZipInfo(name, date_time=now.astimezone(UTC).timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return archive.open(info, "w", force_zip64=True)
