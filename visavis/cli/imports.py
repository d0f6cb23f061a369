"""`visavis import`, `imports`, `export` and `template`: CSV files in and out."""

import click

from visavis.cli.running import does, json_option

KINDS = click.Choice(
    ["courses", "providers", "enrollment", "students", "locations", "availability"]
)


@click.command("import")
@click.argument("kind", type=KINDS)
@click.argument("file", type=click.File("rb"))
@click.option("--community", required=True, metavar="SLUG", help="Into which community.")
@click.option(
    "--mode",
    type=click.Choice(["merge", "replace"]),
    default="merge",
    show_default=True,
    help="Merge adds and changes; with replace the file is the whole list.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--skip-bad-rows", is_flag=True, help="Apply the good rows of a file with errors.")
@click.option("--yes", is_flag=True, help="Agree to what is asked: empty files, large removals.")
@click.option(
    "--cancel-meetings",
    is_flag=True,
    help="Cancel coming meetings of what the file removes; without it they stay.",
)
@click.option("--encoding", default="", metavar="NAME", help="Else found out: utf-8, cp1252, …")
@json_option
@does("imports:import_file")
def import_() -> None:
    r"""Read a CSV or .xlsx file into a community: all of it or nothing.

    FILE may be - for standard input. A file with errors is refused, line by line, and nothing is
    changed. `visavis template KIND` writes an empty file; `visavis imports undo` takes one back.

    \b
    Examples:
      visavis import courses courses.csv --community learning-centre --dry-run
      visavis import providers mentors.xlsx --community peer-mentoring --mode replace
    """


@click.group()
def imports() -> None:
    r"""Recent imports: what was read when, and undoing it.

    \b
    Example:
      visavis imports list --community learning-centre
    """


@imports.command("list")
@click.option("--community", required=True, metavar="SLUG", help="Of which community.")
@click.option("--kind", type=KINDS, help="Of one kind only.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@json_option
@does("imports:list_all")
def list_() -> None:
    r"""List recent imports, newest first.

    \b
    Example:
      visavis imports list --community learning-centre --kind courses
    """


@imports.command()
@click.argument("run", metavar="ID")
@click.option("--community", metavar="SLUG", help="Only if it is of this community.")
@json_option
@does("imports:undo")
def undo() -> None:
    r"""Restore what an import changed; rows that somebody touched since are left, and listed.

    \b
    Example:
      visavis imports undo 6f9619ff-8b86-d011-b42d-00c04fc964ff
    """


@click.command()
@click.argument("kind", type=KINDS)
@click.option("--community", required=True, metavar="SLUG", help="Of which community.")
@does("imports:export")
def export() -> None:
    r"""Write a community's data to standard output, as a CSV file that can be read back.

    \b
    Example:
      visavis export courses --community learning-centre > courses.csv
    """


@click.command()
@click.argument("kind", type=KINDS)
@does("imports:template")
def template() -> None:
    r"""Write an empty CSV file with the right columns and one example row to standard output.

    \b
    Example:
      visavis template providers > providers.csv
    """
