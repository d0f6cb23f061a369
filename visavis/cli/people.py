"""`visavis admin`: the first administrator, and further ones."""

import click

from visavis.cli.running import does, json_option


@click.group()
def admin() -> None:
    r"""Make somebody an administrator.

    \b
    Example:
      visavis admin add dean@university.edu
    """


@admin.command()
@click.argument("email")
@click.option(
    "--community", metavar="SLUG", help="Of this community only; else of the whole school."
)
@json_option
@does("people:add_admin")
def add() -> None:
    r"""Make EMAIL an administrator, and print a link that signs them in, once, within 24 hours.

    Run it again for a new link.

    \b
    Examples:
      visavis admin add dean@university.edu
      visavis admin add coordinator@university.edu --community peer-mentoring
    """


@admin.command("free")
@click.argument("email")
@json_option
@does("people:free")
def free() -> None:
    r"""Take away the second factors of EMAIL, who has lost them, and sign them out everywhere.

    They are told by mail, and sign in with a code by mail until they set up new ones.

    \b
    Example:
      visavis admin free dean@university.edu
    """
