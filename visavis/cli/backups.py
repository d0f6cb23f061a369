"""`visavis backup` and `visavis restore`."""

from pathlib import Path

import click

from visavis.cli.running import does, json_option

FILE = click.Path(path_type=Path)


@click.command()
@click.argument("file", required=False, type=FILE)
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    metavar="N",
    help="FILE is a folder; of the backups in it that are named by their time, keep the newest N.",
)
@click.option("--check", is_flag=True, help="Make none: restore FILE beside, compare, throw away.")
@click.option(
    "--with-secret-key",
    is_flag=True,
    help="Put SECRET_KEY in. Whoever has the file can then sign in as anybody.",
)
@json_option
@does("backups:backup", within="loaded")
def backup() -> None:
    r"""Write everything into one file, as it is at one moment, while people book.

    FILE may be a folder, in which the backup is named by its time; without FILE it is `backups` in
    the data folder. Photos and uploads are in it, because they are in the database. Sign-ins that
    last are not: people sign in again. SECRET_KEY is not, unless asked for: keep it elsewhere.

    The same file is restored on SQLite and on PostgreSQL.

    \b
    Examples:
      visavis backup
      visavis backup /var/backups/visavis --keep 14
      visavis backup --check /var/backups/visavis/visavis-2027-02-15T030000Z.zip
    """


@click.command()
@click.argument("file", type=FILE)
@click.option("--replace", is_flag=True, help="Replace what is in the database; asks first.")
@click.option("--yes", is_flag=True, help="With --replace: do not ask, for scripts.")
@click.option(
    "--in-use",
    is_flag=True,
    help="On PostgreSQL: although others are connected to the database.",
)
@json_option
@does("backups:restore", within="loaded")
def restore() -> None:
    r"""Put a backup where the database is: all of it or nothing.

    Stop `visavis serve` first. The backup is looked through, written beside, compared row by row
    and brought up to this version before anything is touched. What there is now is lost with
    --replace, so back that up before.

    \b
    Examples:
      visavis restore visavis-2027-02-15T030000Z.zip
      visavis restore visavis-2027-02-15T030000Z.zip --replace
    """
