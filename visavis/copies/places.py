"""Where copies lie: a folder, or a zip file; written whole or not at all."""

import json
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Protocol

from visavis.backups.errors import CannotWrite
from visavis.backups.rows import LONGEST_LINE
from visavis.copies.errors import InvalidCopy, PlaceTaken
from visavis.copies.writing import Target

FILE_NAME = re.compile(r"files/[a-z_]+/[0-9]{5,}(\.[A-Za-z0-9]{1,9})?")


class _Folder:
    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, name: str, pieces: Iterator[bytes]) -> None:
        place = self.path / name
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with place.open("wb") as file:
            for piece in pieces:
                file.write(piece)
        place.chmod(0o600)


class _Zip:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive

    def write(self, name: str, pieces: Iterator[bytes]) -> None:
        with self.archive.open(name, "w", force_zip64=True) as file:
            for piece in pieces:
                file.write(piece)


@contextmanager
def new_copy(path: Path) -> Iterator[Target]:
    """A place to write a copy to, which stands under `path` with the block's end, or not at all.

    Raises PlaceTaken for a path that is there, CannotWrite.
    """
    if path.exists():
        raise PlaceTaken(f"{path} is there already. Name another file or folder, or remove it.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with ExitStack() as left:
            beside = Path(tempfile.mkdtemp(prefix=".visavis-copy-", dir=path.parent))
            left.callback(shutil.rmtree, beside, ignore_errors=True)
            made = beside / "copy"
            if path.suffix == ".zip":
                with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
                    yield _Zip(archive)
                made.chmod(0o600)
            else:
                made.mkdir(mode=0o700)
                yield _Folder(made)
            made.rename(path)
    except OSError as error:
        raise CannotWrite(
            f"The copy cannot be written to {path}: {error.strerror or error}."
        ) from error


class Source(Protocol):
    """A copy that is there."""

    def open(self, name: str) -> Any:
        """One of its files, open for reading bytes. Raises KeyError or OSError."""


class _FolderSource:
    def __init__(self, path: Path) -> None:
        self.path = path

    def open(self, name: str) -> Any:
        return (self.path / name).open("rb")


class _ZipSource:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive

    def open(self, name: str) -> Any:
        return self.archive.open(name)


class Copy:
    """A copy that is open for reading; what cannot be read is an InvalidCopy with its place."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def document(self, name: str) -> dict[str, Any]:
        """A file that is one JSON object."""
        with self._told(name), self._source.open(name) as file:
            return _object(file.read(LONGEST_LINE))

    def rows(self, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """A file of one JSON object a line, with their numbers; one that is missing is empty."""
        with self._told(name), ExitStack() as opened:
            try:
                file = opened.enter_context(self._source.open(name))
            except (KeyError, FileNotFoundError):
                return
            for number, line in enumerate(iter(lambda: file.readline(LONGEST_LINE), b""), start=1):
                with self._told(f"{name}, line {number}"):
                    told = _object(line)
                yield number, told

    def file(self, name: str) -> bytes:
        """An uploaded file or photo of the copy."""
        if not FILE_NAME.fullmatch(name):
            raise InvalidCopy(f"“{name}” is no name of a file in this copy.")
        with self._told(name), self._source.open(name) as file:
            return bytes(file.read(LONGEST_LINE))

    @contextmanager
    def _told(self, place: str) -> Iterator[None]:
        try:
            yield
        except (KeyError, OSError) as error:
            raise InvalidCopy(f"{place} is not there or cannot be read.") from error
        except (ValueError, zipfile.BadZipFile, zlib.error) as error:
            raise InvalidCopy(f"{place} cannot be read: {error}.") from error


def _object(text: bytes) -> dict[str, Any]:
    told = json.loads(text)
    if not isinstance(told, dict):
        raise ValueError("it is no JSON object")  # noqa: TRY004  (of the text, not of a type of ours)
    return told


@contextmanager
def opened_copy(path: Path) -> Iterator[Copy]:
    """The copy in this folder or zip file. Raises InvalidCopy."""
    if path.is_dir():
        yield Copy(_FolderSource(path))
        return
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise InvalidCopy(
            f"{path} is no folder and no zip file that can be read: {error}."
        ) from error
    with archive:
        yield Copy(_ZipSource(archive))
