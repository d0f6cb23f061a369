"""Carries out `visavis upgrade`: look ahead, back up, migrate, look again."""

import shutil
from contextlib import suppress
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from visavis.backups import actions
from visavis.backups.last import find_last_backup
from visavis.backups.schema import migration_names
from visavis.backups.upgrading import Outlook, Step, database_bytes, look_ahead
from visavis.cli.output import count, say
from visavis.cli.running import Refused, print_json
from visavis.cli.values import iso
from visavis.cli.work.backups import FOLDER, alone
from visavis.cli.work.doctor import guard_findings, unread_findings
from visavis.cli.work.imports import progress_bar
from visavis.core import clock
from visavis.core.upgrades import missing_migrations

WAITS = 3  # the exit status of --check when there is something to do
MEGABYTE = 1_000_000


def upgrade(*, check: bool, backup_to: Path | None, no_backup: bool, as_json: bool) -> None:
    if backup_to and no_backup:
        raise click.UsageError("Say --backup-to or --no-backup.")
    if not actions.is_database_there():
        raise Refused("There is no database yet. `visavis migrate` makes one.", code="no_data")
    where = backup_to or settings.DATA / FOLDER
    outlook = look_ahead()
    troubles = list(_troubles(outlook, where, no_backup=no_backup))
    told = _as_data(outlook, troubles)
    told["unread"] = [finding.message for finding in unread_findings()]
    if not as_json:
        _tell(outlook)
        for sentence in told["unread"]:
            say(sentence)
    if troubles:
        raise Refused(" ".join(troubles), code="cannot_upgrade", **told)
    if check:
        _end_check(outlook, told, as_json=as_json)
        return
    if outlook.steps:
        with alone(in_use=True):
            if not no_backup:
                told["backup"] = str(_back_up(where, as_json=as_json))
            _migrate(as_json=as_json)
    if as_json:
        print_json({**told, "done": True})


def _end_check(outlook: Outlook, told: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(told)
    elif outlook.steps:
        say("Nothing was done. `visavis upgrade` does it, with a backup before.")
    if outlook.steps:
        click.get_current_context().exit(WAITS)


def _back_up(where: Path, *, as_json: bool) -> Path:
    if not where.suffix:
        where.mkdir(parents=True, exist_ok=True, mode=0o700)
    with progress_bar("Backing up", shown=not as_json) as progress:
        made = actions.make_backup(where, now=clock.now(), progress=progress)
    if not as_json:
        say(f"Backed up to {made.path}.")
    return made.path


def _migrate(*, as_json: bool) -> None:
    call_command("migrate", verbosity=0, interactive=False)
    left = missing_migrations()
    faults = [finding.message for finding in guard_findings()]
    if left:
        faults.append(f"These are still missing: {', '.join(left)}.")
    if faults:
        raise Refused(" ".join(faults), code="not_upgraded")
    if not as_json:
        say(f"The database is that of version {version('visavis')} now. Start `visavis serve`.")


# --- What is said ---------------------------------------------------------------------------------


def _troubles(outlook: Outlook, where: Path, *, no_backup: bool) -> Any:
    """What stands in the way, a sentence each."""
    if outlook.newer:
        yield (
            "The database has been used with a newer version, of which this one lacks "
            f"{migration_names(outlook.newer)}. Install that version again, or restore a backup "
            "from before."
        )
    if not outlook.steps:
        return
    size = database_bytes()
    wanted = [] if no_backup else [(where, size)]
    if connection.vendor == "sqlite":
        wanted.append((Path(connection.settings_dict["NAME"]), size))
    for place, room in wanted:
        free = _free_at(place)
        if free < room:
            yield (
                f"There are {free / MEGABYTE:,.0f} MB free at {place}, and up to "
                f"{room / MEGABYTE:,.0f} MB may be needed. Make room, or say --backup-to."
            )


def _free_at(place: Path) -> int:
    """The room at the nearest folder that is there already."""
    for folder in (place, *place.parents):
        with suppress(OSError):
            return shutil.disk_usage(folder).free
    return 0


def _tell(outlook: Outlook) -> None:
    if not outlook.steps and not outlook.newer:
        say(f"The database is that of version {version('visavis')}: there is nothing to do.")
        return
    say(f"To version {version('visavis')}: {count(len(outlook.steps), 'migration')}.")
    for step in outlook.steps:
        _tell_step(step)
    last = find_last_backup()
    say(
        f"Last backup from this machine: {last.at:%Y-%m-%d %H:%M} UTC, {last.path}."
        if last
        else "No backup has been made from this machine yet."
    )
    say(
        "Going back to the version before: with a backup from before the upgrade"
        + ("." if outlook.can_be_undone else ", and with nothing else.")
    )


def _tell_step(step: Step) -> None:
    say(f"  {step.app} {step.name}")
    for words in step.does:
        say(f"    {words}")
    for warning in step.warnings:
        say(f"    Mind: {warning}")


def _as_data(outlook: Outlook, troubles: list[str]) -> dict[str, Any]:
    last = find_last_backup()
    return {
        "version": version("visavis"),
        "migrations": [asdict(step) for step in outlook.steps],
        "newer": [f"{app}.{name}" for app, name in outlook.newer],
        "can_be_undone": outlook.can_be_undone,
        "troubles": troubles,
        "last_backup": {"at": iso(last.at), "file": str(last.path)} if last else None,
    }
