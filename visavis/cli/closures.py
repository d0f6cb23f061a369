"""`visavis closure`: days on which a whole community is closed."""

import click

from visavis.cli.running import does, json_option


@click.group()
def closure() -> None:
    r"""Days, or hours of days, on which a whole community is closed.

    \b
    Example:
      visavis closure add --community peer-mentoring --from 2027-03-15 --until 2027-03-19 \
          --reason "Spring break"
    """


@closure.command()
@click.option("--community", required=True, metavar="SLUG", help="Its short name.")
@click.option("--from", "first", required=True, metavar="DATE", help="First date.")
@click.option("--until", "last", metavar="DATE", help="Last date, included; else the same.")
@click.option("--start", metavar="TIME", help="From this time each day; else the whole day.")
@click.option("--end", metavar="TIME", help="To this time each day.")
@click.option("--reason", default="", help="What people read about it.")
@json_option
@does("closures:add")
def add() -> None:
    r"""Close a community. Meetings that are booked stay.

    \b
    Example:
      visavis closure add --community peer-mentoring --from 2027-03-15 --until 2027-03-19 \
          --reason "Spring break"
    """


@closure.command("list")
@click.option("--community", required=True, metavar="SLUG", help="Its short name.")
@json_option
@does("closures:list_all")
def list_() -> None:
    r"""List a community's closures, each with its id.

    \b
    Example:
      visavis closure list --community peer-mentoring
    """


@closure.command()
@click.argument("row", metavar="ID")
@json_option
@does("closures:remove")
def remove() -> None:
    r"""Open the community again, by the id that `closure list` shows.

    \b
    Example:
      visavis closure remove 3
    """
