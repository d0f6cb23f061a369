"""What a backup says of itself: read first, and believed only as far as it fits."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from importlib.metadata import version
from typing import Any

from visavis.backups.errors import BadBackup, NewerBackup

FORMAT = 1
NAME = "manifest.json"
SECRET_KEY = "secret_key"  # noqa: S105  (the member's name)
LONGEST = 4 * 1024 * 1024  # bytes; a manifest has a line for each table

Migration = tuple[str, str]  # the app's label, the migration's name


@dataclass(frozen=True, slots=True)
class TableEntry:
    """One table: its columns in the order of each row, and what its rows add up to."""

    name: str
    columns: tuple[str, ...]
    rows: int
    sha256: str
    next_id: int | None = None

    @property
    def member(self) -> str:
        """The name of the file with its rows, inside the backup."""
        return f"tables/{self.name}.jsonl"


@dataclass(frozen=True, slots=True)
class Manifest:
    """A backup's own account: when, of what, and with which tables."""

    made_at: datetime
    database: str
    migrations: tuple[Migration, ...]
    tables: tuple[TableEntry, ...]
    left_out: tuple[str, ...] = ()
    has_secret_key: bool = False
    school: str = ""
    visavis: str = field(default_factory=lambda: version("visavis"))
    format: int = FORMAT

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)

    def to_json(self) -> str:
        told = {**asdict(self), "made_at": self.made_at.isoformat()}
        return json.dumps(told, indent=1, ensure_ascii=False)


def read_manifest(text: bytes) -> Manifest:
    """The manifest of these bytes. Raises BadBackup, or NewerBackup for a later format."""
    try:
        told = json.loads(text)
        if told["format"] != FORMAT:
            raise NewerBackup(
                f"The backup is written in form {told['format']}, made by Visavis "
                f"{told.get('visavis', '?')}; this version ({version('visavis')}) reads form "
                f"{FORMAT}. Install the version that made it, or a later one."
            )
        return _manifest(told)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadBackup(f"The backup's own account of itself cannot be read: {error}.") from error


def _manifest(told: Mapping[str, Any]) -> Manifest:
    return Manifest(
        made_at=datetime.fromisoformat(told["made_at"]),
        database=str(told["database"]),
        migrations=tuple((str(app), str(name)) for app, name in told["migrations"]),
        tables=tuple(
            TableEntry(
                name=str(row["name"]),
                columns=tuple(str(column) for column in row["columns"]),
                rows=int(row["rows"]),
                sha256=str(row["sha256"]),
                next_id=None if row["next_id"] is None else int(row["next_id"]),
            )
            for row in told["tables"]
        ),
        left_out=tuple(str(name) for name in told["left_out"]),
        has_secret_key=bool(told["has_secret_key"]),
        school=str(told["school"]),
        visavis=str(told["visavis"]),
    )
