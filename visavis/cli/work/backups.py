"""Carries out `visavis backup` and `visavis restore`."""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import click
from django.conf import settings
from django.db import connection

from visavis.backups import actions
from visavis.backups.errors import InUse
from visavis.backups.files import opened
from visavis.backups.manifest import Manifest
from visavis.backups.scratch import others_connected
from visavis.cli.output import count, say
from visavis.cli.running import Refused, print_json
from visavis.cli.values import iso
from visavis.cli.work.imports import progress_bar
from visavis.cli.work.serving import only_worker
from visavis.core import clock

FOLDER = "backups"
WORD = "replace"
MEGABYTE = 1_000_000


def backup(*, file: Path | None, check: bool, as_json: bool, **given: Any) -> None:
    if check:
        _check(file, as_json=as_json, **given)
        return
    if given["keep"] and file is not None and file.exists() and not file.is_dir():
        raise click.BadParameter(f"{file} is no folder, as --keep wants one.", param_hint="FILE")
    if not actions.is_database_there():
        raise Refused("There is no database yet, so there is nothing to back up.", code="no_data")
    where = file or settings.DATA / FOLDER
    if file is None:
        where.mkdir(parents=True, exist_ok=True, mode=0o700)
    with progress_bar("Writing the backup", shown=not as_json) as progress:
        made = actions.make_backup(where, now=clock.now(), progress=progress, **given)
    if as_json:
        told = {"bytes": made.path.stat().st_size, "removed": [str(path) for path in made.removed]}
        print_json({**_as_data(made.path, made.manifest), **told})
        return
    say(f"Backed up {_in_short(made.manifest)} to {made.path} ({_size(made.path)}).")
    for path in made.removed:
        say(f"Removed {path.name}.")
    if not made.manifest.has_secret_key:
        say("SECRET_KEY is not in it: keep that too, and not in the same place.")


def _check(file: Path | None, *, as_json: bool, **given: Any) -> None:
    if file is None:
        raise click.UsageError("Say which backup to check: visavis backup --check FILE.")
    if given["keep"] or given["with_secret_key"]:
        raise click.UsageError("--check makes no backup, so it goes with FILE alone.")
    with progress_bar(f"Restoring {file.name} beside", shown=not as_json) as progress:
        manifest = actions.check_backup(file, progress=progress)
    if as_json:
        print_json({**_as_data(file, manifest), "whole": True})
        return
    say(f"{file} is whole: {_in_short(manifest)} restored beside and compared.")


def restore(*, file: Path, replace: bool, yes: bool, in_use: bool, as_json: bool) -> None:
    with opened(file) as found:
        manifest = found.manifest
    with alone(in_use=in_use or not replace):
        if replace and not yes:
            _confirm(manifest, may_ask=not as_json)
        with progress_bar(f"Restoring {file.name}", shown=not as_json) as progress:
            actions.restore_backup(file, replace=replace, progress=progress)
    key = _bring_key(file) if manifest.has_secret_key else ""
    if as_json:
        print_json(_as_data(file, manifest))
        return
    say(f"Restored {_in_short(manifest)}, from {manifest.made_at:%Y-%m-%d %H:%M} UTC.")
    say(key or "Everybody signs in again.")


@contextmanager
def alone(*, in_use: bool) -> Iterator[None]:
    """Nobody else works on the database meanwhile, as far as can be seen. Raises InUse, Refused."""
    if connection.vendor == "sqlite":
        settings.DATA.mkdir(parents=True, exist_ok=True)
        with ExitStack() as held:
            try:
                held.enter_context(only_worker())
            except Refused as refusal:
                raise InUse(
                    f"Visavis runs on {settings.DATA}. Stop `visavis serve` and `visavis worker` "
                    "there, then try again."
                ) from refusal
            yield
        return
    others = 0 if in_use else others_connected()
    if others:
        raise InUse(
            f"There {'is' if others == 1 else 'are'} {count(others, 'other connection')} to the "
            "database. Stop `visavis serve` and workers everywhere, then try again; if they are "
            "not Visavis's, say --in-use."
        )
    yield


def _confirm(manifest: Manifest, *, may_ask: bool) -> None:
    told = (
        f"Everything in the database is replaced by {_in_short(manifest)} from "
        f"{manifest.made_at:%Y-%m-%d %H:%M} UTC."
    )
    if not (may_ask and sys.stdin.isatty()):
        raise Refused(f"{told} Say --yes to agree.", code="needs_confirmation")
    say(told)
    if click.prompt(f"Type “{WORD}” to go on", default="", show_default=False) != WORD:
        raise Refused("Nothing has been changed.", code="not_confirmed")


def _bring_key(file: Path) -> str:
    """The key of the backup into the data folder, where this machine's comes from there."""
    if os.environ.get("SECRET_KEY") or os.environ.get("SECRET_KEY_FILE"):
        return "Its SECRET_KEY was left alone: the environment names one."
    path = settings.DATA / "secret_key"
    with opened(file) as found:
        key = found.secret_key()
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as out:
        out.write(key)
    return f"Its SECRET_KEY is in {path} now."


def _in_short(manifest: Manifest) -> str:
    school = f"“{manifest.school}”, " if manifest.school else ""
    return f"{school}{manifest.rows:,} rows of {count(len(manifest.tables), 'table')}"


def _size(path: Path) -> str:
    return f"{path.stat().st_size / MEGABYTE:,.2f} MB"


def _as_data(path: Path, manifest: Manifest) -> dict[str, Any]:
    return {
        "file": str(path),
        "made_at": iso(manifest.made_at),
        "visavis": manifest.visavis,
        "database": manifest.database,
        "school": manifest.school,
        "rows": manifest.rows,
        "tables": {table.name: table.rows for table in manifest.tables},
        "left_out": list(manifest.left_out),
        "secret_key": manifest.has_secret_key,
    }
