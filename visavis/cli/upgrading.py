"""`visavis upgrade`: from the version that was here to this one."""

from pathlib import Path

import click

from visavis.cli.running import does, json_option


@click.command()
@click.option("--check", is_flag=True, help="Say what would be done, and do nothing.")
@click.option(
    "--backup-to",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="File or folder for the backup before (`backups` in the data folder unless said).",
)
@click.option(
    "--no-backup", is_flag=True, help="Make no backup before: there is one by other means."
)
@json_option
@does("upgrading:upgrade", within="loaded")
def upgrade() -> None:
    r"""Bring the database up to this version with a backup before, and look at it afterwards.

    Install the new version, stop `visavis serve`, and run this. `--check` ends with status 0 when
    there is nothing to do, 3 when there is, 1 when something stands in the way.

    \b
    Examples:
      visavis upgrade --check
      visavis upgrade --backup-to /var/backups/visavis
    """
