"""When this machine made its last backup: for who asks how old it is."""

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

NAME = "last_backup"


@dataclass(frozen=True, slots=True)
class LastBackup:
    at: datetime
    path: Path


def remember_backup(path: Path, *, at: datetime) -> None:
    """Keep when and where; a folder that cannot hold it is no reason to fail."""
    with suppress(OSError):
        told = json.dumps({"at": at.isoformat(), "path": str(path.resolve())})
        settings.DATA.mkdir(parents=True, exist_ok=True)
        (settings.DATA / NAME).write_text(told)


def find_last_backup() -> LastBackup | None:
    """The last that this machine made."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        told = json.loads((settings.DATA / NAME).read_text())
        return LastBackup(datetime.fromisoformat(told["at"]), Path(told["path"]))
    return None
