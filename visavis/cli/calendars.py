"""`visavis calendars`: the calendars of other programs that keep people busy."""

import click

from visavis.cli.running import does, json_option


@click.group()
def calendars() -> None:
    r"""The calendars of other programs that keep people busy.

    \b
    Example:
      visavis calendars list --person talia.k@demo.visavis.test
    """


@calendars.command("list")
@click.option("--person", metavar="EMAIL", help="Whose; else everybody's.")
@json_option
@does("calendars:list_all")
def list_() -> None:
    r"""List calendars: when each was last read, and what went wrong.

    Their addresses are keys to them, so only the host is shown.

    \b
    Example:
      visavis calendars list
    """


@calendars.command()
@click.option("--person", required=True, metavar="EMAIL", help="Whose.")
@click.option("--name", metavar="NAME", help="Only the calendar of this name.")
@json_option
@does("calendars:read")
def read() -> None:
    r"""Read a person's calendars now, one after another, without waiting for the worker.

    Ends with status 1 when one of them could not be read.

    \b
    Example:
      visavis calendars read --person talia.k@demo.visavis.test
    """
