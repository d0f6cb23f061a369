"""`visavis community`: make, list, show and change communities."""

from pathlib import Path

import click

from visavis.cli.running import does, json_option


@click.group()
def community() -> None:
    r"""Make, list, show and change communities.

    \b
    Example:
      visavis community create --slug writing --name "Writing Centre" \
          --preset course-first --timezone America/New_York
    """


@community.command()
@click.option("--slug", required=True, help="Short name, as in addresses: writing-centre.")
@click.option("--name", required=True, help="Full name, as people read it.")
@click.option(
    "--preset",
    required=True,
    type=click.Choice(["provider-first", "course-first"]),
    help="Whether students pick a person or a course first.",
)
@click.option("--timezone", required=True, help="IANA name, such as America/New_York.")
@json_option
@does("communities:create")
def create() -> None:
    r"""Make a community that can be booked as soon as it has people and hours.

    It comes with one format, confirmed at once, and one place without hours or capacity.

    \b
    Example:
      visavis community create --slug writing --name "Writing Centre" \
          --preset course-first --timezone America/New_York
    """


@community.command("list")
@json_option
@does("communities:list_all")
def list_() -> None:
    r"""List every community.

    \b
    Example:
      visavis community list
    """


@community.command()
@click.argument("slug")
@json_option
@does("communities:show")
def show() -> None:
    r"""Show a community with all its settings and words.

    \b
    Example:
      visavis community show writing
    """


@community.command("set")
@click.argument("slug")
@click.argument("pairs", nargs=-1, required=True, metavar="KEY=VALUE ...")
@json_option
@does("communities:change")
def set_() -> None:
    r"""Change settings and words; all of them or, when one does not fit, none.

    `visavis community show SLUG` lists every key. A word that has a plural takes both.

    \b
    Example:
      visavis community set writing lead_time_hours=2 allowed_minutes=0,30 \
          provider="Writing Coach|Writing Coaches"
    """


@community.command()
@click.argument("slug")
@click.argument("where", type=click.Path(path_type=Path), metavar="FOLDER|FILE.zip")
@json_option
@does("copies:export")
def export() -> None:
    r"""Write a whole community as files that people can read: settings, people, meetings, photos.

    `visavis community import` makes a community of it, here or elsewhere. It holds personal data,
    notes about students among them, and nothing that its people have in other communities.

    \b
    Example:
      visavis community export writing writing-2027.zip
    """


@community.command("import")
@click.argument("where", type=click.Path(path_type=Path), metavar="FOLDER|FILE.zip")
@click.option("--slug", default="", help="Call it so in addresses, and not as it was called.")
@json_option
@does("copies:import_")
def import_() -> None:
    r"""Make a community of what `export` wrote: all of it or, when something does not fit, nothing.

    People are who has their e-mail address here; for others a provisional account is made. Nobody
    is told of what the copy tells.

    \b
    Example:
      visavis community import writing-2027.zip --slug writing
    """
